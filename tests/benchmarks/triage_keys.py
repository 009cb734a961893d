"""How soon triage answers keys with 100,000 mails waiting and 50,000 cases.

    python -m tests.benchmarks.triage_keys [STORE] [--size 120x40]

Makes the store (in STORE, to be used again, or in a folder that goes afterwards) and presses the keys of triage in the
real user interface. Prints for each the 95th percentile of the time from the press until the answer is painted, as a
ratio to 50 ms: below 1.0 is inside the limit. A decision is answered when the next mail stands in the pane with all of
its text; that it is written behind is part of what the keys after it have to bear. A key that opens a dialog is
answered by the dialog, and the key that ends it by the next mail. Beside each stands the processor time of the user
interface's own thread, which other programs on the machine, and what is written behind, disturb less.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, case, func, insert, literal, select, text, update
from textual.events import Key

from assistant.compose import Services, compose
from store.engine import open_store
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.mail import Email, Thread
from store.schema.people import Mailbox, MailboxRight
from store.schema.records import Case, Counter, Record
from store.schema.service import BusinessCalendar, Queue, ServiceLevel
from store.schema.triage import Triage
from tests.benchmarks.fill import NOW, RECORDS, fill
from tests.benchmarks.ui import Took, painted, report
from tui.app import RegardingApp
from tui.screens.triage import TriageScreen

WAITING, CASES = 100_000, 50_000
_ACTIVITIES = 178_000  # nine of sixteen of them are mails that came in
_FIRST_CASE = sum(RECORDS[kind] for kind in ("account", "contact", "opportunity")) + 1

#: Keys after which the mail is read once the cursor rests, as on every screen.
MOVING = ("arrow", "page", "Space select")
#: What is pressed for each kind of key, again and again.
ROUNDS = 6
WALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("arrow", ("down", "down", "down", "up")),
    ("page", ("pagedown", "pageup")),
    ("Y accept", ("Y",)),
    ("X not relevant", ("X",)),
    ("Ctrl+Z undo", ("ctrl+z",)),
    ("Space select", ("space",)),
    ("Y on a selection", ("Y",)),
    ("e new case", ("e",)),
    ("Ctrl+S in the form", ("ctrl+s",)),
    ("J to a case", ("J",)),
    ("Enter in the list of cases", ("enter",)),
    ("g give to", ("g",)),
    ("Enter in the list of people", ("enter",)),
    ("d later", ("d",)),
    ("Enter in the list of times", ("enter",)),
    ("v view", ("v", "v", "v", "v", "v")),
)


def make(path: Path) -> None:
    """A store as a support desk would not want it."""
    store = open_store(str(path))
    fill(store, _ACTIVITIES)
    with store.write() as tx:
        _more_cases(tx)
    with store.write() as tx:
        _threads(tx)
        _senders(tx)
        _suggestions(tx)
        _wait(tx, _queue(tx))
    with store.write() as tx:
        tx.execute(text("ANALYZE"))
    store.close()


def _more_cases(tx: Connection) -> None:
    first = tx.execute(select(func.max(Record.id))).scalar_one() + 1
    added = range(first, first + CASES - RECORDS["case"])
    when = {"created_at": NOW, "modified_at": NOW}
    tx.execute(
        insert(Record),
        [
            {
                "id": key,
                "uid": f"more-{key}",
                "kind": "case",
                "number": f"CAS-{place:05}",
                "title": f"Case {key}",
                **when,
            }
            for place, key in enumerate(added, RECORDS["case"] + 1)
        ],
    )
    tx.execute(insert(Counter).values(kind="case", value=CASES))
    tx.execute(
        insert(Case),
        [{"id": key, "account_id": key % RECORDS["account"] + 1, "status": "in_progress"} for key in added],
    )


def _threads(tx: Connection) -> None:
    """Conversations of up to four mails."""
    own = Email.id // 4 + 2
    rows = select(own, literal("thread") + own.cast(Activity.who.type)).distinct()
    tx.execute(insert(Thread).from_select(["id", "uid"], rows))
    tx.execute(update(Email).values(thread_id=own))


def _senders(tx: Connection) -> None:
    """Each mail comes from the address of a contact."""
    sender = literal("person") + (Activity.id % RECORDS["contact"]).cast(Activity.who.type)
    rows = select(
        Activity.id,
        literal("from"),
        literal(0),
        sender + "@customer.example",
        literal("customer.example"),
        Activity.who,
    ).where(Activity.kind == "email", Activity.direction == "in")
    names = ["activity_id", "role", "position", "email", "domain", "name"]
    tx.execute(insert(ActivityParty).from_select(names, rows))


def _suggestions(tx: Connection) -> None:
    """Every other mail may be regarding a case."""
    about = _FIRST_CASE + Activity.id % RECORDS["case"]
    score = (Activity.id % 60 + 40) / 100.0
    columns = (literal("s") + Activity.uid, Activity.id, about, literal("suggested"), literal(False), score)
    rows = select(*columns, literal("words"), literal(1), literal("rule"), literal(NOW, Link.decided_at.type)).where(
        Activity.kind == "email", Activity.direction == "in", Activity.id % 2 == 0
    )
    names = ["uid", "activity_id", "record_id", "state", "is_primary", "score", "rule", "engine_version", "decided_by"]
    tx.execute(insert(Link).from_select([*names, "decided_at"], rows))


def _queue(tx: Connection) -> int:
    """A queue with promises; a third of the cases are in it."""
    hours = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    week = {"uid": "week", "name": "Week", "zone": "Europe/Vienna", "hours": hours}
    calendar = tx.execute(insert(BusinessCalendar).values(week).returning(BusinessCalendar.id)).scalar_one()
    promise = {"uid": "gold", "name": "Gold", "calendar_id": calendar, "warn_share": 0.8}
    sla = tx.execute(insert(ServiceLevel).values(promise).returning(ServiceLevel.id)).scalar_one()
    support = {"uid": "support", "name": "Support", "sla_id": sla}
    queue: int = tx.execute(insert(Queue).values(support).returning(Queue.id)).scalar_one()
    due = {"queue_id": queue, "sla_id": sla, "resolution_due_at": NOW + timedelta(hours=5), "sla_state": "running"}
    tx.execute(update(Case).where(Case.id % 3 == 0).values(due))
    return queue


def _wait(tx: Connection, queue_id: int) -> None:
    """The newest mails that came in wait, half of them in the queue."""
    newest = (
        select(Activity.id, Activity.occurred_at)
        .where(Activity.kind == "email", Activity.direction == "in", Activity.private.is_(False))
        .order_by(Activity.occurred_at.desc())
        .limit(WAITING)
        .subquery()
    )
    queue = case((newest.c.id % 4 < 2, queue_id))
    rows = select(newest.c.id, literal("undecided"), newest.c.occurred_at, queue)
    tx.execute(insert(Triage).from_select(["activity_id", "state", "occurred_at", "queue_id"], rows))
    boxes = tx.execute(select(Mailbox.id).where(Mailbox.owner_id != 1)).scalars().all()
    tx.execute(insert(MailboxRight), [{"mailbox_id": box, "user_id": 1} for box in boxes])


async def keys(services: Services, size: tuple[int, int]) -> dict[str, list[Took]]:
    """Each key, from press to paint."""
    gc.disable()  # as tui.entry does; the app turns it on again after its first paint
    app = RegardingApp(services)
    found: dict[str, list[Took]] = defaultdict(list)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(3)  # what is prepared after the first paint is ready before a person has read it
        app.post_message(Key("t", "t"))
        await _answered(app)
        for _ in range(ROUNDS):
            for name, pressed in WALK:
                for key in pressed:
                    wall, cpu = time.perf_counter(), time.thread_time()
                    app.post_message(Key(key, key if len(key) == 1 else None))
                    await _answered(app, wait_for_mail=name not in MOVING)
                    found[name].append(Took(time.perf_counter() - wall, time.thread_time() - cpu))
                    await asyncio.sleep(0.3)  # nobody decides on a mail sooner
    return found


async def _answered(app: RegardingApp, *, wait_for_mail: bool = True) -> None:
    """Painted, with the mail under the cursor in the pane, unless a dialog asks for something."""
    await painted(app, besides={"writing", "ahead", "presence", "beside", "meeting", "count", "queues", "counts"})
    while wait_for_mail and isinstance(screen := app.screen, TriageScreen) and not _is_shown(screen):
        await asyncio.sleep(0.001)
    done = asyncio.Event()
    app.screen.call_after_refresh(done.set)
    await done.wait()


def _is_shown(screen: TriageScreen) -> bool:
    shown = screen.pane.detail if screen.pane is not None else None
    return (None if shown is None else shown.activity_id) == screen.activity_id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store", nargs="?", type=Path)
    parser.add_argument("--size", default="120x40", help="columns x lines")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = wanted.store or Path(folder) / "store.db"
        if not path.exists():
            begun = time.perf_counter()
            make(path)
            print(f"made in {time.perf_counter() - begun:.0f} s")
        services = compose(str(path), user_email="user1@alpine.example", clock=lambda: NOW)
        with services.store.read() as tx:
            for name, table in (("mails waiting", Triage), ("cases", Case)):
                print(f"{tx.execute(select(func.count()).select_from(table)).scalar_one():,} {name}")
        width, height = map(int, wanted.size.split("x"))
        took = asyncio.run(keys(services, (width, height)))
        services.close()
    print("from key to painted answer, 95th percentile")
    for name, each in took.items():
        print(report(name, each))
    print(report("all keys", [one for each in took.values() for one in each]))


if __name__ == "__main__":
    main()
