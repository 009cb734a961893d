"""The fields of meeting mails (MeetingMessageType and the types derived from it in types.xsd), in schema order.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/meetingrequest
"""

from __future__ import annotations

from mail_sync.sandbox.ews.fields_event import SHARED, recurrence_id
from mail_sync.sandbox.ews.fields_item import Renderer
from mail_sync.sandbox.ews.fields_mail import MESSAGE
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import element, flag
from mail_sync.sandbox.facts import event, mail
from mail_sync.sandbox.meetings import book
from mail_sync.sandbox.meetings.arrivals import REQUEST_TYPE
from mail_sync.sandbox.model import Item

RESPONSES = {"Pos": "Accept", "Neg": "Decline", "Tent": "Tentative"}


def _entry(view: View) -> Item | None:
    """The calendar entry that the mail is about."""
    return book.find(view.item.folder.mailbox, view.event.uid)


def _associated(view: View) -> str:
    entry = _entry(view)
    if entry is None:
        return ""
    return f'<t:AssociatedCalendarItemId Id="{entry.item_id}" ChangeKey="{entry.change_key}"/>'


def _is_out_of_date(view: View) -> str:
    """Whether the calendar holds a later state of the meeting than the mail tells of."""
    entry = _entry(view)
    later = entry is not None and view.event.recurrence_id is None and _sequence(entry) > view.event.sequence
    return flag("IsOutOfDate", later or view.item.marks.get(REQUEST_TYPE) == "Outdated")


def _sequence(entry: Item) -> int:
    try:
        return book.series(entry).facts.sequence
    except event.Unreadable:
        return 0


def _response_type(view: View) -> str:
    answer = RESPONSES.get(view.item.item_class.rpartition(".")[2], "NoResponseReceived")
    return element("ResponseType", answer)


def _proposal(name: str, field: str) -> Renderer:
    def shown(view: View) -> str:
        if mail.calendar_method(view.body.calendar) != "COUNTER":
            return ""
        return view.instant(name, getattr(view.event, field))

    return shown


MEETING: dict[str, Renderer] = {
    **MESSAGE,
    "meeting:AssociatedCalendarItemId": _associated,
    "meeting:IsDelegated": lambda view: flag("IsDelegated", False),
    "meeting:IsOutOfDate": _is_out_of_date,
    "meeting:HasBeenProcessed": lambda view: flag("HasBeenProcessed", _entry(view) is not None),
    "meeting:ResponseType": _response_type,
    "calendar:UID": lambda view: element("UID", view.event.uid),
    "calendar:RecurrenceId": recurrence_id,
    "calendar:DateTimeStamp": lambda view: view.instant("DateTimeStamp", view.event.stamp),
}
MEETING_REQUEST: dict[str, Renderer] = {
    **MEETING,
    "meetingRequest:MeetingRequestType": lambda view: element(
        "MeetingRequestType", view.item.marks.get(REQUEST_TYPE, "NewMeetingRequest")
    ),
    "meetingRequest:IntendedFreeBusyStatus": lambda view: element(
        "IntendedFreeBusyStatus", view.event.intended_busy.replace("WorkingElsewhere", "Free")
    ),
    **SHARED,
}
_WHEN = {
    uri: SHARED[uri]
    for uri in ("calendar:Start", "calendar:End", "calendar:Location", "calendar:Recurrence",
                "calendar:CalendarItemType")
}  # fmt: skip
MEETING_RESPONSE: dict[str, Renderer] = {
    **MEETING,
    **_WHEN,
    "meeting:ProposedStart": _proposal("ProposedStart", "start"),
    "meeting:ProposedEnd": _proposal("ProposedEnd", "end"),
}
MEETING_CANCELLATION: dict[str, Renderer] = {**MEETING, **_WHEN}
