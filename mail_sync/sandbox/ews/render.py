"""Items as XML: which element an item comes as, and a cached plan of which renderers a shape needs."""

from __future__ import annotations

from functools import lru_cache

from mail_sync.sandbox.ews.fields_contact import CONTACT, DEFAULT_CONTACT, INDEXED
from mail_sync.sandbox.ews.fields_event import DEFAULT_EVENT, EVENT
from mail_sync.sandbox.ews.fields_item import Fields, Renderer
from mail_sync.sandbox.ews.fields_mail import DEFAULT_MESSAGE, MESSAGE
from mail_sync.sandbox.ews.fields_meeting import MEETING_CANCELLATION, MEETING_REQUEST, MEETING_RESPONSE
from mail_sync.sandbox.ews.fields_task import DEFAULT_TASK, TASK
from mail_sync.sandbox.ews.shape import Shape
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind

TABLES: dict[str, tuple[Fields, tuple[str, ...]]] = {
    "Message": (MESSAGE, DEFAULT_MESSAGE),
    "MeetingRequest": (MEETING_REQUEST, DEFAULT_MESSAGE),
    "MeetingResponse": (MEETING_RESPONSE, DEFAULT_MESSAGE),
    "MeetingCancellation": (MEETING_CANCELLATION, DEFAULT_MESSAGE),
    "CalendarItem": (EVENT, DEFAULT_EVENT),
    "Contact": (CONTACT, DEFAULT_CONTACT),
    "Task": (TASK, DEFAULT_TASK),
}
# FindItem and SyncFolderItems leave these out whatever is asked: bodies, collections and what has to be computed need
# GetItem (the EWS Managed API marks the others as findable; the documented replies hold From, but no ToRecipients).
NEVER_LISTED = frozenset(
    ("item:MimeContent", "item:Body", "item:TextBody", "item:Attachments", "item:InternetMessageHeaders",
     "message:ToRecipients", "message:CcRecipients", "message:BccRecipients", "message:ReplyTo",
     "calendar:RequiredAttendees", "calendar:OptionalAttendees", "calendar:Resources", "calendar:Recurrence",
     "calendar:FirstOccurrence", "calendar:LastOccurrence", "calendar:ModifiedOccurrences",
     "calendar:DeletedOccurrences", "contacts:CompleteName", "task:Recurrence")
)  # fmt: skip
ELEMENTS = {Kind.EVENT: "CalendarItem", Kind.CONTACT: "Contact", Kind.TASK: "Task"}
MEETING_ELEMENTS = (
    ("IPM.Schedule.Meeting.Request", "MeetingRequest"),
    ("IPM.Schedule.Meeting.Canceled", "MeetingCancellation"),
    ("IPM.Schedule.Meeting.Resp", "MeetingResponse"),
)


def element_name(item: Item) -> str:
    """The element for an item by its class; reports come as Message with their own ItemClass."""
    if item.kind is not Kind.MAIL:
        return ELEMENTS[item.kind]
    if item.item_class.startswith("IPM.Schedule"):
        return next((name for start, name in MEETING_ELEMENTS if item.item_class.startswith(start)), "Message")
    return "Message"


@lru_cache(maxsize=512)
def plan(name: str, shape: Shape, listing: bool) -> tuple[Renderer, ...]:
    """The renderers for an element and a shape, in schema order. `listing`: FindItem and SyncFolderItems."""
    fields, default = TABLES[name]
    wanted = {"item:ItemId", *shape.fields, *(INDEXED[uri] for uri, _ in shape.indexed if uri in INDEXED)}
    if shape.extended:
        wanted.add("extended")
    if shape.base == "AllProperties":
        wanted.update(set(fields) - {"item:MimeContent", "item:TextBody"})
    elif shape.base == "Default":
        wanted.update(default)
    if shape.mime:
        wanted.add("item:MimeContent")
    if listing:
        wanted -= NEVER_LISTED
    return tuple(write for uri, write in fields.items() if uri in wanted)


def render(view: View, listing: bool) -> str:
    """The item as its element."""
    name = element_name(view.item)
    inner = "".join([write(view) for write in plan(name, view.shape, listing)])
    strange = view.quirk(FaultKind.UNKNOWN_ELEMENT)
    shown = (strange.value or "SharingMessage") if strange else name
    return f"<t:{shown}>{inner}</t:{shown}>"
