"""DeleteItem for calendar items: attendees are told of it, and an occurrence is taken out of its series."""

from __future__ import annotations

from itertools import islice

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.event_items import read_audience
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.facts.event import Occurrence
from mail_sync.sandbox.meetings import answers, book
from mail_sync.sandbox.meetings.organizing import cancel
from mail_sync.sandbox.model import Item


def before_delete(call: Call, item: Item, occurrence: Occurrence | None) -> bool:
    """Send cancellations as the request asks; True when the item itself stays, because an occurrence of it was meant.

    An attendee's deletion tells nobody. Raises EwsError.
    """
    said = str(call.body.get("SendMeetingCancellations", ""))
    audience = read_audience(said, "ErrorSendMeetingCancellationsRequired")
    series = book.series(item)
    original = occurrence.original_start if occurrence else None
    if occurrence is not None and len(list(islice(series.occurrences(), 2))) < 2:
        raise EwsError("ErrorRecurrenceHasNoOccurrence", "The last occurrence of a series cannot be deleted.")
    facts = occurrence.facts if occurrence else series.facts
    if book.is_organizer(item.folder.mailbox, facts):
        cancel(call.model, item, original, audience)
    if original is None:
        return False
    answers.remove(item, original)
    return True
