"""What follow-ups cost in a store with years of mail: reading new mail for them, and a minute's look at what rests.

`python -m tests.benchmarks.following [--activities 1000000] [--store URL]`: an empty store is filled first, as for
`python -m tests.benchmarks.million`, whose store may be named. Every figure is printed as processor time and as a ratio
to its limit; the store is changed, so name a copy. How the queries of a look find their rows is printed with --explain.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from sqlalchemy import delete, event, func, insert, select, text, update

from assistant.following.bringing import bring_up_due
from assistant.following.finding.scanning import close_what_is_over, look_at_records
from assistant.following.finding.worker import BATCH, follow_mails
from assistant.following.keeping_up import keep_following
from store.engine import Store, open_store
from store.schema.activities import Activity, ActivityParty
from store.schema.following import FollowScan, FollowUp
from store.schema.knowledge import Clue
from store.schema.mail import Email, Thread
from store.schema.people import Mailbox, User
from store.schema.records import Opportunity, Record
from store.types import new_uid
from store.upsert import upsert
from tests.benchmarks.fill import NOW, fill

ZONE = "UTC"
MAILS = 1_000  # that ask and promise something and wait to be read
LOOKS = 30
#: Milliseconds of the processor.
LOOK_LIMIT, IDLE_LIMIT, MAIL_LIMIT = 1_000.0, 100.0, 20.0
_THREADS, _IN_THREAD = 1_000_000, 5  # keys from here on; mails in each
_MINUTE = timedelta(minutes=1)
_TEXT = "Hello,\n\ncould you send me the drawings of hall {}?\n\nI will send you the offer by Friday.\n\nAnna"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--store", default="")
    parser.add_argument("--explain", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regarding-", ignore_cleanup_errors=True) as folder:
        store = open_store(arguments.store or str(Path(folder) / "store.db"))
        try:
            return measure(store, arguments.activities, explain=arguments.explain)
        finally:
            store.close()


def measure(store: Store, activities: int, *, explain: bool = False) -> int:
    """Print all figures; returns 1 where one is over its limit."""
    with store.read() as tx:
        is_empty = tx.execute(select(Record.id).limit(1)).first() is None
    if is_empty:
        fill(store, activities)
    _prepare(store)
    print(f"{_count(store, Activity):,} activities, {_count(store, Opportunity):,} opportunities, {MAILS:,} new mails")
    spent = _spent(lambda: follow_mails(store, now=NOW, zone=ZONE))
    within = [_told(f"a new mail of {MAILS:,}, {BATCH} at a time", [spent / MAILS], MAIL_LIMIT)]
    with _noted(store) as statements:
        looks = [_spent(partial(look_at_records, store, now=NOW + look * _MINUTE, zone=ZONE)) for look in range(LOOKS)]
    within.append(_told("a look at the next records", looks, LOOK_LIMIT))
    print(f"{_count(store, FollowUp):,} follow-ups stand")
    over = _spent(partial(close_what_is_over, store, now=NOW))
    within.append(_told("a look at what is over", [over], LOOK_LIMIT))
    brought = _spent(partial(bring_up_due, store, now=NOW, zone=ZONE))
    within.append(_told("bringing up what is due", [brought], LOOK_LIMIT))
    idle = [_spent(partial(keep_following, store, now=NOW + LOOKS * _MINUTE, zone=ZONE)) for _ in range(LOOKS)]
    within.append(_told("all of it when nothing happened", idle, IDLE_LIMIT))
    if explain:
        _explain(store, statements)
    return int(not all(within))


def _prepare(store: Store) -> None:
    """Let users work here and own records, deals have been open for long, and new mails wait."""
    with store.write() as tx:
        tx.execute(delete(FollowUp))
        tx.execute(delete(FollowScan))
        users = list(tx.execute(select(User.id, User.email).where(User.email.is_not(None)).order_by(User.id)).all())
        tx.execute(update(Mailbox).values(last_success_at=NOW))
        tx.execute(update(Activity).values(link_state="done"))
        tx.execute(update(Record).where(Record.owner_id.is_(None)).values(owner_id=users[0].id))
        tx.execute(update(Email).values(follow_state="none"))
        newest = (
            select(Email.id)
            .join(Activity, Activity.id == Email.id)
            .where(Activity.private.is_(False))
            .order_by(Activity.occurred_at.desc())
            .limit(MAILS)
        )
        ids = list(tx.execute(newest).scalars())
        chosen = Activity.id.in_(ids)
        tx.execute(update(Activity).where(chosen).values(direction="out"))
        tx.execute(
            upsert(tx, Thread).on_conflict_do_nothing(),
            [{"id": _THREADS + place, "uid": new_uid()} for place in range(MAILS // _IN_THREAD)],
        )
        own = Email.id.in_(ids)  # conversations of their own: what fills a store puts all mail into one
        thread_id = _THREADS + Email.id % (MAILS // _IN_THREAD)
        tx.execute(update(Email).where(own).values(follow_state="pending", noise="", thread_id=thread_id))
        tx.execute(delete(Clue).where(Clue.id.in_(ids)))
        tx.execute(delete(ActivityParty).where(ActivityParty.activity_id.in_(ids)))
        tx.execute(insert(Clue), [_clue(key) for key in ids])
        rows = [row for key in ids for row in _parties(key, users[0].email)]
        tx.execute(insert(ActivityParty), rows)
        tx.execute(text("ANALYZE"))


def _clue(key: int) -> dict[str, Any]:
    return {"id": key, "reader_version": 1, "new_text": _TEXT.format(key), "signature": "", "fields": [],
            "forwarded": False, "passed_on": "", "mentioned": []}  # fmt: skip


def _parties(key: int, sender: str) -> Iterator[dict[str, Any]]:
    customer = f"customer{key % 200}.example"
    for role, email, domain in (("from", sender, ""), ("to", f"jane@{customer}", customer)):
        yield {"activity_id": key, "role": role, "position": 0, "email": email, "domain": domain}


def _spent(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    before = process_time()
    work()
    return (process_time() - before) * 1000


def _told(name: str, times: list[float], limit: float) -> bool:
    worst = sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]
    middle = sorted(times)[len(times) // 2]
    print(f"{name:44} median {middle:8.2f} ms   p95 {worst:8.2f} ms = {worst / limit:5.2f} x {limit:.0f} ms")
    return worst <= limit


def _count(store: Store, table: Any) -> int:
    with store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


@contextmanager
def _noted(store: Store) -> Iterator[dict[str, Any]]:
    """The statements that run within, each once, with the values it was asked with."""
    seen: dict[str, Any] = {}

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.setdefault(statement, values)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def _explain(store: Store, statements: dict[str, Any]) -> None:
    with store.read() as tx:
        for statement, values in statements.items():
            plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            print(" ".join(statement.split())[:160], *(f"    {row[3]}" for row in plan), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
