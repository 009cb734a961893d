"""One activity with everything that belongs to it: parties, text, files, links and the rest of its thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from store import blobs
from store.access import sees_activity, sees_party, sees_record
from store.actor import Actor
from store.errors import NotFound
from store.linking.decided import BY_TRIAGE
from store.queries.paging import AnyRow
from store.queries.refs import REF_COLUMNS, RecordRef
from store.queries.timeline import COLUMNS, TimelineRow, timeline_rows, with_details
from store.schema.activities import Activity, ActivityParty, Appointment, Attachment, PhoneCall, Task
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.people import Mailbox, User
from store.schema.records import Record

#: Mails of a thread that are looked at; machines write threads without end.
_LOOKED_THROUGH = 500
_THREAD = 100  # other mails of a thread that are listed, the newest


@dataclass(frozen=True, slots=True)
class PartyRow:
    """Who took part; roles as in `store.schema.activities.ActivityParty`."""

    role: str
    email: str
    name: str
    response: str


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file of an activity; `size` is in bytes."""

    position: int
    filename: str
    media_type: str
    size: int
    inline: bool
    blob_id: int


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What the activity is regarding, and why: `evidence` as the rule recorded it, `decided_by` rule or user."""

    link_id: int
    uid: str
    record: RecordRef
    state: str
    is_primary: bool
    score: float
    rule: str
    evidence: tuple[dict[str, Any], ...]
    decided_by: str
    decided_at: datetime

    @property
    def by_triage(self) -> bool:
        """Whether it was neither evidence nor a person, but a triage rule that somebody wrote."""
        return self.rule == BY_TRIAGE


@dataclass(frozen=True, slots=True)
class ActivityDetail:
    """One activity. `new_text_size` is how much of `text`, from its start, the sender wrote anew (characters).

    `details` holds what only its kind has: due_on, priority, completed_at; number, minutes; location, all_day,
    start_wall, end_wall, timezone, status, busy, recurring; message_id, sent_at, importance, opaque.
    """

    activity_id: int
    uid: str
    kind: str
    subject: str
    occurred_at: datetime
    ends_at: datetime | None
    who: str
    preview: str
    direction: str
    private: bool
    noise: str
    version: int
    owner: str
    deleted_at: datetime | None
    regarding: RecordRef | None
    parties: tuple[PartyRow, ...]
    text: str
    new_text_size: int
    has_html: bool
    attachments: tuple[AttachmentRow, ...]
    links: tuple[LinkRow, ...]
    thread: tuple[TimelineRow, ...]
    mailboxes: tuple[str, ...]
    details: Mapping[str, datetime | date | str | int | bool | None]


_DETAILS = {
    "task": (Task.due_on, Task.priority, Task.completed_at),
    "phone_call": (PhoneCall.number, PhoneCall.minutes),
    "email": (Email.message_id, Email.sent_at, Email.importance, Email.opaque, Email.noise, Email.new_text_size),
    "appointment": (
        Appointment.location,
        Appointment.all_day,
        Appointment.start_wall,
        Appointment.end_wall,
        Appointment.timezone,
        Appointment.status,
        Appointment.busy,
        Appointment.recurring,
    ),
}


def activity_detail(tx: Connection, activity_id: int, *, by: Actor) -> ActivityDetail:
    """The activity, deleted or not. Raises NotFound when there is none or `by` may not see it."""
    row = _activity(tx, activity_id, by)
    details = _details(tx, row)
    noise, new_text_size = str(details.pop("noise", "")), int(details.pop("new_text_size", 0))
    text = blobs.read(tx, row.text_blob_id).decode("utf-8", "replace")
    links = _links(tx, activity_id, by)
    return ActivityDetail(
        activity_id=row.id,
        uid=row.uid,
        kind=row.kind,
        subject=row.subject,
        occurred_at=row.occurred_at,
        ends_at=row.ends_at,
        who=row.who,
        preview=row.preview,
        direction=row.direction,
        private=row.private,
        noise=noise,
        version=row.version,
        owner=row.owner or "",
        deleted_at=row.deleted_at,
        regarding=next((link.record for link in links if link.state == "linked"), None),
        parties=_parties(tx, activity_id, by),
        text=text,
        new_text_size=new_text_size if row.kind == "email" else len(text),
        has_html=row.html_blob_id is not None,
        attachments=_attachments(tx, activity_id),
        links=links,
        thread=_thread(tx, activity_id, by, but=activity_id) if row.kind == "email" else (),
        mailboxes=_mailboxes(tx, activity_id, by),
        details=details,
    )


def find_activity(tx: Connection, uid: str, *, by: Actor) -> int:
    """The id of the activity with this uid. Raises NotFound."""
    statement = select(Activity.id).where(Activity.uid == uid.strip().lower(), sees_activity(by))
    found = tx.execute(statement).scalar()
    if found is None:
        raise NotFound(uid)
    return found


def activity_html(tx: Connection, activity_id: int, *, by: Actor) -> str:
    """The HTML as it came, not sanitised; '' for none. Raises NotFound."""
    return blobs.read(tx, _activity(tx, activity_id, by).html_blob_id).decode("utf-8", "replace")


def attachment_chunks(tx: Connection, activity_id: int, position: int, *, by: Actor) -> Iterator[bytes]:
    """The content of a file, a chunk at a time, while the transaction lasts. Raises NotFound."""
    _activity(tx, activity_id, by)
    blob_id = tx.execute(
        select(Attachment.blob_id).where(Attachment.activity_id == activity_id, Attachment.position == position)
    ).scalar()
    if blob_id is None:
        raise NotFound(f"attachment {position}")
    return blobs.chunks(tx, blob_id)


def _activity(tx: Connection, activity_id: int, by: Actor) -> AnyRow:
    row = tx.execute(
        select(*Activity.__table__.c, User.name.label("owner"))
        .outerjoin(User, User.id == Activity.owner_id)
        .where(Activity.id == activity_id, sees_activity(by))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _details(tx: Connection, activity: AnyRow) -> dict[str, Any]:
    columns = _DETAILS.get(activity.kind)
    if columns is None:
        return {}
    row = tx.execute(select(*columns).where(columns[0].class_.id == activity.id)).mappings().one_or_none()
    return {} if row is None else dict(row)


def _parties(tx: Connection, activity_id: int, by: Actor) -> tuple[PartyRow, ...]:
    columns = (ActivityParty.role, ActivityParty.email, ActivityParty.name, ActivityParty.response)
    statement = select(*columns).where(ActivityParty.activity_id == activity_id, sees_party(by))
    return tuple(PartyRow(*row) for row in tx.execute(statement.order_by(ActivityParty.role, ActivityParty.position)))


def _attachments(tx: Connection, activity_id: int) -> tuple[AttachmentRow, ...]:
    columns = (
        Attachment.position,
        Attachment.filename,
        Attachment.media_type,
        Attachment.size,
        Attachment.inline,
        Attachment.blob_id,
    )
    statement = select(*columns).where(Attachment.activity_id == activity_id).order_by(Attachment.position)
    return tuple(AttachmentRow(*row) for row in tx.execute(statement))


def _links(tx: Connection, activity_id: int, by: Actor) -> tuple[LinkRow, ...]:
    columns = (
        Link.id.label("link_id"),
        Link.uid.label("link_uid"),
        Link.state,
        Link.is_primary,
        Link.score,
        Link.rule,
        Link.evidence,
        Link.decided_by,
        Link.decided_at,
    )
    rows = tx.execute(
        select(*columns, *REF_COLUMNS)
        .join(Record, Record.id == Link.record_id)
        .where(Link.activity_id == activity_id, Record.deleted_at.is_(None), sees_record(by))
        .order_by(Link.state, Link.is_primary.desc(), Link.score.desc(), Link.id)
    )
    return tuple(_link(row) for row in rows)


def _link(row: AnyRow) -> LinkRow:
    return LinkRow(
        link_id=row.link_id,
        uid=row.link_uid,
        record=RecordRef(row.id, row.uid, row.kind, row.number, row.title),
        state=row.state,
        is_primary=row.is_primary,
        score=row.score,
        rule=row.rule,
        evidence=tuple(row.evidence),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def thread_of(tx: Connection, activity_id: int, *, by: Actor) -> tuple[TimelineRow, ...]:
    """A mail and the others of its thread, newest first."""
    return _thread(tx, activity_id, by)


def _thread(tx: Connection, activity_id: int, by: Actor, *, but: int = 0) -> tuple[TimelineRow, ...]:
    """All of it but one mail."""
    own = select(Email.thread_id).where(Email.id == activity_id).scalar_subquery()
    newest = select(Email.id).where(Email.thread_id == own).order_by(Email.id.desc()).limit(_LOOKED_THROUGH).subquery()
    rows = tx.execute(
        with_details(select(*COLUMNS).select_from(Activity))
        .where(
            Activity.id.in_(select(newest.c.id)),
            Activity.id != but,
            Activity.deleted_at.is_(None),
            sees_activity(by),
        )
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .limit(_THREAD)
    )
    return timeline_rows(tx, rows, by=by)


def _mailboxes(tx: Connection, activity_id: int, by: Actor) -> tuple[str, ...]:
    statement = (
        select(Mailbox.address)
        .join(MailboxItem, MailboxItem.mailbox_id == Mailbox.id)
        .where(MailboxItem.activity_id == activity_id, MailboxItem.gone_at.is_(None))
    )
    if not by.sees_everything:
        statement = statement.where(Mailbox.id.in_(sorted(by.mailbox_ids)))
    return tuple(tx.execute(statement.distinct().order_by(Mailbox.address)).scalars())
