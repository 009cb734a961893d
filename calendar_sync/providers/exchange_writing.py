"""Creating, changing and deleting events of an Exchange calendar.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/calendars-and-ews-in-exchange
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lxml.etree import _Element

from calendar_sync.event import Event
from calendar_sync.fields import at_occurrence
from calendar_sync.merging import OF_COPY
from calendar_sync.provider import Notify
from calendar_sync.providers.exchange_fields import ITEM, change, changes, event_element
from calendar_sync.providers.exchange_notices import (
    NOBODY,
    cancel,
    cancellations,
    invitations,
    is_organizer,
    tells_guests,
    updates,
)
from calendar_sync.providers.exchange_occurrences import take_out, write_occurrence
from calendar_sync.providers.exchange_reading import APPOINTMENT, attendees
from mail_sync.errors import ItemGone, SendRefused
from mail_sync.provider import Folder, FolderRole, ItemKind, Written
from mail_sync.providers.exchange.building import new
from mail_sync.providers.exchange.finding import search
from mail_sync.providers.exchange.reading import TYPES, item_id
from mail_sync.providers.exchange.server import Place, Writer
from mail_sync.providers.exchange.stamps import UNFINISHED, set_stamp
from mail_sync.providers.exchange.writing import delete, expect

TELLS_NOBODY = {"SendMeetingCancellations": NOBODY}

# How a server says that it gives UIDs itself.
UID_REFUSED = ("ErrorInvalidPropertySet", "ErrorInvalidPropertyRequest", "ErrorPropertyUpdate")

# The attributes in which an exception may differ from its series, by field.
_OWN = {
    "title": ("title",),
    "when": ("start", "end", "all_day"),
    "location": ("location",),
    "description": ("description",),
    "busy": ("busy",),
    "sensitivity": ("sensitivity",),
    "importance": ("importance",),
    "reminder": ("reminder_minutes",),
    "categories": ("categories",),
}


def create_event(server: Writer, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
    """A new event that carries our stamp. Raises SendRefused, and then nothing of it stays; OutcomeUnknown."""
    if not (event.exceptions or event.exdates):
        return _create(server, folder, event, stamp, invitations(notify, has_guests=bool(event.attendees)))
    return _create_with_exceptions(server, folder, event, stamp, notify)


def _create_with_exceptions(server: Writer, folder: Folder, event: Event, stamp: str, notify: Notify) -> Written:
    """The series first, then each exception. Guests hear of all of it at once, by the same request that sets the
    stamp: a series that is found by it is whole, and everybody knows. One that was left unfinished is made again."""
    unfinished = f"{UNFINISHED}{stamp}"
    for left in search(server, unfinished, {folder.folder_id: folder.role}):
        delete(server, left.item_id, "", TELLS_NOBODY)
    made = _create(server, folder, event, unfinished, invitations(Notify.NOBODY, has_guests=False))
    try:
        _write_exceptions(server, made, event)
    except (SendRefused, ItemGone) as error:
        delete(server, made.item_id, "", TELLS_NOBODY)
        raise SendRefused(error.detail) from error
    title = change(("item:Subject", new("t:Subject", event.title)))
    told = Notify.NOBODY if notify is Notify.NOBODY else Notify.EVERYBODY
    audience = updates(told, has_guests=bool(event.attendees))
    return server.update(Written(made.item_id), [title, set_stamp(ITEM, stamp)], audience)


def update_event(server: Writer, item: Written, event: Event, fields: Collection[str], notify: Notify) -> Written:
    """Write fields of a single event or a master. Raises Conflict, ItemGone, SendRefused, OutcomeUnknown."""
    now = expect(server, item.item_id, item.change_key, APPOINTMENT)
    _must_be_event(now)
    if not is_organizer(now) and not set(OF_COPY).issuperset(fields):
        raise SendRefused("only the organizer may change a meeting")
    known = Written(item.item_id, item_id(now)[1])
    wanted = changes(event, fields, now)
    if not wanted:
        return known
    has_guests = bool(attendees(now) or ("attendees" in fields and event.attendees))
    return server.update(known, wanted, updates(notify, has_guests=has_guests))


def delete_event(server: Writer, item: Written, notify: Notify, comment: str) -> None:
    """Move an event to Deleted Items and tell its guests as asked. Raises ItemGone, Conflict, OutcomeUnknown."""
    now = expect(server, item.item_id, item.change_key, APPOINTMENT)
    _must_be_event(now)
    if comment and tells_guests(now, notify) and not _is_deleted(server, now):
        cancel(server, Written(item.item_id, item_id(now)[1]), comment)
    else:
        delete(server, item.item_id, item.change_key, cancellations(now, notify))


def find_stamped_event(server: Writer, stamp: str, folders: Callable[[], Sequence[Folder]]) -> Written | None:
    """The event with this stamp in any calendar; one in Deleted Items is none.

    Raises MailboxUnavailable, MailboxRefused.
    """
    own = server.known_folders(["calendar"])
    found = search(server, stamp, dict.fromkeys(own.values(), FolderRole.CALENDAR))
    if not found:
        others = [one.folder_id for one in folders() if one.holds is ItemKind.APPOINTMENT]
        wanted = [one for one in others if one not in own.values()]
        found = search(server, stamp, dict.fromkeys(wanted, FolderRole.OTHER))
    return Written(found[0].item_id, found[0].change_key) if found else None


def _create(server: Writer, folder: Folder, event: Event, stamp: str, told: dict[str, str]) -> Written:
    place = Place(folder.folder_id)
    try:
        return server.create(place, event_element(event, stamp, with_uid=True), told)
    except SendRefused as error:
        if not event.uid or not any(code in error.detail for code in UID_REFUSED):
            raise
    return server.create(place, event_element(event, stamp, with_uid=False), told)


def _write_exceptions(server: Writer, made: Written, event: Event) -> None:
    master = expect(server, made.item_id, "", APPOINTMENT)
    for original in event.exdates:
        try:
            take_out(server, master, original, Notify.NOBODY, "")
        except ItemGone:
            continue  # the pattern has no such day, so there is nothing to take out
    for exception in event.exceptions:
        original = exception.original_start if exception.original_start is not None else exception.start
        if exception.status == "cancelled":
            take_out(server, master, original, Notify.NOBODY, "")
        elif fields := _own_fields(exception, at_occurrence(event, original)):
            write_occurrence(server, master, original, exception, fields, Notify.NOBODY)


def _own_fields(exception: Event, regular: Event) -> list[str]:
    found = [name for name, held in _OWN.items() if any(getattr(exception, a) != getattr(regular, a) for a in held)]
    if _invited(exception) != _invited(regular):
        found.append("attendees")
    return found


def _invited(event: Event) -> set[tuple[str, str]]:
    return {(each.address.email, each.role) for each in event.attendees}


def _must_be_event(item: _Element) -> None:
    if item.tag != f"{TYPES}CalendarItem":
        raise SendRefused("this item is not an appointment")


def _is_deleted(server: Writer, item: _Element) -> bool:
    parent = item.find(f"{TYPES}ParentFolderId")
    return parent is not None and parent.get("Id") == server.known_folders(["deleteditems"]).get("deleteditems")
