"""Making, changing, moving, cancelling and answering meetings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.reader_zone import zone_name
from calendar_sync.answers import answer_invitation
from calendar_sync.appointments import (
    Acted,
    cancel_appointment,
    create_appointment,
    delete_appointment,
    edit_appointment,
    preview_cancellation,
    preview_creation,
    preview_edit,
)
from calendar_sync.booking import organizer_name
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.invite import MailedPreview
from calendar_sync.page import other_bookings
from calendar_sync.provider import Answer
from calendar_sync.view import AppointmentDetail, appointment_detail, start_of
from store.errors import Invalid
from store.queries.calendar import CalendarEntry, CalendarRow, calendars
from tui import meeting_form
from tui.cells import short
from tui.dialogs.appointment import AppointmentForm
from tui.dialogs.confirm import ConfirmDialog
from tui.flows.common import find_records, sources
from tui.flows.consenting import Agreed, agree, ask_scope, told
from tui.meeting_form import Typed
from tui.screens.meeting_actions import Meeting
from tui.widgets.fields import Sources

if TYPE_CHECKING:
    from store.queries.refs import RecordRef
    from tui.screens.base import BaseScreen

_KEPT = "Nothing was saved; what you typed is still here."
_VERBS = {Answer.ACCEPTED: "Accept", Answer.TENTATIVE: "Accept tentatively", Answer.DECLINED: "Decline"}
_SHOWN = 50  # cells of a title in a heading


async def create(
    screen: BaseScreen, start: datetime | date, mailbox_id: int | None = None, record: RecordRef | None = None
) -> None:
    """Ask for an appointment at a time (or on a day) and make it."""
    known = await screen.fetch(calendars)
    own = [row for row in known if row.open]
    now = screen.now()
    assert now.tzinfo is not None
    first = meeting_form.first_values(start, now.tzinfo) | {"calendar": _calendar(own, mailbox_id), "record": record}

    async def submit(changed: Mapping[str, Any]) -> Acted:
        return await _create(screen, changed, first, known)

    shown = meeting_form.fields(new=True, several=len(own) > 1, repeats=True, own_only=False)
    acted: Acted | None = await _asked(screen, "New appointment", shown, first, submit, own)
    if acted is not None:
        await told(screen, acted.mailed)


async def _create(
    screen: BaseScreen, changed: Mapping[str, Any], first: Mapping[str, Any], known: Sequence[CalendarRow]
) -> Acted:
    now = screen.now()
    assert now.tzinfo is not None
    said = meeting_form.typed(changed, first, before=None, now=now, zone=zone_name(now.tzinfo))
    mailbox_id = changed.get("calendar", first["calendar"])
    record = first["record"]
    record_id = changed.get("record", record.record_id if record else None)
    # Not a query: the calendar without a server is made when it is first asked for.
    preview = partial(screen.services.do, preview_creation, said.edit, mailbox_id=mailbox_id)
    mailed: MailedPreview = await asyncio.to_thread(preview)
    beside = await _beside(screen, said, known, mailbox_id)
    agreed = await agree(screen, "Save this appointment?", mailed, beside, verb="Save it")
    if agreed is None:
        raise Invalid(_KEPT)
    return await screen.perform(
        create_appointment,
        said.edit,
        mailbox_id=mailbox_id,
        record_id=record_id,
        tell=agreed.tell,
        recall=screen.services.recall,
    )


async def edit(screen: BaseScreen, meeting: Meeting) -> None:
    """Change a meeting, or a part of a series."""
    detail = await _detail(screen, meeting)
    if detail.reason:
        raise Invalid(detail.reason)
    scope = await _scope(screen, meeting, f"Change {_title(detail)}: which of them?")
    if scope is None:
        return
    now = screen.now()
    assert now.tzinfo is not None
    event = detail.event
    rrule = detail.series.rrule if detail.series is not None else event.rrule
    first = meeting_form.values_of(event, rrule, now.tzinfo)
    part = {"scope": scope, "original_start": _original(meeting)}

    async def submit(changed: Mapping[str, Any]) -> Acted | str:
        said = meeting_form.typed(changed, first, before=event, now=now, zone="")
        if said.edit == EventEdit():
            return ""
        return await _carry_out(screen, meeting, said, part, "Save these changes?", "Save it")

    shown = meeting_form.fields(
        new=False, several=False, repeats=scope is not Scope.OCCURRENCE, own_only=not detail.can_edit
    )
    heading = "Appointment" if detail.can_edit else f"{organizer_name(event)} organizes this: what is yours"
    acted = await _asked(screen, heading, shown, first, submit)
    if acted:
        await told(screen, acted.mailed)


async def move(screen: BaseScreen, meeting: Meeting, start: datetime, end: datetime) -> None:
    """Put a meeting, or a part of a series, to another time."""
    detail = await _detail(screen, meeting)
    scope = await _scope(screen, meeting, f"Move {_title(detail)}: which of them?")
    if scope is None:
        return
    part = {"scope": scope, "original_start": _original(meeting)}
    said = Typed(EventEdit(start=start, end=end), start, end)
    try:
        acted = await _carry_out(screen, meeting, said, part, f"Move {_title(detail)}?", "Move it")
    except _LeftAlone:
        return
    await told(screen, acted.mailed)


async def _carry_out(
    screen: BaseScreen, meeting: Meeting, said: Typed, part: Mapping[str, Any], heading: str, verb: str
) -> Acted:
    mailed = await screen.fetch(preview_edit, meeting.activity_id, said.edit, now=screen.services.clock(), **part)
    known = await screen.fetch(calendars) if said.start is not None else ()
    beside = await _beside(screen, said, known, None, but=meeting.activity_id)
    agreed = await agree(screen, heading, mailed, beside, verb=verb)
    if agreed is None:
        raise _LeftAlone(_KEPT)
    recall = screen.services.recall
    return await screen.perform(
        edit_appointment, meeting.activity_id, said.edit, tell=agreed.tell, recall=recall, **part
    )


class _LeftAlone(Invalid):
    """A person said no."""


async def cancel(screen: BaseScreen, meeting: Meeting) -> None:
    """Call a meeting off, or take one's own appointment out of the calendar."""
    detail = await _detail(screen, meeting)
    if detail.reason:
        raise Invalid(detail.reason)
    if detail.event.status == "cancelled":
        await _delete(screen, meeting, detail)
        return
    if not detail.can_edit:
        screen.notify(f"{organizer_name(detail.event)} organizes this meeting: N declines it.", markup=False)
        return
    scope = await _scope(screen, meeting, f"Cancel {_title(detail)}: which of them?")
    if scope is None:
        return
    part = {"scope": scope, "original_start": _original(meeting)}
    now = screen.services.clock()
    mailed = await screen.fetch(preview_cancellation, meeting.activity_id, now=now, **part)
    agreed = await agree(
        screen, f"Cancel {_title(detail)}?", mailed, verb="Cancel it", always=True, comment="a word to them (Tab)"
    )
    if agreed is None:
        return
    acted = await screen.perform(
        cancel_appointment,
        meeting.activity_id,
        comment=agreed.comment,
        tell=agreed.tell,
        recall=screen.services.recall,
        **part,
    )
    await told(screen, acted.mailed)


