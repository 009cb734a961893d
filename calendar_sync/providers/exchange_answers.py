"""Answering meetings on Exchange.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-meeting-request
"""

from __future__ import annotations

from datetime import date, datetime

from calendar_sync.provider import Answer
from calendar_sync.providers.exchange_notices import referring
from calendar_sync.providers.exchange_occurrences import find_occurrence
from calendar_sync.providers.exchange_reading import APPOINTMENT
from mail_sync.provider import Written
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.reading import TYPES, item_id
from mail_sync.providers.exchange.server import Writer
from mail_sync.providers.exchange.writing import expect

ELEMENTS = {
    Answer.ACCEPTED: "t:AcceptItem",
    Answer.TENTATIVE: "t:TentativelyAcceptItem",
    Answer.DECLINED: "t:DeclineItem",
}


def answer(
    server: Writer, item: str, given: Answer, comment: str, tell: bool, original: datetime | date | None
) -> Written | None:
    """Answer a meeting or one occurrence. Gives where a meeting that stays in the calendar is now: Exchange makes its
    entry anew. None where the server does not say.

    Raises ItemGone, SendRefused, OutcomeUnknown.
    """
    now = expect(server, item, "", APPOINTMENT)
    meant = Written(*item_id(now)) if original is None else find_occurrence(server, now, original)
    made = new(ELEMENTS[given])
    if comment:
        child(made, "t:Body", comment, BodyType="Text")
    made.append(referring(meant))
    entries = [one for one in server.respond(made, send=tell) if one.tag == f"{TYPES}CalendarItem"]
    if original is not None or given is Answer.DECLINED or not entries:
        return None
    return Written(*item_id(entries[0]))
