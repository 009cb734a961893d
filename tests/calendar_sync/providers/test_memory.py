"""The calendar in memory keeps the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.event import Event
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.errors import PoisonItem, Unreadable
from mail_sync.provider import FolderRole, Poisoned
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from tests.calendar_sync.providers.contract import CalendarProviderContract, Sample
from tests.calendar_sync.providers.writing import CalendarWritingContract

(CALENDAR,) = (folder for folder in STANDARD_FOLDERS if folder.role is FolderRole.CALENDAR)


class MemoryCalendarWorld:
    """A `CalendarWorld` whose server is the twin itself."""

    def __init__(self) -> None:
        self.mailbox = MemoryMailbox("sales@alpine.example")

    def connect(self) -> MemoryMailbox:
        return self.mailbox

    def calendar(self) -> MemoryCalendar:
        return MemoryCalendar(self.mailbox)

    def add(self, sample: Sample) -> str:
        return self.mailbox.deliver(CALENDAR, replace(sample.event, my_response="organizer"))

    def delete(self, item_id: str) -> None:
        self.mailbox.box.remove(item_id)

    def poison(self, item_id: str) -> None:
        self.mailbox.poison(item_id, PoisonItem("ErrorCorruptData"))

    def mailed(self) -> list[str]:
        return [email for mail in self.mailbox.server.mailed for email in mail.recipients]

    def invite(self, event: Event) -> str:
        return self.mailbox.deliver(CALENDAR, replace(event, my_response="none"))

    def hide_zones(self, zone: str) -> None:
        """The twin's events carry their zone themselves."""


@pytest.fixture
def calendar_world() -> MemoryCalendarWorld:
    return MemoryCalendarWorld()


class TestMemoryCalendar(CalendarProviderContract, CalendarWritingContract):
    """The contract, on the twin."""


def test_a_mail_in_the_calendar_is_no_appointment() -> None:
    mailbox = MemoryMailbox("sales@alpine.example")
    item = mailbox.deliver(CALENDAR, b"Subject: no event\r\n\r\n")
    (got,) = MemoryCalendar(mailbox).fetch_events([item])
    assert isinstance(got, Poisoned)
    assert type(got.error) is Unreadable
