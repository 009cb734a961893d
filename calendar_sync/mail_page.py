"""What a mail says about a meeting, as it is shown beside the mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from calendar_sync.page import other_bookings
from calendar_sync.view import AppointmentDetail, appointment_detail
from store.access import sees_activity
from store.actor import Actor
from store.errors import StoreError
from store.queries.calendar import CalendarEntry, calendars
from store.schema.activities import Activity
from store.schema.mail import Email

if TYPE_CHECKING:
    from calendar_sync.mail_part import MeetingMail


@dataclass(frozen=True, slots=True)
class MailMeeting:
    """The calendar part of a mail; `detail` is the appointment as it stands now, None where it is not in the store, and
    `beside` what else one's own calendars have at the time that the mail names."""

    mail: MeetingMail
    detail: AppointmentDetail | None
    beside: tuple[CalendarEntry, ...]

    @property
    def can_answer(self) -> bool:
        return self.mail.can_answer and self.detail is not None and self.detail.can_answer


def mail_meeting(tx: Connection, email_id: int, *, by: Actor) -> MailMeeting | None:
    """The meeting of a mail; None for a mail without a readable calendar part, or that `by` may not see."""
    has_part = select(Email.id).join(Activity, Activity.id == Email.id)
    has_part = has_part.where(Email.id == email_id, Email.calendar_state != "none", sees_activity(by))
    if tx.execute(has_part).scalar() is None:
        return None
    # Most mail has no calendar part: what reads one is loaded with the first that has.
    from calendar_sync.mail_part import meeting_in

    mail = meeting_in(tx, email_id, by=by)
    if mail is None:
        return None
    start, end = _instant(mail.event.start), _instant(mail.event.end)
    beside = other_bookings(tx, None, start=start, end=end, but=mail.activity_id, by=by) if end > start else ()
    return MailMeeting(mail, _detail(tx, mail.activity_id, by), beside)


def _detail(tx: Connection, activity_id: int | None, by: Actor) -> AppointmentDetail | None:
    if activity_id is None:
        return None
    mine = [row.mailbox_id for row in calendars(tx, by=by) if row.mine]
    try:
        found = [appointment_detail(tx, activity_id, mailbox_id=each, by=by) for each in (*mine, None)]
    except StoreError:
        return None  # it lies in a calendar that they may not see: the mail still tells what it tells
    # One's own calendar answers, also where one works in that of the organizer too.
    return next((each for each in found if each.can_answer), found[-1])


def _instant(moment: datetime | date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
