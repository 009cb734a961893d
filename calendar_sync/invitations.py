"""Meetings that came by mail: what a calendar part says is put into the calendar once, under the meeting's own UID.

A synced mailbox has a calendar of its own, in which its server keeps the meeting: there the mail adds nothing. Which
part counts, and from whom, is decided by calendar_sync.itip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from calendar_sync.event import Event
from calendar_sync.ingest import PreparedEvent, prepare_event, write_events
from calendar_sync.itip import answer_of, taken
from calendar_sync.mail_part import events_in
from calendar_sync.rows import compose_appointment
from calendar_sync.stored import read_event
from calendar_sync.walls import instant
from mail_sync.capture import CaptureRules
from mail_sync.ours import Ours, ours_in
from store import blobs
from store.activities.appointments import replace_appointment
from store.activities.calendar_acts import copies_of
from store.bisect import write_apart
from store.engine import Store
from store.queries.invitations import InvitationMail, pending_invitations, set_invitations_done
from store.scheduling.answers import booking_with_uid, keep_answer
from store.scheduling.notices import booking_uid_in
from store.schema.activities import Activity, ActivityParty, Appointment
from store.schema.mail import MailboxItem
from store.sync.mailboxes import files_mailbox
from store.types import storable_name

_BATCH = 50

#: iTIP methods that say how a meeting stands (RFC 5546 section 1.4); a reply says it only of one attendee.
_STATES = ("", "PUBLISH", "REQUEST", "CANCEL")

#: Methods of a calendar that comes along with a mail about anything.
_ENCLOSED = ("", "PUBLISH")

_BY_MAIL = "mail:"  # begins the keys of what a mail brought; its uid follows


@dataclass(frozen=True, slots=True)
class _Part:
    """One event of a mail, and the key under which the mail holds it."""

    mail: InvitationMail
    key: str
    event: Event


def take_invitations(store: Store, *, now: datetime) -> int:
    """Look into every mail that waits for it, oldest first; returns how many meetings were new."""
    new = 0
    while True:
        with store.read() as tx:
            mails = pending_invitations(tx, limit=_BATCH)
            parts = [part for mail in mails for part in _parts(tx, mail)]
        if not mails:
            return new
        with store.write() as tx:
            ours = ours_in(tx)
            for part in parts:
                new += _take(tx, part, ours, now)
            meetings = {part.mail.activity_id for part in parts if part.event.method.upper() not in _ENCLOSED}
            set_invitations_done(tx, [mail.activity_id for mail in mails], meetings)


def _parts(tx: Connection, mail: InvitationMail) -> list[_Part]:
    events = events_in(blobs.read(tx, mail.source_blob_id), written_at=mail.occurred_at)
    return [_Part(mail, f"{_BY_MAIL}{mail.uid}/{number}", event) for number, event in enumerate(events)]


def _take(tx: Connection, part: _Part, ours: Ours, now: datetime) -> int:
    """Write what the part leaves of its meeting; one that the store refuses costs only itself: its mail is stored and
    readable. What answers a booking of ours makes no meeting. Returns how many meetings were new."""
    booking_id = booking_with_uid(tx, booking_uid_in(part.event.uid))
    if booking_id is not None:
        answer = answer_of(part.event, part.mail.activity_id, part.mail.sender, at=part.mail.occurred_at)
        if answer is not None:
            keep_answer(tx, booking_id, answer, now=now)
        return 0
    is_state = part.event.method.upper() in _STATES
    if is_state and not part.mail.only_in_files:
        return 0
    known_id = _known(tx, part.event)
    if known_id is not None and any(copy.has_server and not copy.gone for copy in copies_of(tx, known_id)):
        return 0
    known = None if known_id is None else read_event(tx, known_id)
    is_keeper = known_id is not None and _is_keeper(tx, known_id, part.mail.sender, ours)
    event = taken(part.event, known, part.mail.sender, is_keeper=is_keeper)
    if event is None:
        return 0
    if known_id is not None and part.event.method.upper() in ("REPLY", "CANCEL"):
        replace_appointment(tx, known_id, compose_appointment(event, ours=ours, now=now))
        return 0
    mailbox_id = files_mailbox(tx, now=now)
    prepared = prepare_event(part.key, "", event, ours=ours, capture=CaptureRules(private_items=False), now=now)
    new = 0

    def write(portion: Sequence[PreparedEvent]) -> None:
        nonlocal new
        new += write_events(tx, mailbox_id, None, portion, now=now)

    write_apart(tx, [prepared], write, lambda _event, _error: None)
    return new


def _is_keeper(tx: Connection, activity_id: int, sender: str, ours: Ours) -> bool:
    """Whether the sender is one of us or brought the appointment: sent the mail from which it was first stored."""
    if not sender or ours.holds(sender):
        return bool(sender)
    held = select(MailboxItem.remote_id).where(MailboxItem.activity_id == activity_id)
    first = tx.execute(held.order_by(MailboxItem.id).limit(1)).scalar() or ""
    if not first.startswith(_BY_MAIL):
        return False
    uid = first.removeprefix(_BY_MAIL).partition("/")[0]
    brought = select(ActivityParty.email).join(Activity, Activity.id == ActivityParty.activity_id)
    brought = brought.where(Activity.uid == uid, ActivityParty.role == "from", ActivityParty.position == 0)
    return tx.execute(brought).scalar() == sender


def _known(tx: Connection, event: Event) -> int | None:
    """The stored appointment that the part speaks of: the meeting, or the occurrence that came without its series."""
    names = [event.uid]
    if event.original_start is not None:
        names.append(f"{event.uid}|{instant(event.original_start).isoformat()}")
    found = dict(
        tx.execute(
            select(Appointment.identity, Appointment.id)
            .join(Activity, Activity.id == Appointment.id)
            .where(Appointment.identity.in_([storable_name(name) for name in names]), Activity.deleted_at.is_(None))
        ).all()
    )
    return next((found[name] for name in map(storable_name, names) if name in found), None)
