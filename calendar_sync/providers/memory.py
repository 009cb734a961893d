"""The calendar side of a mailbox in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from calendar_sync.event import Event
from calendar_sync.fields import at_occurrence, key_of
from calendar_sync.provider import Answer, Busy, FreeBusy, Notify, RemoteEvent
from calendar_sync.providers.memory_meetings import cancel, guests, invite, organized_by, reply
from calendar_sync.recurrence import occurrences
from calendar_sync.tasks.memory import MemoryTasks
from mail_sync.errors import ItemGone, SendRefused, Unreadable
from mail_sync.provider import Folder, FolderRole, Poisoned, Written
from mail_sync.providers.memory import MemoryMailbox, written
from mail_sync.providers.memory_box import MemoryItem

#: The attributes of an event that each field covers; attendees and exceptions are looked after apart.
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "when": ("start", "end", "all_day", "timezone", "timezone_source"),
    "recurrence": ("rrule", "rdates"),
    "location": ("location",),
    "description": ("description",),
    "busy": ("busy",),
    "sensitivity": ("sensitivity",),
    "importance": ("importance",),
    "reminder": ("reminder_minutes",),
    "categories": ("categories",),
    "attendees": ("attendees",),
}
_PATTERN = frozenset({"when", "recurrence"})
_OWN_COPY = frozenset({"reminder", "categories"})
_MOST = 10_000  # occurrences looked at


class MemoryCalendar:
    """`CalendarProvider` over a mailbox in memory, whose calendar items hold `Event`s.

    As Exchange does, it drops all exceptions of a series whose rule or time changes, mails whom it is told to, and
    puts meetings into the calendars of attendees who have a mailbox on the same server.
    """

    def __init__(self, mailbox: MemoryMailbox) -> None:
        self._mailbox = mailbox
        self.tasks = MemoryTasks(mailbox)

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        for item_id in item_ids:
            item = self._mailbox.item(item_id)
            if isinstance(item, Poisoned):
                yield item
            elif isinstance(item.content, Event):
                yield RemoteEvent(item_id, item.change_key, item.content, item.stamp)
            else:
                yield Poisoned(item_id, Unreadable(f"{item.item_class} is not an appointment"))

    def create_event(self, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
        def act() -> Written:
            kept = organized_by(replace(event, uid=event.uid or f"{uuid4().hex}@memory.invalid"), self._address)
            kept = replace(kept, exceptions=tuple(replace(each, uid=kept.uid) for each in kept.exceptions))
            item = self._mailbox.box.add(
                folder, kept, stamp=self._mailbox.kept(stamp), item_class="IPM.Appointment"
            )  # fmt: skip
            if notify is not Notify.NOBODY:
                self._invite(kept, guests(kept, self._address))
            return written(item)

        return self._mailbox.write(act)

    def update_event(
        self, item_id: str, change_key: str, event: Event, fields: Collection[str], notify: Notify
    ) -> Written:
        def act() -> Written:
            before = self._event(self._mailbox.expect(item_id, change_key))
            if before.my_response != "organizer" and not _OWN_COPY.issuperset(fields):
                raise SendRefused("only the organizer may change a meeting")
            after = _edited(before, event, fields)
            if _PATTERN.intersection(fields):
                after = replace(after, sequence=before.sequence + 1, exceptions=(), exdates=())
            item = self._mailbox.box.change(item_id, content=after)
            self._tell(before, after, notify)
            return written(item)

        return self._mailbox.write(act)

    def update_occurrence(
        self,
        item_id: str,
        original_start: datetime | date,
        occurrence: Event,
        fields: Collection[str],
        notify: Notify,
    ) -> Written:
        def act() -> Written:
            master = self._event(self._mailbox.box.item(item_id))
            before = _occurrence(master, original_start)
            after = replace(_edited(before, occurrence, fields), sequence=before.sequence + ("when" in fields))
            others = [each for each in master.exceptions if _key(each) != key_of(original_start)]
            exceptions = tuple(sorted((*others, after), key=_key))
            item = self._mailbox.box.change(item_id, content=replace(master, exceptions=exceptions))
            self._tell(before, after, notify)
            return written(item)

        return self._mailbox.write(act)

    def delete_occurrence(self, item_id: str, original_start: datetime | date, notify: Notify, comment: str) -> Written:
        def act() -> Written:
            master = self._event(self._mailbox.box.item(item_id))
            gone = _occurrence(master, original_start)
            others = tuple(each for each in master.exceptions if _key(each) != key_of(original_start))
            after = replace(master, exceptions=others, exdates=tuple(sorted((*master.exdates, original_start))))
            item = self._mailbox.box.change(item_id, content=after)
            if notify is not Notify.NOBODY and master.my_response == "organizer":
                cancel(self._mailbox.server, self._address, gone, guests(gone, self._address), comment)
            return written(item)

        return self._mailbox.write(act)

    def delete_event(self, item_id: str, change_key: str, notify: Notify, comment: str) -> None:
        def act() -> None:
            item = self._mailbox.expect(item_id, change_key)
            event = self._event(item)
            box = self._mailbox.box
            if box.role(item) is FolderRole.DELETED:
                return
            box.move(item_id, box.folder(FolderRole.DELETED))
            if notify is not Notify.NOBODY and event.my_response == "organizer":
                cancel(self._mailbox.server, self._address, event, guests(event, self._address), comment)

        self._mailbox.write(act)

    def answer(
        self, item_id: str, answer: Answer, comment: str, *, tell: bool, original_start: datetime | date | None = None
    ) -> None:
        def act() -> None:
            event = self._event(self._mailbox.box.item(item_id))
            if event.my_response == "organizer":
                raise SendRefused("the organizer does not answer the own meeting")
            answered = event if original_start is None else _occurrence(event, original_start)
            answered = replace(answered, my_response=answer.value)
            self._keep_answer(item_id, event, answered)
            if tell:
                reply(self._mailbox.server, self._address, answered, comment)

        self._mailbox.write(act)

    def find_stamped_event(self, stamp: str) -> Written | None:
        self._mailbox.request()
        box = self._mailbox.box
        for item in box.items():
            if stamp and item.stamp == stamp and isinstance(item.content, Event):
                if box.role(item) is FolderRole.DELETED:
                    continue
                return written(item)
        return None

    def free_busy(self, addresses: Sequence[str], start: datetime, end: datetime) -> Sequence[FreeBusy]:
        self._mailbox.request()
        return [self._free_busy(address, start, end) for address in addresses]

    @property
    def _address(self) -> str:
        return self._mailbox.address

    def _free_busy(self, address: str, start: datetime, end: datetime) -> FreeBusy:
        server = self._mailbox.server
        if not server.holds(address):
            return FreeBusy(address, known=False, reason="there is no such mailbox")
        box = server.box(address)
        events = [item.content for item in box.items(box.folder(FolderRole.CALENDAR))]
        busy = [one for event in events if isinstance(event, Event) for one in _busy(event, start, end)]
        return FreeBusy(address, known=True, busy=tuple(sorted(busy, key=lambda one: (one.start, one.end))))

    def _event(self, item: MemoryItem) -> Event:
        if not isinstance(item.content, Event):
            raise SendRefused(f"{item.item_class} is not an appointment")
        return item.content

    def _keep_answer(self, item_id: str, event: Event, answered: Event) -> None:
        """A declined meeting leaves the calendar, as in Exchange; a declined occurrence is taken out of it."""
        box = self._mailbox.box
        declined = answered.my_response == Answer.DECLINED.value
        if answered.original_start is None:
            item = box.change(item_id, content=answered)
            if declined:
                box.move(item.item_id, box.folder(FolderRole.DELETED))
            return
        others = tuple(each for each in event.exceptions if _key(each) != _key(answered))
        if declined:
            exdates = tuple(sorted((*event.exdates, answered.original_start)))
            box.change(item_id, content=replace(event, exceptions=others, exdates=exdates))
        else:
            box.change(item_id, content=replace(event, exceptions=tuple(sorted((*others, answered), key=_key))))

    def _invite(self, event: Event, recipients: Sequence[str]) -> None:
        invite(self._mailbox.server, self._address, event, recipients)

    def _tell(self, before: Event, after: Event, notify: Notify) -> None:
        """Mail attendees about an edit; those who are no longer invited get a cancellation."""
        if notify is Notify.NOBODY or after.my_response != "organizer":
            return
        were, are = guests(before, self._address), guests(after, self._address)
        added = [email for email in are if email not in were]
        self._invite(after, are if notify is Notify.EVERYBODY else added)
        removed = [email for email in were if email not in are]
        if removed:
            cancel(self._mailbox.server, self._address, after, removed, "")


def _edited(before: Event, wanted: Event, fields: Collection[str]) -> Event:
    names = [name for each in fields for name in _ATTRIBUTES[each]]
    values: dict[str, Any] = {name: getattr(wanted, name) for name in names}
    if "attendees" in values:
        answers = {each.address.email: each.response for each in before.attendees}
        values["attendees"] = tuple(
            replace(each, response=answers.get(each.address.email, "none")) for each in wanted.attendees
        )
    return replace(before, **values)


def _occurrence(master: Event, original_start: datetime | date) -> Event:
    """One occurrence as it stands. Raises ItemGone where the series has none with this original start."""
    key = key_of(original_start)
    for exception in master.exceptions:
        if _key(exception) == key:
            return exception
    begins = original_start if isinstance(original_start, datetime) else _midnight(original_start)
    around = occurrences(master, begins - timedelta(days=2), begins + timedelta(days=2), limit=_MOST)
    if not any(key_of(each.original_start) == key for each in around):
        raise ItemGone(f"the occurrence of {key}")
    return at_occurrence(master, original_start)


def _busy(event: Event, start: datetime, end: datetime) -> Iterator[Busy]:
    if event.status == "cancelled":
        return
    for each in occurrences(event, start, end, limit=_MOST):
        kind = each.event.busy
        if kind != "free" and each.event.status != "cancelled":
            yield Busy(_instant(each.start), _instant(each.end), kind)


def _instant(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else _midnight(at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _key(exception: Event) -> str:
    return key_of(exception.original_start if exception.original_start is not None else exception.start)
