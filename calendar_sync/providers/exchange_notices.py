"""Whom Exchange mails about a write to a meeting, and whose meeting it is.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem
https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem
https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem
"""

from __future__ import annotations

from lxml.etree import _Element

from calendar_sync.provider import Notify
from calendar_sync.providers.exchange_reading import MY_RESPONSES, attendees
from mail_sync.provider import Written
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.reading import text
from mail_sync.providers.exchange.server import Writer

NOBODY = "SendToNone"
EVERYBODY = "SendToAllAndSaveCopy"
UPDATES = {Notify.NOBODY: NOBODY, Notify.CHANGED: "SendToChangedAndSaveCopy", Notify.EVERYBODY: EVERYBODY}


def is_organizer(item: _Element) -> bool:
    """Whether the calendar's owner called the meeting; an appointment without guests is one's own."""
    return MY_RESPONSES.get(text(item, "MyResponseType"), "organizer") == "organizer"


def invitations(notify: Notify, *, has_guests: bool) -> dict[str, str]:
    """For m:CreateItem: all guests of a new meeting are new."""
    return {"SendMeetingInvitations": EVERYBODY if has_guests and notify is not Notify.NOBODY else NOBODY}


def updates(notify: Notify, *, has_guests: bool) -> dict[str, str]:
    """For m:UpdateItem; `has_guests` before or after the change."""
    return {"SendMeetingInvitationsOrCancellations": UPDATES[notify] if has_guests else NOBODY}


def cancellations(item: _Element, notify: Notify) -> dict[str, str]:
    """For m:DeleteItem. An attendee who deletes a meeting tells nobody: that would be an answer."""
    return {"SendMeetingCancellations": EVERYBODY if tells_guests(item, notify) else NOBODY}


def tells_guests(item: _Element, notify: Notify) -> bool:
    """Whether guests are to hear that this meeting is off."""
    return notify is not Notify.NOBODY and is_organizer(item) and bool(attendees(item))


def cancel(server: Writer, item: Written, comment: str) -> None:
    """Cancel a meeting, or an occurrence of one, with words to its guests; it leaves the calendar."""
    made = new("t:CancelCalendarItem")
    made.append(referring(item))
    child(made, "t:NewBodyContent", comment, BodyType="Text")
    server.respond(made, send=True)


def referring(item: Written) -> _Element:
    """The t:ReferenceItemId of a response object."""
    key = {"ChangeKey": item.change_key} if item.change_key else {}
    return new("t:ReferenceItemId", Id=item.item_id, **key)