async def _delete(screen: BaseScreen, meeting: Meeting, detail: AppointmentDetail) -> None:
    question = ConfirmDialog("Take it out of the calendar?", f"{_title(detail)} was cancelled. Nobody is mailed.")
    if await screen.app.push_screen_wait(question):
        await screen.perform(delete_appointment, meeting.activity_id)
        await told(screen)


async def answer(screen: BaseScreen, meeting: Meeting, said: Answer) -> None:
    """Answer an invitation, or one occurrence of a series."""
    where = {"mailbox_id": meeting.mailbox_id}
    detail = await screen.fetch(appointment_detail, meeting.activity_id, meeting.original_start or None, **where)
    if not detail.can_answer:
        raise Invalid(detail.reason or "There is nothing to answer: you organize it, or it was called off.")
    verb = _VERBS[said]
    scope = await _scope(screen, meeting, f"{verb} {_title(detail)}: which of them?", following=False)
    if scope is None:
        return
    beside: Sequence[CalendarEntry] = ()
    if said is not Answer.DECLINED:
        span = {"start": meeting.starts_at, "end": meeting.ends_at}
        beside = await screen.fetch(other_bookings, None, but=meeting.activity_id, **span)
    agreed = await _agree_to_answer(screen, detail, verb, beside)
    if agreed is None:
        return
    await screen.perform(
        answer_invitation,
        meeting.activity_id,
        said,
        comment=agreed.comment,
        tell=agreed.tell,
        original_start=_original(meeting) if scope is Scope.OCCURRENCE else None,
        mailbox_id=meeting.mailbox_id,
        recall=screen.services.recall,
    )
    organizer = detail.event.organizer
    await told(screen, MailedPreview(updated=(organizer,)) if organizer and agreed.tell else None, update="your answer")


