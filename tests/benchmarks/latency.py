"""How soon what happens on one side is seen on the other: the service beside a sandbox, each in its own process.

    python -m tests.benchmarks.latency [--times 5]

Prints the median and the slowest of so many arrivals for each way, beside the limit that the product promises.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from time import monotonic

from sqlalchemy import select

from assistant.secret_store import environment_name
from store.actor import actor_for
from store.engine import Store, open_store
from store.mail.acts import move_mail
from store.schema.activities import Activity
from store.schema.mail import Email, MailboxItem
from store.schema.people import Folder, Mailbox
from tests.force import corpus
from tests.force.driver import connect_mailbox
from tests.force.processes import SandboxProcess, sandbox, service, until

FOLDER = "inbox/Customers"


def new_mail(number: int) -> bytes:
    """A mail that arrives while the service listens."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = corpus.person(1), corpus.ANNA, f"Latency {number}"
    made["Date"], made["Message-ID"] = datetime.now(UTC), f"<latency-{number}@mail.example>"
    made.set_content(f"Number {number}\n")
    return made.as_bytes()


def new_request(number: int) -> bytes:
    """An invitation that arrives by mail (RFC 5546)."""
    start = (datetime.now(UTC) + timedelta(days=number + 1)).strftime("%Y%m%dT%H%M%SZ")
    event = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//latency//\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        f"UID:latency-{number}@calendar.example\r\nDTSTAMP:{start}\r\nDTSTART:{start}\r\nDURATION:PT1H\r\n"
        f"SUMMARY:Latency meeting {number}\r\nORGANIZER:mailto:{corpus.person(1)}\r\n"
        f"ATTENDEE:mailto:{corpus.ANNA}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = corpus.person(1), corpus.ANNA, f"Latency meeting {number}"
    made["Date"], made["Message-ID"] = datetime.now(UTC), f"<latency-meeting-{number}@mail.example>"
    made.set_content("Please come.\n")
    made.add_alternative(event, subtype="calendar", params={"method": "REQUEST"})
    return made.as_bytes()


class Measured:
    """A store, its service and a server."""

    def __init__(self, store: Store, server: SandboxProcess) -> None:
        self.store, self.server = store, server

    def state(self) -> str:
        with self.store.read() as tx:
            return str(tx.execute(select(Mailbox.state).where(Mailbox.address == corpus.ANNA)).scalar_one())

    def holds(self, subject: str, kind: str) -> bool:
        """Whether a mail or an appointment of this subject can be read."""
        with self.store.read() as tx:
            found = select(Activity.id).where(Activity.subject == subject, Activity.kind == kind)
            return tx.execute(found).scalar() is not None

    def arrival(self, source: bytes, subject: str, kind: str) -> float:
        """Seconds from the delivery on the server until it can be read here."""
        self.server.do("deliver", mailbox=corpus.ANNA, source=source.decode("utf-8", "surrogateescape"))
        return _until(lambda: self.holds(subject, kind))

    def departure(self, number: int) -> float:
        """Seconds from moving a mail here until the server has moved it."""
        before = len(self.filed())
        with self.store.write() as tx:
            item_id = tx.execute(
                select(MailboxItem.id)
                .join(Email, Email.id == MailboxItem.activity_id)
                .where(Email.message_id == f"latency-{number}@mail.example")
            ).scalar_one()
            folder_id = tx.execute(select(Folder.id).where(Folder.path.ilike(FOLDER))).scalar_one()
            by = actor_for(tx, corpus.ANNA)
            move_mail(tx, [item_id], folder_id, by=by, now=datetime.now(UTC))
        return _until(lambda: len(self.filed()) > before)

    def filed(self) -> list[str]:
        """What the server holds in the folder."""
        items: list[str] = self.server.do("items", mailbox=corpus.ANNA, folder=FOLDER)["items"]
        return items


def _until(condition: Callable[[], bool]) -> float:
    started = monotonic()
    until(condition, "it was not seen")
    return monotonic() - started


def measure(times: int) -> dict[str, tuple[list[float], float]]:
    """Seconds by way, with the limit of each."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        store = open_store(str(corpus.new_store(home / "store.db")))
        with sandbox(corpus.write_mailbox(home / "mailbox", mails=100)) as server:
            server.do("deliver", mailbox=corpus.ANNA, source=new_mail(-1).decode(), folder=FOLDER)
            connect_mailbox(store, server.url)
            with service(str(home / "store.db"), **{environment_name(corpus.ANNA): "demo"}):
                seen = Measured(store, server)
                until(lambda: seen.state() == "ready", "the first sync")
                until(lambda: server.requests().get("GetStreamingEvents", 0) > 0, "the stream")
                mails = [seen.arrival(new_mail(n), f"Latency {n}", "email") for n in range(times)]
                meetings = [seen.arrival(new_request(n), f"Latency meeting {n}", "appointment") for n in range(times)]
                changes = [seen.departure(n) for n in range(times)]
        store.close()
    return {"new mail": (mails, 5.0), "meeting request": (meetings, 10.0), "change made here": (changes, 5.0)}


def main() -> int:
    """1 when a limit is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    missed = False
    for way, (seconds, limit) in measure(parser.parse_args().times).items():
        missed |= max(seconds) > limit
        print(f"{way:17} median {median(seconds):5.2f} s, slowest {max(seconds):5.2f} s (limit {limit:.0f} s)")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
