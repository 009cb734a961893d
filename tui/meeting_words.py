"""A meeting as it is read: what, when, where, who with their answers, and what else is at that time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from textual.content import Content

from calendar_sync.event import Attendee, Event
from calendar_sync.mail_page import MailMeeting
from calendar_sync.page import MeetingPage
from calendar_sync.rule_words import in_words
from calendar_sync.view import AppointmentDetail
from mail_sync.message import Address
from mail_sync.mime.plain import visible
from store.queries.calendar import CalendarEntry
from tui.cells import line
from tui.glyphs import words
from tui.regarding_words import LABEL
from tui.rows import calendar as looks
from tui.when import LONG_DAYS, MONTHS, span
from tui.widgets.sheet import Fact

_ANSWERS = {"accepted": ("✓", "$success"), "tentative": ("~", "$warning"), "declined": ("✕", "$error")}
_OWN = {
    "accepted": "you accepted",
    "tentative": "you accepted tentatively",
    "declined": "you declined",
    "none": "you have not answered yet",
}
_BUSY = {"free": "free", "tentative": "tentative", "away": "away", "elsewhere": "working elsewhere"}
_ROLES = (("required", "With"), ("optional", "Optional"), ("resource", "Room"))
_LISTED = 30  # people of one role


def facts(page: MeetingPage, now: datetime) -> list[Fact]:
    """The head of a meeting."""
    detail, event = page.detail, page.detail.event
    subject = Content.styled(line(event.title) or "(no title)", "b $foreground")
    if event.status == "cancelled":
        subject += Content.styled("  cancelled", "b $error")
    labelled = [Fact(said, label, LABEL) for label, said in _labelled(detail, now)]
    return [Fact(subject), *labelled]


def _labelled(detail: AppointmentDetail, now: datetime) -> Iterator[tuple[str, Content]]:
    event = detail.event
    yield "When", Content(when(event, now))
    if elsewhere := in_own_zone(event, now):
        yield "There", Content.styled(elsewhere, "$quiet")
    if detail.series is not None and detail.series.rrule:
        yield "Repeats", Content(in_words(detail.series.rrule))
    if event.location:
        yield "Where", Content(line(event.location))
    if event.organizer is not None:
        yield "Organizer", _person(event.organizer)
    for role, label in _ROLES:
        people = [each for each in event.attendees if each.role == role]
        if people:
            yield label, Content(", ").join(_attendee(each) for each in people[:_LISTED]) + _more(people)
    if detail.can_answer and (answer := _OWN.get(event.my_response or "none")):
        yield "Answer", Content.styled(answer, "$warning" if "not" in answer else "$foreground")
    if event.busy in _BUSY:
        yield "Shown as", Content(_BUSY[event.busy])
    if event.sensitivity != "normal":
        yield "Privacy", Content(words(event.sensitivity))
    if event.reminder_minutes is not None:
        yield "Reminder", Content(lead_words(event.reminder_minutes))
    if event.categories:
        yield "Categories", Content(line(", ".join(event.categories)))
    if detail.reason:
        yield "", Content.styled(detail.reason, "$quiet")


def beside(entries: Sequence[CalendarEntry], now: datetime) -> list[Fact]:
    """What else one's calendars have at that time."""
    if not entries:
        return []
    facts = [Fact(Content.styled("At the same time", "$warning"))]
    return facts + [
        Fact(Content.assemble(looks.title(each), (f"  {looks.when(each, now)}", "$quiet")), "!", 2) for each in entries
    ]


def body(event: Event) -> Content:
    return Content(visible(event.description).expandtabs(4).strip())


_METHODS = {
    "REQUEST": "invites to",
    "CANCEL": "calls off",
    "REPLY": "answers about",
    "COUNTER": "proposes another time for",
}


