"""What follow-ups are: kinds, states, and what is found in mail and records. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What somebody has to come back to."""

    REMINDER = "reminder"  # written by a person
    AWAITING_REPLY = "awaiting_reply"
    PROMISE = "promise"  # ours
    THEIR_PROMISE = "their_promise"
    COLD_OPPORTUNITY = "cold_opportunity"
    COLD_CASE = "cold_case"
    COLD_ACCOUNT = "cold_account"
    CLOSE_DATE = "close_date"
    OFFER = "offer"
    SLA = "sla"
    MEETING = "meeting"


PROPOSED, OPEN, DONE, DISMISSED, CLOSED = "proposed", "open", "done", "dismissed", "closed"
#: Taken back by whoever wrote it: as if it had never been.
WITHDRAWN = "withdrawn"
#: Something is still to be done about these.
STANDING = (PROPOSED, OPEN)


@dataclass(frozen=True, slots=True)
class Found:
    """Something in mail or records that somebody has to come back to.

    `identity` names the fact: the same one found again is the same follow-up. `due_wall` is naive wall time in the IANA
    `zone`; `facts` what "why now" is told from, as JSON. `is_certain` False: its user confirms it first.
    """

    identity: str
    kind: Kind
    user_id: int
    due_wall: datetime
    zone: str
    record_id: int | None = None
    activity_id: int | None = None
    text: str = ""
    sentence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_certain: bool = True

    @property
    def due_at(self) -> datetime:
        return instant_of(self.due_wall, self.zone)


def instant_of(wall: datetime, zone: str) -> datetime:
    """UTC of a naive wall time; one that the clocks skip is the time after the gap, one shown twice the first."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def wall_in(moment: datetime, zone: str) -> datetime:
    """The naive wall time of an aware moment in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
