"""What triage costs mail that comes in: storing it, deciding about it with and without rules, and a flood.

    python -m tests.benchmarks.triage_intake [--mails 5000] [--flood 10000]

Times are of the processor, so that other work on the machine does not count. Mail of years ago, which a first sync
brings, never waits and must cost nothing; the look for waiting mail must cost nothing where there is none.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import TypeVar

from assistant.linking.worker import link_pending
from assistant.triage.worker import triage_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import PreparedMail, prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.engine import open_store
from tests.assistant.linking.mails import mail
from tests.assistant.triage.desk import FIRST, Desk

T = TypeVar("T")

_RULES = 50
_YEARS = 400 * 24  # hours
_CHUNK = 100
_AN_HOUR = 60
_NOTHING = 1_000  # looks for waiting mail where there is none


def _desk(rules: Iterable[str] = ()) -> Desk:
    desk = Desk(open_store(str(Path(tempfile.mkdtemp()) / "store.db")), now=FIRST + timedelta(days=5))
    if tables := list(rules):
        desk.rules(*tables)
    return desk


def _prepared(desk: Desk, count: int, *, ago: int = 0, sender: str = "") -> list[PreparedMail]:
    """Mails an hour after each other in sixties, so many hours ago; of one sender, or of five hundred."""
    with desk.store.read() as tx:
        ours = ours_in(tx)
    found: list[PreparedMail] = []
    for number in range(count):
        hour = -ago if sender else number // _AN_HOUR % 100 - ago
        raw = mail(hour, sender=sender or f"p{number % 500}@c{number % 100}.example", subject=f"Offer {number}")
        raw = raw.replace(f"<m{hour}@".encode(), f"<n{number}@".encode())
        remote = RemoteMessage(sha256(raw).hexdigest(), "", read_message(raw), is_read=False)
        ready = prepare_mail(remote, ours=ours, capture=CaptureRules(), now=desk.now)
        assert ready is not None
        found.append(ready)
    return found


def _store(desk: Desk, mails: list[PreparedMail]) -> None:
    for start in range(0, len(mails), _CHUNK):
        with desk.store.write() as tx:
            write_mail(tx, 1, desk.inbox_id, mails[start : start + _CHUNK], now=desk.now)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = process_time()
    done = work()
    return process_time() - started, done


def _arrival(title: str, count: int, *, ago: int = 0, rules: Iterable[str] = ()) -> None:
    desk = _desk(rules)
    mails = _prepared(desk, count, ago=ago)
    stored, _ = _timed(lambda: _store(desk, mails))
    linked, _ = _timed(lambda: link_pending(desk.store, now=desk.now))
    decided, waited = _timed(lambda: triage_pending(desk.store, now=desk.now))
    each = 1_000 / count
    print(
        f"{title:<34} stored {stored * each:.3f}, linked {linked * each:.3f}, decided {decided * each:.3f} ms a mail"
        f"; {waited:,} waited"
    )


def _flood(count: int) -> None:
    desk = _desk(["name = 'Any'\nthen.create = 'case'"])
    _store(desk, _prepared(desk, count, sender="job@machine.example"))
    link_pending(desk.store, now=desk.now)
    took, _ = _timed(lambda: triage_pending(desk.store, now=desk.now))
    made = len(desk.records("case", "id")) - 1
    print(f"a flood of {count:,} mails: {made} case, {len(desk.notices())} notice, {took:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=5_000)
    parser.add_argument("--flood", type=int, default=10_000)
    arguments = parser.parse_args()
    rules = [f"name = '{one}'\nwhen.says = ['word{one}', 'other{one}']\nthen.create = 'case'" for one in range(_RULES)]
    _arrival("mail of years ago", arguments.mails, ago=_YEARS)
    _arrival("mail of today, no rule", arguments.mails)
    _arrival(f"mail of today, {_RULES} rules, none fits", arguments.mails, rules=rules)
    desk = _desk(rules)
    took, _ = _timed(lambda: [triage_pending(desk.store, now=desk.now) for _ in range(_NOTHING)])
    print(f"where nothing waits: {took / _NOTHING * 1_000:.2f} ms")
    _flood(arguments.flood)


if __name__ == "__main__":
    main()
