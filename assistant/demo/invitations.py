"""Calendars in mailboxes, and the mail that meetings make: requests, answers, cancellations (RFC 6047)."""

from __future__ import annotations

import base64
import random
import uuid
from datetime import datetime, timedelta
from email.utils import format_datetime

from assistant.demo.calendar_words import back_into_hours
from assistant.demo.cast import Cast, Person
from assistant.demo.conversations import signature
from assistant.demo.folder import DemoFolder
from assistant.demo.mail import trace
from assistant.demo.meetings import Meeting, calendar_text
from assistant.demo.mime_parts import mailbox, multipart, text_part, unstructured, wire

_ANSWERS = {
    "ACCEPTED": ("Accepted", "IPM.Schedule.Meeting.Resp.Pos", "Gladly, see you there."),
    "TENTATIVE": ("Tentative", "IPM.Schedule.Meeting.Resp.Tent", "Very likely; I confirm the day before."),
    "DECLINED": (
        "Declined",
        "IPM.Schedule.Meeting.Resp.Neg",
        "Sorry, I am on the mountain that day. Start without me.",
    ),
}


def write_calendars(meetings: list[Meeting], out: DemoFolder, cast: Cast) -> int:
    """Put each meeting into the calendars of its people of the house; the number of different meetings."""
    boxes = {cast.staff[key].email for key in cast.mailboxes}
    for meeting in meetings:
        file = out.save("calendar", "ics", calendar_text(meeting))
        for box in sorted({p.email for p in meeting.people()} & boxes):
            out.place(file, mailbox=box, folder="calendar", received=meeting.created, item_class="IPM.Appointment")
    return len(meetings)


def write_invitations(meetings: list[Meeting], out: DemoFolder, cast: Cast, *, now: datetime) -> tuple[int, int]:
    """The mail about meetings with people outside; how many mails and how many threads it made."""
    mails = threads = 0
    for meeting in meetings:
        outside = [p for p in meeting.people() if p.domain != cast.domain]
        if not meeting.invite or not outside:
            continue
        threads += 1
        mails += _request(meeting, out, cast, now) + _answers(meeting, outside, out, cast, now)
        if meeting.cancelled:
            mails += _cancellation(meeting, out, cast, now)
    return mails, threads


def _request(meeting: Meeting, out: DemoFolder, cast: Cast, now: datetime) -> int:
    at = meeting.created.astimezone(meeting.organizer.zone)
    text = f"When: {_when(meeting)}\nWhere: {meeting.place}\n\n" + "\n".join(signature(meeting.organizer))
    data = _mail(meeting, meeting.organizer, meeting.guests, at, meeting.title, "REQUEST", text)
    _place(data, meeting.organizer, meeting.guests, at, "IPM.Schedule.Meeting.Request", out, cast, now)
    return 1


def _answers(meeting: Meeting, outside: list[Person], out: DemoFolder, cast: Cast, now: datetime) -> int:
    """Everyone invited answers, save a few who never do; our own people answer customers."""
    count = 0
    for guest in meeting.guests:
        rng = random.Random(f"answer {meeting.uid} {guest.email}")
        if guest.domain == meeting.organizer.domain or rng.random() < 0.2:
            continue
        answer = rng.choices(list(_ANSWERS), (8, 1, 1))[0]
        prefix, item_class, text = _ANSWERS[answer]
        later = meeting.created + timedelta(hours=rng.uniform(20, 30))
        at = back_into_hours(later, guest.zone, rng).replace(microsecond=0)
        if not meeting.created < at < now:
            at = meeting.created.astimezone(guest.zone) + timedelta(minutes=rng.randint(4, 50))
        data = _mail(meeting, guest, (meeting.organizer,), at, f"{prefix}: {meeting.title}", answer, text)
        _place(data, guest, (meeting.organizer,), at, item_class, out, cast, now)
        count += 1
    return count


def _cancellation(meeting: Meeting, out: DemoFolder, cast: Cast, now: datetime) -> int:
    at = (meeting.created + timedelta(days=2, minutes=11)).astimezone(meeting.organizer.zone)
    if at >= now:
        return 0
    subject = f"Canceled: {meeting.title}"
    data = _mail(
        meeting, meeting.organizer, meeting.guests, at, subject, "CANCEL", "Leider abgesagt, neuer Termin folgt."
    )
    _place(data, meeting.organizer, meeting.guests, at, "IPM.Schedule.Meeting.Canceled", out, cast, now)
    return 1


def _mail(
    meeting: Meeting, sender: Person, to: tuple[Person, ...], at: datetime, subject: str, kind: str, text: str
) -> bytes:
    """A scheduling mail; `kind` is an iTIP method, or the answer of a reply."""
    method = "REPLY" if kind in _ANSWERS else kind
    answer = kind if kind in _ANSWERS else ""
    calendar = calendar_text(meeting, method=method, only=sender if answer else None, answer=answer)
    part = text_part(calendar.decode(), "calendar", method=method)
    request = _message_id(meeting, meeting.organizer, "REQUEST")
    headers = [
        ("From", mailbox(sender.name, sender.email)),
        ("To", ",\r\n ".join(mailbox(p.name, p.email) for p in to)),
        ("Subject", unstructured(subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", _message_id(meeting, sender, kind)),
        *([("In-Reply-To", request), ("References", request)] if kind != "REQUEST" else []),
        ("Thread-Topic", unstructured(meeting.title)),
        ("Thread-Index", base64.b64encode(b"\x01\xdc\x51\x22\x33\x44" + _guid(meeting)).decode()),
        ("X-MS-Has-Attach", ""),
    ]
    return wire(headers, multipart("alternative", [text_part(text), part], f"_000_{_guid(meeting).hex()}_"))


def _place(
    data: bytes,
    sender: Person,
    to: tuple[Person, ...],
    at: datetime,
    item_class: str,
    out: DemoFolder,
    cast: Cast,
    now: datetime,
) -> None:
    boxes = {cast.staff[key].email for key in cast.mailboxes}
    if sender.email in boxes:
        file = out.save("mail", "eml", data)
        out.place(file, mailbox=sender.email, folder="sentitems", received=at, item_class=item_class)
    inside = sorted({p.email for p in to} & boxes)
    if not inside:
        return
    file = out.save("mail", "eml", trace(sender.email, inside[0], at) + data)
    for box in inside:
        young = now - at < timedelta(hours=30)
        received = min(now, at + timedelta(seconds=5))
        out.place(file, mailbox=box, folder="inbox", received=received, item_class=item_class, read=not young)


def _when(meeting: Meeting) -> str:
    if not isinstance(meeting.start, datetime):
        return str(meeting.start)
    series = ", and again after that" if meeting.rule else ""
    return f"{meeting.start:%A %d %B %Y %H:%M} ({meeting.start.tzinfo}){series}"


def _guid(meeting: Meeting) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_DNS, meeting.uid).bytes


def _message_id(meeting: Meeting, sender: Person, kind: str) -> str:
    host = f"AM{len(meeting.title) % 10}PR04MB{4100 + len(sender.email)}"
    mark = uuid.uuid5(uuid.NAMESPACE_DNS, f"{meeting.uid} {sender.email} {kind}").hex.upper()
    return f"<{host}{mark}@{host}.eurprd04.prod.outlook.example>"
