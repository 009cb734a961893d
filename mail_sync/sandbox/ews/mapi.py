"""Extended properties: what was written to an item, headers by name, and the MAPI properties clients ask for.

Names and types are those of [MS-OXPROPS].
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

from mail_sync.sandbox.ews.shape import Extended, show_property
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import instant
from mail_sync.sandbox.model import Kind, Value


def _search_key(view: View) -> str:
    """Made of the first arrival: it survives moves, and a client can match by it."""
    seed = f"{view.item.folder.mailbox.guid}/{view.item.birth}".encode()
    return b64encode(hashlib.md5(seed, usedforsecurity=False).digest()).decode()


def _message_flags(view: View) -> str:
    """MSGFLAG_READ 1, MSGFLAG_UNSENT 8, MSGFLAG_FROMME 32."""
    home = view.item.folder.distinguished
    unsent = view.item.unsent or home == "drafts"
    return str(view.item.is_read + 8 * unsent + 32 * ("item:IsFromMe" in view.item.marks or home == "sentitems"))


def _flag_status(view: View) -> str:
    """PidTagFlagStatus: 2 is "follow up", 1 is done, none is none."""
    if view.item.flagged:
        return "2"
    return "1" if view.item.marks.get("item:Flag") == "Complete" else ""


def _sender_address(view: View) -> str:
    return next((one.email for name in ("Sender", "From") for one in view.head.addresses(name)), "")


def _all_headers(view: View) -> str:
    return "\r\n".join(f"{name}: {value}" for name, value in view.head.headers)


def _conversation_index(view: View) -> str:
    return b64encode(view.head.conversation_index).decode()


def _signal_time(view: View) -> str:
    """When a reminder is shown next; whoever snoozes it writes another time over this one."""
    at, marks = view.task.reminder, view.item.marks
    if at is None or marks.get("item:ReminderIsSet") not in ("true", "1"):
        return ""
    return instant(at - timedelta(minutes=int(marks.get("item:ReminderMinutesBeforeStart") or 0)))


SIGNAL_TIME = "DistinguishedPropertySetId=common;PropertyId=34144;PropertyType=systemtime"  # PidLidReminderSignalTime
ANY_ITEM: dict[tuple[int, str], Callable[[View], str]] = {
    (0x001A, "string"): lambda view: view.item.item_class,  # PidTagMessageClass
    (0x0E06, "systemtime"): lambda view: instant(view.item.received),  # PidTagMessageDeliveryTime
    (0x0E07, "integer"): _message_flags,  # PidTagMessageFlags
    (0x0E08, "integer"): lambda view: str(view.item.content.size),  # PidTagMessageSize
    (0x1090, "integer"): _flag_status,
    (0x300B, "binary"): _search_key,  # PidTagSearchKey
    (0x3008, "systemtime"): lambda view: instant(view.item.modified),  # PidTagLastModificationTime
}
MAIL_ONLY: dict[tuple[int, str], Callable[[View], str]] = {
    (0x0037, "string"): lambda view: view.head.get("Subject"),  # PidTagSubject
    (0x0070, "string"): lambda view: view.head.topic,  # PidTagConversationTopic
    (0x0071, "binary"): _conversation_index,  # PidTagConversationIndex
    (0x007D, "string"): _all_headers,  # PidTagTransportMessageHeaders
    (0x1035, "string"): lambda view: view.head.get("Message-ID"),  # PidTagInternetMessageId
    (0x1039, "string"): lambda view: view.head.get("References"),  # PidTagInternetReferences
    (0x1042, "string"): lambda view: view.head.get("In-Reply-To"),  # PidTagInReplyToId
    (0x5D01, "string"): _sender_address,  # PidTagSenderSmtpAddress
}


def extended(view: View) -> str:
    """The extended properties asked for that this item has."""
    return "".join(_property(view, asked) for asked in view.shape.extended)


def value_of(view: View, asked: Extended) -> Value:
    """The value of a property, '' where the item has none."""
    own = view.own
    return own[asked.key] if asked.key in own else view.item.properties.get(asked.key) or _built_in(view, asked)


def _property(view: View, asked: Extended) -> str:
    value = value_of(view, asked)
    return show_property(asked, value) if value else ""


def _built_in(view: View, asked: Extended) -> str:
    wanted = dict(asked.attributes)
    is_mail = view.item.kind is Kind.MAIL
    if wanted.get("DistinguishedPropertySetId") == "InternetHeaders":
        return view.head.get(wanted.get("PropertyName", "")) if is_mail else ""
    if view.item.kind is Kind.TASK and asked.key == SIGNAL_TIME:
        return _signal_time(view)
    if asked.tag is None:
        return ""
    key = (asked.tag, wanted.get("PropertyType", "").lower())
    read = ANY_ITEM.get(key) or (MAIL_ONLY.get(key) if is_mail else None)
    return read(view) if read else ""
