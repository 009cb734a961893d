"""Answering invitations. An answer that tells the organizer mails a person, so it is given once or asked about."""

from __future__ import annotations

from datetime import date, datetime

from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Later, Outcome, Unsure
from assistant.outbox.marks import moved_away, place_here
from calendar_sync.event import Event
from calendar_sync.provider import Answer
from mail_sync.errors import BrokenReply, ItemGone, MailboxRefused, MailboxUnavailable, OutcomeUnknown
from mail_sync.provider import Poisoned
from store.outbox.delivery import SENDING, OutboxRow, Place, place_of
from store.sync.written import rename_item

_NOT_SHOWN = "Nobody can say whether the organizer got this answer, and the calendar does not show it."


def answer_meeting(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Accept, tentatively accept or decline as the payload says: answer, comment, tell, original_start."""
    answer, tell = Answer(row.payload["answer"]), bool(row.payload.get("tell"))
    original_start = _start(str(row.payload.get("original_start", "")))
    if row.stage == SENDING:
        return _go_on(delivery, row, answer, original_start)
    place = place_here(delivery, row)
    if not isinstance(place, Place):
        return place
    if tell:
        row = delivery.about_to_mail(row)
    try:
        comment = str(row.payload.get("comment", ""))
        made = delivery.calendar.answer(place.remote_id, answer, comment, tell=tell, original_start=original_start)
    except ItemGone:
        if tell:
            delivery.reach(row, "")
        return moved_away(row)
    except (OutcomeUnknown, BrokenReply):
        if not tell:
            raise
        return _look(delivery, row, place, answer, original_start)
    except (MailboxUnavailable, MailboxRefused):
        delivery.reach(row, "")  # certainly not answered
        raise
    if made is not None and made.item_id != place.remote_id:
        with delivery.store.write() as tx:
            rename_item(tx, place.item_id, made.item_id)
    return Done()


def _go_on(delivery: Delivery, row: OutboxRow, answer: Answer, original_start: datetime | date | None) -> Outcome:
    """Look for what an earlier attempt sent, first at the meeting's new place where it moved; one that was declined
    leaves the calendar for good."""
    with delivery.store.read() as tx:
        place = place_of(tx, row.item_id)
    if place is None:
        return Unsure(_NOT_SHOWN)
    waits = moved_away(row) if place.gone and not place.buried else None
    return waits if isinstance(waits, Later) else _look(delivery, row, place, answer, original_start)


def _look(
    delivery: Delivery, row: OutboxRow, place: Place, answer: Answer, original_start: datetime | date | None
) -> Outcome:
    """Whether the calendar shows the answer, which a server writes when it has sent it."""
    shown = ""
    for found in delivery.calendar.fetch_events([place.remote_id]):
        if not isinstance(found, Poisoned):
            shown = _response(found.event, original_start)
        elif isinstance(found.error, ItemGone) and original_start is None:
            shown = Answer.DECLINED.value  # a declined meeting leaves the calendar
    if shown == answer.value:
        return Done("It was answered, although the connection broke meanwhile.")
    if delivery.still_looking(row):
        return Later("The connection broke while it was being answered; it is being looked for", LOOK_AGAIN)
    return Unsure(_NOT_SHOWN)


def _response(event: Event, original_start: datetime | date | None) -> str:
    if original_start is None:
        return event.my_response
    found = (each.my_response for each in event.exceptions if each.original_start == original_start)
    return next(found, event.my_response)


def _start(text: str) -> datetime | date | None:
    """The start that an occurrence would have had, as ISO 8601; '' for the whole meeting."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
