"""How fast mail is linked in a store with many customers: decisions per second, and the most memory it takes.

    python -m tests.benchmarks.linking [--contacts 100000] [--accounts 20000] [--open 10000] [--mails 4000]
                                       [--store FILE] [--profile]

The customers are stored as an import stores them (with `--store` once, and used again by the next run), the mail as a
sync does. Then a process of its own links all of it: reading texts, gathering, deciding and storing. Seconds are those
of the clock and, in brackets, of the processor.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from assistant.linking.worker import link_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.engine import Store, open_store
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Record
from tests.benchmarks.linking_world import (
    BEGINNING,
    Customers,
    Sizes,
    Written,
    make_customers,
    store_customers,
    write_mails,
)
from tests.benchmarks.words import Writer
from tests.peak import peak_bytes

LEAST_RATE = 400  # mails per second
MOST_MEMORY_MB = 300
_MATTERS = ("case", "opportunity", "lead")
NOW = BEGINNING + timedelta(days=120)


def store_mails(store: Store, mails: Sequence[Written]) -> None:
    """Store mails in the first mailbox without linking them."""
    with store.read() as tx:
        ours = ours_in(tx)
    for start in range(0, len(mails), 100):
        prepared = [
            each
            for mail in mails[start : start + 100]
            if (each := prepare_mail(_remote(mail.raw), ours=ours, capture=CaptureRules(), now=NOW)) is not None
        ]
        with store.write() as tx:
            write_mail(tx, 1, None, prepared, now=NOW)


def _remote(raw: bytes) -> RemoteMessage:
    return RemoteMessage(sha256(raw).hexdigest(), "", read_message(raw), is_read=False)


@dataclass(slots=True)
class Decided:
    """The titles of what a mail is regarding first of all, and of the case, opportunity or lead that is suggested for
    it before all others; '' for none. `matter`: the first is such a one itself."""

    first: str = ""
    matter: bool = False
    offered: str = ""


def decided(store: Store) -> dict[str, Decided]:
    """What was decided, by Message-ID."""
    found: dict[str, Decided] = {}
    with store.read() as tx:
        rows = tx.execute(
            select(Email.message_id, Record.title, Record.kind, Link.state, Link.is_primary)
            .join(Link, Link.activity_id == Email.id)
            .join(Record, Record.id == Link.record_id)
            .order_by(Link.score.desc(), Record.id)
        )
        for message_id, title, kind, state, is_primary in rows:
            one = found.setdefault(message_id, Decided())
            if is_primary:
                one.first, one.matter = title, kind in _MATTERS
            elif state == "suggested" and kind in _MATTERS:
                one.offered = one.offered or title
    return found


def outcomes(mails: Sequence[Written], found: Mapping[str, Decided]) -> dict[str, Counter[str]]:
    """By kind of mail how many are linked first of all to the work they name (or, where they name none, to nobody but
    their sender or the sender's company), how many are linked to people at most and have that work offered, and how
    many are linked to something else, or to nothing."""
    counted: dict[str, Counter[str]] = {}
    for mail in mails:
        counted.setdefault(mail.kind, Counter())[_outcome(mail, found)] += 1
    return counted


def _outcome(mail: Written, found: Mapping[str, Decided]) -> str:
    one = found.get(mail.message_id.strip("<>"), Decided())
    if one.first == mail.about if mail.about else one.first in ("", mail.sender, mail.company):
        return "right"
    if mail.about and mail.about == one.offered and not one.matter:
        return "offered"
    return "something else" if one.first else "nothing"


def link(path: str, *, profile: bool) -> None:
    """Link what waits in a store and print seconds, seconds of the processor and peak memory as JSON."""
    store = open_store(path)
    began, worked = time.perf_counter(), time.process_time()
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(link_pending, store, now=NOW)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(90)
    else:
        link_pending(store, now=NOW)
    print(json.dumps([time.perf_counter() - began, time.process_time() - worked, peak_bytes()]))
    store.close()


def prepared_store(folder: Path, kept: Path | None, made: Customers, writer: Writer) -> Path:
    """A store with these customers: a copy of the kept one, where there is one."""
    path = folder / "store.db"
    if kept is not None and kept.exists():
        shutil.copy(kept, path)
        return path
    began = time.perf_counter()
    store = open_store(str(path))
    store_customers(store, made, writer)
    store.close()
    print(f"customers stored in {time.perf_counter() - began:.0f} s")
    if kept is not None:
        shutil.copy(path, kept)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--mails", type=int, default=4_000)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--link", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.link:
        link(options.link, profile=options.profile)
        return
    writer = Writer(seed=7, stretch=500_000)
    made = make_customers(Sizes(options.contacts, options.accounts, options.open), writer)
    mails = list(write_mails(made, writer, options.mails))
    with tempfile.TemporaryDirectory() as folder:
        path = prepared_store(Path(folder), options.store, made, writer)
        store = open_store(str(path))
        store_mails(store, mails)
        store.close()
        command = [sys.executable, "-m", "tests.benchmarks.linking", "--link", str(path)]
        command += ["--profile"] if options.profile else []
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        seconds, worked, peak = json.loads(done.stdout)
        rate, megabytes = len(mails) / seconds, peak / 1e6
        print(f"{len(mails)} mails in {seconds:.1f} s ({worked:.1f} s): {rate:.0f}/s (at least {LEAST_RATE}/s)")
        print(f"peak {megabytes:.0f} MB (at most {MOST_MEMORY_MB} MB)")
        store = open_store(str(path))
        for kind, counts in outcomes(mails, decided(store)).items():
            print(f"  {kind:<16} {dict(counts)}")
        store.close()


if __name__ == "__main__":
    main()