async def _agree_to_answer(
    screen: BaseScreen, detail: AppointmentDetail, verb: str, beside: Sequence[CalendarEntry]
) -> Agreed | None:
    organizer = detail.event.organizer
    mailed = MailedPreview(updated=(organizer,)) if organizer is not None else MailedPreview(reason="nobody invited.")
    heading = f"{verb}: {_title(detail)}"
    return await agree(
        screen,
        heading,
        mailed,
        beside,
        verb=verb,
        always=True,
        comment="a word to the organizer (Tab)",
        update="your answer",
    )


def meeting_of(detail: AppointmentDetail, now: datetime) -> Meeting:
    """A meeting by its detail, as it is without its series."""
    start, end = (_instant(each, now).astimezone(UTC) for each in (detail.event.start, detail.event.end))
    return Meeting(
        detail.activity_id,
        start,
        end,
        can_edit=detail.can_edit,
        can_answer=detail.can_answer,
        mailbox_id=detail.mailbox_id,
    )


# What all of them ask


async def _asked(
    screen: BaseScreen,
    heading: str,
    shown: Sequence[Any],
    first: Mapping[str, Any],
    submit: Any,
    own: Sequence[CalendarRow] = (),
) -> Any:
    people = await sources(screen)
    anything = Sources(people.users, lambda kind, text: find_records(screen, "", text))
    form = AppointmentForm(screen, heading, shown, first, submit=submit, sources=anything, calendars=own)
    return await screen.app.push_screen_wait(form)


async def _detail(screen: BaseScreen, meeting: Meeting) -> AppointmentDetail:
    return await screen.fetch(appointment_detail, meeting.activity_id, meeting.original_start or None)


async def _scope(screen: BaseScreen, meeting: Meeting, heading: str, *, following: bool = True) -> Scope | None:
    if not meeting.original_start:
        return Scope.SERIES
    return await ask_scope(screen, heading, following=following)


async def _beside(
    screen: BaseScreen, said: Typed, known: Sequence[CalendarRow], mailbox_id: int | None, *, but: int | None = None
) -> Sequence[CalendarEntry]:
    """What else is at that time, in the calendar itself and in those of the people invited that are read here."""
    if said.start is None or said.end is None or said.edit.busy == "free":
        return ()
    invited = {each.address.email for each in said.edit.attendees or ()}
    chosen = {row.mailbox_id for row in known if row.address in invited}
    mine = {mailbox_id} if mailbox_id is not None else {row.mailbox_id for row in known if row.mine}
    start, end = (_instant(each, screen.now()) for each in (said.start, said.end))
    return await screen.fetch(other_bookings, chosen | mine, start=start, end=end, but=but)


def _instant(moment: datetime | date, now: datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(now.tzinfo)
    return datetime.combine(moment, time(), now.tzinfo)


def _original(meeting: Meeting) -> datetime | date | None:
    return start_of(meeting.original_start) if meeting.original_start else None


def _calendar(own: Sequence[CalendarRow], mailbox_id: int | None) -> int | None:
    if mailbox_id in {row.mailbox_id for row in own}:
        return mailbox_id
    return next((row.mailbox_id for row in own if row.mine), None)


def _title(detail: AppointmentDetail) -> str:
    return short(detail.event.title, _SHOWN) or "(no title)"
