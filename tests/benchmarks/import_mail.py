"""Import beside `notmuch new` on the same seeded mails in the same run, and flat memory on many.

    python -m tests.benchmarks.import_mail [--mails 2000] [--memory-mails 50000] [--rounds 3]

notmuch (Debian: apt install notmuch) threads and indexes; we also parse bodies, keep sources, and link by exact
evidence. Each side runs in a process of its own; the best of the rounds counts for both.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from store.actor import SYSTEM
from store.engine import open_store
from store.records.values import read_values
from store.records.writing import insert_records
from store.sync.mailboxes import add_mailbox
from tests.benchmarks.words import vocabulary

LEAST_RATIO = 0.4
MOST_MEMORY_MB = 200
_PEOPLE = 400
_COMPANIES = 100
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)

_IMPORT = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from assistant.importing import import_files
from store.engine import open_store
from tests.peak import peak_bytes
store = open_store(sys.argv[1])
started = time.perf_counter()
report = import_files(store, [Path(sys.argv[2])], clock=lambda: datetime.now(UTC), progress=lambda _: None)
seconds = time.perf_counter() - started
print(report.new, report.linked, seconds, peak_bytes())
"""


def write_mails(folder: Path, count: int, *, seed: int = 7) -> None:
    """`count` mails of about 5 kB in threads of up to six, in a Maildir."""
    rng = random.Random(seed)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    words = vocabulary(random.Random(seed))
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    drawn = rng.choices(words, weights, k=600_000)

    def sentence(length: int) -> str:
        start = rng.randrange(len(drawn) - length)
        return " ".join(drawn[start : start + length]).capitalize() + "."

    thread: list[tuple[str, str]] = []
    for number in range(count):
        if not thread or len(thread) >= 6 or rng.random() < 0.3:
            thread = []
            subject = sentence(5)
        person = rng.randrange(_PEOPLE)
        message_id = f"<{number}.{rng.randrange(10**9)}@mail.example>"
        message = EmailMessage()
        message["From"] = f"Person {person} <p{person}@company{person % _COMPANIES}.example>"
        message["To"] = "Anna Hofer <anna@alpineskihouse.example>"
        message["Subject"] = f"Re: {subject}" if thread else subject
        message["Date"] = format_datetime(_START + timedelta(minutes=number))
        message["Message-ID"] = message_id
        if thread:
            message["In-Reply-To"] = thread[-1][0]
            message["References"] = " ".join(each for each, _ in thread)
        text = "\n".join(sentence(11) for _ in range(55))
        quoted = "\n".join(f"> {line}" for line in thread[-1][1].splitlines()[:15]) if thread else ""
        message.set_content(f"{text}\n\nOn Monday somebody wrote:\n{quoted}\n" if quoted else text)
        thread.append((message_id, text))
        (folder / "cur" / f"{number:06}.bench:2,S").write_bytes(message.as_bytes())


def fill_customers(store_path: Path) -> None:
    """Half of the senders are contacts of known accounts, so that the exact rules have work."""
    store = open_store(str(store_path))
    accounts = [{"title": f"Company {n}", "domains": [f"company{n}.example"]} for n in range(_COMPANIES)]
    contacts = []
    for person in range(0, _PEOPLE, 2):
        company = person % _COMPANIES
        emails = [f"p{person}@company{company}.example"]
        contacts.append({"title": f"Person {person}", "emails": emails, "account": f"Company {company}"})
    with store.write() as tx:
        add_mailbox(tx, address="anna@alpineskihouse.example", provider="exchange", now=_START)
        for kind, rows in (("account", accounts), ("contact", contacts)):
            insert_records(tx, kind, [read_values(kind, row) for row in rows], by=SYSTEM, now=_START)
    store.close()


def run_ours(mails: Path, folder: Path) -> tuple[int, int, float, int]:
    """(new, linked, seconds, peak bytes) of one import into a fresh store."""
    store = folder / "store.db"
    fill_customers(store)
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(store), str(mails)], capture_output=True, text=True, check=True
    )
    new, linked, seconds, peak = done.stdout.split()
    return int(new), int(linked), float(seconds), int(peak)


def run_notmuch(mails: Path, folder: Path) -> float:
    """Seconds of one `notmuch new` into a fresh database."""
    config = folder / "notmuch-config"
    config.write_text(f"[database]\npath={mails}\nhook_dir={folder}\n[new]\ntags=\n[user]\nname=x\nprimary_email=x@x\n")
    shutil.rmtree(mails / ".notmuch", ignore_errors=True)
    environment = os.environ | {"NOTMUCH_CONFIG": str(config)}
    started = time.perf_counter()
    subprocess.run(["notmuch", "new", "--quiet"], env=environment, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(mails / ".notmuch", ignore_errors=True)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--memory-mails", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mails = folder / "mails"
        write_mails(mails, options.mails)
        average = sum(path.stat().st_size for path in (mails / "cur").iterdir()) / options.mails
        print(f"{options.mails} mails of {average / 1000:.1f} kB")
        ours, theirs = [], []
        for number in range(options.rounds):
            part = folder / f"round{number}"
            part.mkdir()
            if shutil.which("notmuch"):
                theirs.append(run_notmuch(mails, part))
            new, linked, seconds, _ = run_ours(mails, part)
            ours.append(seconds)
            print(f"round {number + 1}: {new} new, {linked} linked, {new / seconds:.0f} mails/s")
        rate = options.mails / min(ours)
        if theirs:
            peer = options.mails / min(theirs)
            print(f"import {rate:.0f}/s, notmuch new {peer:.0f}/s: {rate / peer:.2f}x (at least {LEAST_RATIO}x)")
        else:
            print(f"import {rate:.0f} mails/s; notmuch is not installed, nothing to compare with")
        if options.memory_mails:
            many = folder / "many"
            write_mails(many, options.memory_mails)
            part = folder / "memory"
            part.mkdir()
            new, _, seconds, peak = run_ours(many, part)
            share = peak / 1e6 / MOST_MEMORY_MB
            print(f"{new} mails, {new / seconds:.0f}/s: peak {peak / 1e6:.0f} MB, {share:.2f}x of {MOST_MEMORY_MB} MB")


if __name__ == "__main__":
    main()
