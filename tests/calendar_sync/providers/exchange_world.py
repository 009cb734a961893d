"""A calendar on the sandbox Exchange, as a world for the contract suites."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

from calendar_sync.event import Attendee, Event
from calendar_sync.ics_writer import write_calendar
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.message import Address
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from tests.calendar_sync.providers.contract import Sample
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld


class ExchangeCalendarWorld(ExchangeWorld):
    """A `CalendarWorld` whose server is the sandbox."""

    def calendar(self) -> ExchangeCalendar:
        return ExchangeCalendar(self.connect())

    def add(self, sample: Sample) -> str:
        return self.add_calendar(
            f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//\n{sample.ics}END:VCALENDAR\n".replace("\n", "\r\n")
        )

    def mailed(self) -> list[str]:
        return [sent.recipient for sent in self.sandbox.model.outside]

    def invite(self, event: Event) -> str:
        guests = (*event.attendees, Attendee(Address(ADDRESS, "Sales")))
        source = write_calendar(replace(event, attendees=guests), now=datetime(2026, 3, 1, tzinfo=UTC))
        return self.add_calendar(source.decode())

    def hide_zones(self, zone: str) -> None:
        self.faults.clear()
        if zone:
            self.faults.set(FaultKind.UNKNOWN_TIME_ZONE, zone)
        else:
            self.faults.set(FaultKind.NO_TIME_ZONE)

    def notes(self) -> list[str]:
        """What the mails that went outside say beside their calendars, in order."""
        mails = (message_from_bytes(sent.data, policy=policy.default) for sent in self.sandbox.model.outside)
        bodies = (mail.get_body(("plain",)) for mail in mails)
        return ["" if body is None else str(body.get_content()).strip() for body in bodies]


@contextmanager
def new_calendar_world() -> Iterator[ExchangeCalendarWorld]:
    """A server with one empty mailbox, in Berlin."""
    model = Model()
    model.add_mailbox(ADDRESS, "Sales", PASSWORD, timezone="Europe/Berlin")
    with serve(model) as sandbox:
        made = ExchangeCalendarWorld(sandbox)
        yield made
        made.close()
