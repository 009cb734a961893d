"""What is read to show a meeting: itself, what else is at that time, and what it is regarding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calendar_sync.page import MeetingPage, meeting_page
from store.actor import Actor
from store.queries.activities import ActivityDetail, activity_detail


@dataclass(frozen=True, slots=True)
class ShownMeeting:
    """A meeting with the records that it is linked to, or that are suggested for it, in `activity`."""

    page: MeetingPage
    activity: ActivityDetail


def shown_meeting(
    tx: Any,
    activity_id: int,
    original_start: str,
    *,
    start: datetime,
    end: datetime,
    mailbox_id: int | None,
    by: Actor,
) -> ShownMeeting:
    """Raises NotFound, Invalid."""
    page = meeting_page(tx, activity_id, original_start, start=start, end=end, mailbox_id=mailbox_id, by=by)
    return ShownMeeting(page, activity_detail(tx, activity_id, by=by))
