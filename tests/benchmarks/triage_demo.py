"""How many keys a mail takes in triage: python -m tests.benchmarks.triage_demo

Syncs the demo company, lets what came to its support desk lately wait, with what linking thinks of it as a suggestion,
and clears it in the real user interface with real keys: Y where something is suggested, e and Ctrl+S to make a case
where nothing is. Prints the keystrokes for each mail, and compares those where the suggestion was right with the 2.5
that are allowed. Right is the case that linking is certain of, and a new one where it is certain of none.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from textual.events import Key

from assistant.compose import Services
from assistant.demo.run import running_demo, sync_demo
from assistant.triage.suggesting import Act
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.schema.records import Record
from store.schema.service import Queue
from store.schema.triage import Triage
from tests.benchmarks.ui import painted
from tui.app import RegardingApp
from tui.screens.triage import TriageScreen, act_for

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)  # a Tuesday
ALLOWED = 2.5
MAILS = 30
_QUIET = frozenset({"writing", "ahead", "presence", "beside", "meeting", "count", "counts", "queues", "flow"})


@dataclass(frozen=True, slots=True)
class Decided:
    """How many keys a mail took, and whether what was suggested for it was right."""

    keys: int
    right: bool


def let_wait(services: Services) -> dict[int, int | None]:
    """The newest mails to the support desk wait with what linking thinks of them as suggestions; returns them with the
    case that each is about, None for none."""
    with services.store.write() as tx:
        queue = tx.execute(select(Queue.id).where(Queue.name == "Support")).scalar_one()
        desk = select(Mailbox.id).join(Queue, Queue.address == Mailbox.address).where(Queue.id == queue)
        newest = (
            select(Activity.id, Activity.occurred_at)
            .join(MailboxItem, MailboxItem.activity_id == Activity.id)
            .where(MailboxItem.mailbox_id.in_(desk), Activity.kind == "email", Activity.direction == "in")
            .order_by(Activity.occurred_at.desc())
            .limit(MAILS)
        )
        rows = tx.execute(newest).all()
        ids = [row.id for row in rows]
        about = {
            row.activity_id: row.record_id
            for row in tx.execute(
                select(Link.activity_id, Link.record_id)
                .join(Record, Record.id == Link.record_id)
                .where(Link.activity_id.in_(ids), Link.state == "linked", Record.kind == "case")
            )
        }
        work = select(Record.id).where(Record.kind.in_(("case", "opportunity", "lead")))
        linked = (Link.activity_id.in_(ids), Link.state == "linked", Link.record_id.in_(work))
        tx.execute(update(Link).where(*linked).values(state="suggested", is_primary=False))
        tx.execute(delete(Triage))
        for row in rows:
            waits = {"state": "undecided", "occurred_at": row.occurred_at, "queue_id": queue}
            tx.execute(insert(Triage).values(activity_id=row.id, **waits))
    return {key: about.get(key) for key in ids}


async def clear(services: Services, about: dict[int, int | None], folder: Path) -> list[Decided]:
    """Decide about one mail after the other until none is left."""
    app = RegardingApp(services, preferences_path=folder / "ui.json", zone=UTC)
    found: list[Decided] = []
    async with app.run_test(size=(120, 40)):
        await _press(app, "t")
        screen = app.screen
        assert isinstance(screen, TriageScreen)
        while (row := screen.rows.row) is not None and len(found) < len(about):
            act = act_for(row)
            meant = row.work.record.record_id if act is Act.WORK and row.work is not None else None
            keys = ("Y",) if act is not Act.NOTHING else ("e", "ctrl+s")
            for key in keys:
                await _press(app, key)
            found.append(Decided(len(keys), meant == about[row.activity_id]))
            await asyncio.sleep(0.2)
    return found


async def _press(app: RegardingApp, key: str) -> None:
    app.post_message(Key(key, key if len(key) == 1 else None))
    await painted(app, besides=_QUIET)
    await asyncio.sleep(0.05)


def main() -> None:
    with running_demo(keep=False, clock=lambda: NOW) as demo, tempfile.TemporaryDirectory() as folder:
        sync_demo(demo, progress=lambda _: None)
        about = let_wait(demo.services)
        decided = asyncio.run(clear(demo.services, about, Path(folder)))
        with demo.services.store.read() as tx:
            left = tx.execute(select(Triage.activity_id).where(Triage.state == "undecided")).all()
    right = [one for one in decided if one.right]
    print(f"{len(decided)} mails decided, {len(left)} left; keys: {dict(Counter(one.keys for one in decided))}")
    for name, these in (("all mails", decided), ("where the suggestion is right", right)):
        average = sum(one.keys for one in these) / max(len(these), 1)
        print(f"{name}: {len(these)} mails, {average:.2f} keystrokes each, {average / ALLOWED:.2f} of {ALLOWED}")


if __name__ == "__main__":
    main()