def mail_facts(found: MailMeeting, now: datetime) -> list[Fact]:
    """What a mail says about a meeting, how it stands now, and how to answer."""
    event, detail = found.mail.event, found.detail
    said = _METHODS.get(found.mail.method, "is about")
    lines = [Fact(Content.assemble((f"This mail {said} ", "$accent"), line(event.title) or "a meeting"))]
    lines.append(Fact(Content(when(event, now)), "When", LABEL))
    if event.rrule:
        lines.append(Fact(Content(in_words(event.rrule)), "Repeats", LABEL))
    if event.location:
        lines.append(Fact(Content(line(event.location)), "Where", LABEL))
    if found.mail.proposal is not None and found.mail.method == "COUNTER":
        lines.append(Fact(Content.styled("e in the calendar moves it there, if you agree", "$quiet"), "", LABEL))
    lines += [Fact(said, "Now", LABEL) for said in _standing(detail, now, event)]
    lines += beside(found.beside, now)
    if found.can_answer:
        keys = Content.assemble(
            ("y", "b $accent"), " accept  ", ("p", "b $accent"), " maybe  ", ("N", "b $accent"), " decline"
        )
        lines.append(Fact(keys, "Answer", LABEL))
    return lines


def _standing(detail: AppointmentDetail | None, now: datetime, event: Event) -> Iterator[Content]:
    """How the meeting stands in the calendar, where that is not what the mail says."""
    if detail is None:
        yield Content.styled("not in a calendar that is read here", "$quiet")
        return
    if detail.event.status == "cancelled":
        yield Content.styled("cancelled", "$error")
    elif when(detail.event, now) != when(event, now):
        yield Content.styled(when(detail.event, now), "$warning")
    if detail.can_answer and detail.event.my_response in ("accepted", "tentative", "declined"):
        yield Content.styled(_OWN[detail.event.my_response], "$success")


def entry_facts(entry: CalendarEntry, now: datetime) -> list[Fact]:
    """What may be told of a meeting of somebody else."""
    return [
        Fact(Content.styled(looks.title(entry), "b $foreground")),
        Fact(Content(looks.when(entry, now)), "When", LABEL),
        Fact(Content.styled("Only the time is shown of this calendar.", "$quiet"), "", LABEL),
    ]


def when(event: Event, now: datetime) -> str:
    """In full, in the reader's zone: "Tuesday 3 Nov 2026, 14:30-15:00"."""
    if not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        last = event.end - timedelta(days=1)
        days = _day(event.start) if last <= event.start else f"{_day(event.start)} to {_day(last)}"
        return f"{days}, all day"
    return f"{_day(event.start.astimezone(now.tzinfo).date())}, {span(event.start, event.end, now)}"


def in_own_zone(event: Event, now: datetime) -> str:
    """The time on the clocks of the meeting's own zone; '' where they agree with the reader's."""
    if not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        return ""
    there = event.start.astimezone(ZoneInfo(event.timezone))
    if there.utcoffset() == event.start.astimezone(now.tzinfo).utcoffset():
        return ""
    place = event.timezone.rpartition("/")[2].replace("_", " ")
    return f"{LONG_DAYS[there.weekday()][:3]} {span(event.start, event.end, there)} in {place}"


def lead_words(minutes: int) -> str:
    """How long before the start: "15 min before", "2 h before", "1 day before"."""
    for size, name in ((1440, "day"), (60, "h")):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'s' if name == 'day' and count > 1 else ''} before"
    return f"{minutes} min before" if minutes else "at the start"


def _day(day: date) -> str:
    return f"{LONG_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _person(address: Address) -> Content:
    name, email = line(address.name), line(address.email)
    return Content.assemble(name or email, (f" {email}" if name and email else "", "$quiet"))


def _attendee(each: Attendee) -> Content:
    sign, tone = _ANSWERS.get(each.response, ("", ""))
    return Content.assemble((f"{sign} " if sign else "", tone), line(each.address.name or each.address.email))


def _more(people: Sequence[Attendee]) -> Content:
    return Content.styled(f" and {len(people) - _LISTED} more" if len(people) > _LISTED else "", "$quiet")


def addresses(people: Iterable[Address]) -> list[str]:
    """One a line: "Maria Rossi <maria@example.com>"."""
    return [f"{line(each.name)} <{line(each.email)}>" if each.name else line(each.email) for each in people]
