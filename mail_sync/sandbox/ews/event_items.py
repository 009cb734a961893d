"""What creating, changing and deleting calendar items have in common."""

from __future__ import annotations

from mail_sync.sandbox.ews.soap import EwsError, SoapFault
from mail_sync.sandbox.meetings.organizing import Audience
from mail_sync.sandbox.model import Traits

# What an event says in its own source, and its attendees are told: marks of the item are not for these.
OWN = ("item:Importance", "item:Sensitivity", "item:ReminderIsSet", "item:ReminderMinutesBeforeStart")


def read_audience(said: str, missing: str) -> Audience:
    """Who is told of a change. Raises EwsError `missing` where a request leaves it out, and SoapFault."""
    if not said:
        raise EwsError(missing)
    try:
        return Audience(said)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error


def without_own_marks(traits: Traits) -> Traits:
    """The traits of an item whose source says the rest."""
    for uri in OWN:
        traits.marks.pop(uri, None)
    return traits
