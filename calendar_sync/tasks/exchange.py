"""The tasks of an Exchange mailbox.

The server takes a day out of the instant that a client writes, in the zone of the request, and gives back the midnight
in UTC: whoever takes the date of that is a day early east of Greenwich. So days are written as midnight in their
owner's zone, which the request names, and read in it.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/task
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lxml.etree import _Element

from calendar_sync.providers.exchange_recurrence import UnknownRecurrence, rrule
from calendar_sync.tasks.provider import RemoteTask
from calendar_sync.tasks.task import WRITABLE, Task
from calendar_sync.zones import windows_id
from mail_sync.errors import SendRefused, Unreadable
from mail_sync.provider import Folder, FolderRole, Poisoned, Written
from mail_sync.providers.exchange.batches import chunks, read_items
from mail_sync.providers.exchange.building import delete_field, field_uri, new, set_field
from mail_sync.providers.exchange.connection import ExchangeMailbox
from mail_sync.providers.exchange.finding import search
from mail_sync.providers.exchange.properties import body_text
from mail_sync.providers.exchange.reading import flag, instant, item_id, local_name, number, path, text
from mail_sync.providers.exchange.server import Place
from mail_sync.providers.exchange.shapes import ItemShape
from mail_sync.providers.exchange.signal_times import read_signal_time
from mail_sync.providers.exchange.stamps import read_stamp, stamp_property
from mail_sync.providers.exchange.writing import expect

TASKS_AT_ONCE = 50
TASK = ItemShape(
    fields=(
        "item:Body",
        "item:Importance",
        "item:ItemClass",
        "item:ReminderDueBy",
        "item:ReminderIsSet",
        "item:ReminderMinutesBeforeStart",
        "item:Sensitivity",
        "item:Subject",
        "task:CompleteDate",
        "task:DueDate",
        "task:IsComplete",
        "task:Recurrence",
    ),
    signal_time=True,
    stamp=True,
)
ITEM = "t:Task"
COMPLETED, NOT_STARTED = "Completed", "NotStarted"
HALF_A_DAY = timedelta(hours=12)

# A property by its FieldURI, and its element; None for one that is to be empty.
Property = tuple[str, _Element | None]


class ExchangeTasks:
    """`TaskProvider` over a connected Exchange mailbox."""

    def __init__(self, mailbox: ExchangeMailbox) -> None:
        self._server = mailbox.server

    def fetch_tasks(self, item_ids: Sequence[str], zone: ZoneInfo) -> Iterator[RemoteTask | Poisoned]:
        for some in chunks(item_ids, TASKS_AT_ONCE):
            for asked, answer in read_items(self._server, some, TASK):
                yield answer if isinstance(answer, Poisoned) else _remote_task(asked, answer, zone)

    def create_task(self, folder: Folder, task: Task, stamp: str, zone: ZoneInfo) -> Written:
        return self._server.create(Place(folder.folder_id), task_element(task, stamp, zone), zone=_named(zone))

    def update_task(
        self, item_id_: str, change_key: str, task: Task, fields: Collection[str], zone: ZoneInfo
    ) -> Written:
        now = expect(self._server, item_id_, change_key, TASK)
        if local_name(now) != "Task":
            raise SendRefused("this item is not a task")
        known = Written(item_id_, item_id(now)[1])
        changes = [_change(one) for one in properties(task, fields, zone)]
        if not changes:
            return known
        written = self._server.update(known, changes, zone=_named(zone))
        return written if written.item_id == item_id_ else Written(item_id_)

    def find_stamped_task(self, stamp: str) -> Written | None:
        own = self._server.known_folders(["tasks"])
        found = search(self._server, stamp, dict.fromkeys(own.values(), FolderRole.TASKS))
        return Written(found[0].item_id, found[0].change_key) if found else None


def task_element(task: Task, stamp: str, zone: ZoneInfo) -> _Element:
    """A t:Task with everything that can be written, in the order of the schema."""
    held = dict(properties(task, WRITABLE, zone))
    made = new(ITEM)
    for uri in ("item:Subject", "item:Body", "item:Importance", *_REMINDER):
        _add(made, held.get(uri))
    made.append(stamp_property(stamp))
    for uri in ("task:DueDate", "task:Status"):
        _add(made, held.get(uri))
    return made


def properties(task: Task, fields: Collection[str], zone: ZoneInfo) -> list[Property]:
    """The properties that say these fields. Of what is done there is no reminder: the server ends it."""
    found: list[Property] = []
    if "title" in fields:
        found.append(("item:Subject", new("t:Subject", task.title)))
    if "body" in fields:
        found.append(("item:Body", new("t:Body", task.body, BodyType="Text") if task.body else None))
    if "importance" in fields:
        found.append(("item:Importance", new("t:Importance", task.importance.title())))
    if "due" in fields:
        found.append(("task:DueDate", new("t:DueDate", _instant(_midnight(task.due, zone))) if task.due else None))
    if "done" in fields:
        found.append(("task:Status", new("t:Status", COMPLETED if task.done else NOT_STARTED)))
    if "remind_at" in fields and not task.done:
        found += _reminder(task.remind_at)
    return found


def read_task(item: _Element, zone: ZoneInfo) -> Task:
    """A t:Task in the normal form."""
    return Task(
        title=text(item, "Subject"),
        body=body_text(item),
        due=_day(text(item, "DueDate"), zone),
        remind_at=_remind_at(item),
        done=flag(item, "IsComplete") is True,
        completed_on=_day(text(item, "CompleteDate"), zone),
        importance=text(item, "Importance").lower() or "normal",
        sensitivity=text(item, "Sensitivity").lower() or "normal",
        recurrence=_recurrence(item, zone),
    )


_REMINDER = ("item:ReminderDueBy", "item:ReminderIsSet", "item:ReminderMinutesBeforeStart")


def _remote_task(asked: str, item: _Element, zone: ZoneInfo) -> RemoteTask | Poisoned:
    """One task; a request that a colleague sent, or a flagged mail, is none."""
    if local_name(item) != "Task":
        return Poisoned(asked, Unreadable(f"{text(item, 'ItemClass') or local_name(item)} is not a task"))
    return RemoteTask(asked, item_id(item)[1], read_task(item, zone), read_stamp(item))


def _reminder(at: datetime | None) -> Iterator[Property]:
    if at is None:
        yield "item:ReminderIsSet", new("t:ReminderIsSet", "false")
        return
    yield "item:ReminderDueBy", new("t:ReminderDueBy", _instant(at))
    yield "item:ReminderIsSet", new("t:ReminderIsSet", "true")
    yield "item:ReminderMinutesBeforeStart", new("t:ReminderMinutesBeforeStart", "0")


def _remind_at(item: _Element) -> datetime | None:
    if not flag(item, "ReminderIsSet"):
        return None
    due_by = instant(text(item, "ReminderDueBy"))
    before = timedelta(minutes=number(item, "ReminderMinutesBeforeStart") or 0)
    return read_signal_time(item) or (due_by - before if due_by is not None else None)


def _day(value: str, zone: ZoneInfo) -> date | None:
    """The day whose midnight a server gives: in its owner's zone, in UTC, or wherever else it was written."""
    at = instant(value)
    if at is None:
        return None
    here = at.astimezone(zone)
    if here.time() == time():
        return here.date()
    return at.date() if at.time() == time() else (at + HALF_A_DAY).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone if _named(zone) else UTC)


def _named(zone: ZoneInfo) -> str:
    """How the server calls the zone, '' where it does not know it: then days are meant in UTC."""
    return windows_id(zone.key) or ""


def _recurrence(item: _Element, zone: ZoneInfo) -> str:
    found = item.find(path("Recurrence"))
    if found is None:
        return ""
    try:
        return rrule(found, _day(text(item, "DueDate"), zone) or date.min)
    except UnknownRecurrence:
        return ""


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add(made: _Element, value: _Element | None) -> None:
    if value is not None:
        made.append(value)


def _change(one: Property) -> _Element:
    uri, value = one
    return delete_field(field_uri(uri)) if value is None else set_field(field_uri(uri), ITEM, value)
