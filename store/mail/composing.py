"""Mails being written: drafts, their files, and putting them into the outbox.

A draft is its writer's alone until it is queued, or until somebody who uses the same mailbox takes an answer over. Its
payload is the mail as the outbox keeps it (see mail_sync.outgoing_payload); its stamp and its token are those of its
row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from store import blobs
from store.access import sees_activity, sees_record
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.mail.fields import fields_in
from store.mail.tokens import message_id, reference, token
from store.outbox.decisions import discard_outgoing, find_act
from store.outbox.queue import RECALL, OutgoingState, Verb
from store.outbox.states import Act, find_acts, set_state, state_change, writer_change
from store.queries.senders import may_send_as
from store.schema.activities import Activity, Attachment
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing, OutgoingFile
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.store_keys import MAIL_TOKENS, key_for
from store.triage.answered import settle_answered
from store.types import new_uid

#: What one mail may weigh, files included; Exchange takes 25 to 36 MB of encoded mail unless told otherwise.
MOST_BYTES = 20 * 1024 * 1024
MOST_RECIPIENTS = 500
STAMP_HEADER = "X-Regarding"

#: Headers of an automatic answer: for everybody (RFC 3834), and for Exchange ([MS-OXCMAIL] 2.2.3.2.14).
AUTOMATIC = (["Auto-Submitted", "auto-replied"], ["X-Auto-Response-Suppress", "All"])
#: The same of what no person wrote and that answers nothing; a report that it could not be delivered is wanted.
AUTO_GENERATED = (["Auto-Submitted", "auto-generated"], ["X-Auto-Response-Suppress", "OOF, AutoReply"])

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_ANSWERS = ("reply", "reply_all")
_HOW = {"reply": "Reply", "reply_all": "Reply", "forward": "Forward", "correction": "Correction"}


@dataclass(frozen=True, slots=True)
class Recipient:
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as its writer edits it. `how` is new, reply, reply_all, forward or correction; `item_id` and
    `activity_id` name the mail that is answered, `record_id` what the mail is regarding. `calendar` is an iTIP part
    with this method that goes along."""

    mailbox_id: int
    sender: Recipient
    to: tuple[Recipient, ...] = ()
    cc: tuple[Recipient, ...] = ()
    bcc: tuple[Recipient, ...] = ()
    subject: str = ""
    text: str = ""
    how: str = "new"
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    importance: str = "normal"
    calendar: str = ""
    calendar_method: str = ""
    item_id: int | None = None
    activity_id: int | None = None
    record_id: int | None = None

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        return (*self.to, *self.cc, *self.bcc)


def save_draft(tx: Connection, draft: Draft, *, uid: str | None = None, by: Actor, now: datetime) -> str:
    """Keep what was written so far, as a new draft or in place of the one with `uid`; returns its uid.

    Saving is no act that undo walks back over. Raises NotFound, Invalid.
    """
    _check_references(tx, draft, by)
    values = {
        "mailbox_id": draft.mailbox_id,
        "summary": _summary(draft),
        "item_id": draft.item_id,
        "activity_id": draft.activity_id,
        "record_id": draft.record_id,
        "payload": _payload(draft),
    }
    if uid is not None:
        act = _draft(tx, uid, by)
        tx.execute(update(Outgoing).where(Outgoing.id == act.outgoing_id).values(**values))
        return act.uid
    new = {"uid": new_uid(), "verb": Verb.SEND_MAIL.value, "state": OutgoingState.DRAFT.value, "mails": True}
    tx.execute(insert(Outgoing).values(**values, **new, user_id=by.user_id, not_before=now, created_at=now))
    return str(new["uid"])


def read_draft(tx: Connection, uid: str, *, by: Actor) -> Draft:
    """A draft as it was saved. Raises NotFound."""
    act = _draft(tx, uid, by)
    columns = (Outgoing.payload, Outgoing.item_id, Outgoing.activity_id, Outgoing.record_id)
    payload, item_id, activity_id, record_id = tx.execute(select(*columns).where(Outgoing.id == act.outgoing_id)).one()
    to, cc, bcc = (tuple(Recipient(*each) for each in payload.get(name, ())) for name in ("to", "cc", "bcc"))
    return Draft(
        mailbox_id=act.mailbox_id,
        sender=Recipient(*payload["sender"]),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=payload.get("subject", ""),
        text=payload.get("text", ""),
        how=payload.get("how", "new"),
        in_reply_to=payload.get("in_reply_to", ""),
        references=tuple(payload.get("answered_references", ())),
        importance=payload.get("importance", "normal"),
        calendar=payload.get("calendar", ""),
        calendar_method=payload.get("calendar_method", ""),
        item_id=item_id,
        activity_id=activity_id,
        record_id=record_id,
    )


def discard_draft(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Throw a draft away; returns the operation's uid, which undo takes back. Raises NotFound."""
    return discard_outgoing(tx, _draft(tx, uid, by).uid, by=by, now=now)


def attach_file(
    tx: Connection, uid: str, filename: str, media_type: str, chunks: Iterable[bytes], *, by: Actor, now: datetime
) -> int:
    """Add a file to a draft; returns its position. Raises NotFound, and Invalid for an empty name."""
    if not filename.strip():
        raise Invalid("A file needs a name.")
    blob_id, size = blobs.put_stream(tx, chunks)
    return _add_file(tx, _draft(tx, uid, by), (filename, media_type or "application/octet-stream", size, blob_id))


def attach_from_mail(tx: Connection, uid: str, activity_id: int, *, by: Actor, now: datetime) -> int:
    """Add the files of a stored mail, as a forward carries them; returns how many. Raises NotFound."""
    act = _draft(tx, uid, by)
    _check_activity(tx, activity_id, by)
    columns = (Attachment.filename, Attachment.media_type, Attachment.size, Attachment.blob_id)
    carried = (Attachment.activity_id == activity_id, Attachment.inline.is_(False))
    rows = tx.execute(select(*columns).where(*carried).order_by(Attachment.position)).all()
    for row in rows:
        _add_file(tx, act, tuple(row))
    return len(rows)


def detach_file(tx: Connection, uid: str, position: int, *, by: Actor, now: datetime) -> None:
    """Take a file off a draft. Raises NotFound."""
    act = _draft(tx, uid, by)
    tx.execute(
        delete(OutgoingFile).where(OutgoingFile.outgoing_id == act.outgoing_id, OutgoingFile.position == position)
    )


def queue_mail(
    tx: Connection, uid: str, *, recall: timedelta = RECALL, automatic: bool = False, by: Actor, now: datetime
) -> str:
    """Put a draft into the outbox, where it waits `recall` before it is sent; returns the operation's uid.

    `automatic`: no person wrote it, and it says so, that no machine may answer it (RFC 3834 section 5). Raises
    NotFound, and Invalid naming what is missing or too much.
    """
    act, draft = _draft(tx, uid, by), read_draft(tx, uid, by=by)
    summary = _queue(tx, act, draft, AUTOMATIC if automatic else (), now + recall, now)
    changes = [state_change(act, OutgoingState.WAITING)]
    if draft.activity_id is not None and draft.how in _ANSWERS and not automatic:
        changes += settle_answered(tx, draft.activity_id, now=now)
    return record_operation(tx, "queue_mail", f"Sent: {summary}", changes, by=by, now=now)


def queue_written(
    tx: Connection,
    draft: Draft,
    *,
    headers: Sequence[list[str]] = (),
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> tuple[int, Change]:
    """Put a mail that nobody edits any more into the outbox; returns its key there and what the ledger keeps of it:
    taken back, it is cancelled and leaves no draft. Raises NotFound, Invalid."""
    act = _draft(tx, save_draft(tx, draft, by=by, now=now), by)
    _queue(tx, act, draft, headers, now + recall, now)
    never, waits = ({"state": state.value} for state in (OutgoingState.CANCELLED, OutgoingState.WAITING))
    return act.outgoing_id, Change("outgoing", act.uid, never, waits)


def take_over_draft(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """An answer that somebody else began is theirs to go on with, until undo gives it back; returns the operation's
    uid. Raises NotFound where it is gone, not of a mailbox of theirs, or answers what they may not see."""
    act = find_acts(tx, [uid]).get(uid)
    drafts = (Outgoing.uid == uid, Outgoing.verb == Verb.SEND_MAIL.value, Outgoing.state == OutgoingState.DRAFT.value)
    seen = exists().where(Activity.id == Outgoing.activity_id, sees_activity(by))
    answers = (seen.correlate(Outgoing), Outgoing.mailbox_id.in_(sorted(by.mailbox_ids)))
    taken = tx.execute(update(Outgoing).where(*drafts, *answers).values(user_id=by.user_id)).rowcount
    if act is None or not taken:
        raise NotFound("no such draft any more")
    writer = tx.execute(select(User.name).where(User.id == act.user_id)).scalar()
    summary = f"Took over the draft {act.named}{f' of {writer}' if writer else ''}"
    return record_operation(tx, "take_over_draft", summary, [writer_change(act, by.user_id)], by=by, now=now)


def _queue(
    tx: Connection, act: Act, draft: Draft, headers: Sequence[list[str]], not_before: datetime, now: datetime
) -> str:
    """Let a draft wait to be sent; returns what people read in the outbox."""
    _check_sendable(tx, act, draft)
    key = key_for(tx, MAIL_TOKENS)
    references = _with_token(draft.references, reference(key, act.uid, draft.sender.email))
    payload = _payload(draft) | {
        "message_id": message_id(key, act.uid, draft.sender.email),
        "references": list(references),
        "headers": [[STAMP_HEADER, token(key, act.uid)], *headers],
    }
    summary = _summary(draft)
    tx.execute(update(Outgoing).where(Outgoing.id == act.outgoing_id).values(payload=payload, summary=summary))
    set_state(tx, act, OutgoingState.WAITING, not_before=not_before, now=now)
    return summary


def _check_sendable(tx: Connection, act: Act, draft: Draft) -> None:
    if not draft.recipients:
        raise Invalid("The mail has no recipient.")
    if len(draft.recipients) > MOST_RECIPIENTS:
        raise Invalid(f"A mail goes to at most {MOST_RECIPIENTS} recipients.")
    wrong = next((one.email for one in draft.recipients if not _ADDRESS.fullmatch(one.email)), None)
    if wrong is not None:
        raise Invalid(f"{wrong!r} is not an e-mail address.")
    missing = fields_in(f"{draft.subject}\n{draft.text}")
    if missing:
        raise Invalid(f"{{{missing[0]}}} is still to be filled in.")
    if not may_send_as(tx, draft.mailbox_id, draft.sender.email):
        raise Invalid(f"This mailbox does not send as {draft.sender.email}.")
    files = select(func.coalesce(func.sum(OutgoingFile.size), 0)).where(OutgoingFile.outgoing_id == act.outgoing_id)
    size = int(tx.execute(files).scalar_one()) + len(draft.text.encode())
    if size > MOST_BYTES:
        raise Invalid(f"The mail has {size / 1024**2:.1f} MB, and at most {MOST_BYTES // 1024**2} MB can be sent.")


def _check_references(tx: Connection, draft: Draft, by: Actor) -> None:
    """Everything the draft names is theirs to see."""
    mine = by.sees_everything or draft.mailbox_id in by.mailbox_ids
    if not mine or tx.execute(select(Mailbox.id).where(Mailbox.id == draft.mailbox_id)).scalar() is None:
        raise NotFound("no such mailbox of yours")
    if draft.activity_id is not None:
        _check_activity(tx, draft.activity_id, by)
    if draft.item_id is not None:
        held = (MailboxItem.id == draft.item_id, MailboxItem.mailbox_id == draft.mailbox_id)
        if tx.execute(select(MailboxItem.id).where(*held)).scalar() is None:
            raise NotFound("the mail that is answered is not in that mailbox")
    if draft.record_id is not None:
        seen = (Record.id == draft.record_id, Record.deleted_at.is_(None), sees_record(by))
        if tx.execute(select(Record.id).where(*seen)).scalar() is None:
            raise NotFound("no such record")


def _check_activity(tx: Connection, activity_id: int, by: Actor) -> None:
    if tx.execute(select(Activity.id).where(Activity.id == activity_id, sees_activity(by))).scalar() is None:
        raise NotFound("no such mail")


def _draft(tx: Connection, uid: str, by: Actor) -> Act:
    act = find_act(tx, uid, by=by)
    if act.state is not OutgoingState.DRAFT:
        raise NotFound("no such draft")
    return act


def _add_file(tx: Connection, act: Act, file: Sequence[Any]) -> int:
    filename, media_type, size, blob_id = file
    last = select(func.max(OutgoingFile.position)).where(OutgoingFile.outgoing_id == act.outgoing_id)
    found = tx.execute(last).scalar()
    position = 0 if found is None else found + 1
    values = {"filename": filename, "media_type": media_type, "size": size, "blob_id": blob_id}
    tx.execute(insert(OutgoingFile).values(outgoing_id=act.outgoing_id, position=position, **values))
    return position


def _payload(draft: Draft) -> dict[str, Any]:
    payload = {
        "sender": [draft.sender.email, draft.sender.name],
        "to": _listed(draft.to),
        "cc": _listed(draft.cc),
        "bcc": _listed(draft.bcc),
        "subject": " ".join(draft.subject.split()),
        "text": draft.text,
        "how": draft.how,
        "in_reply_to": draft.in_reply_to,
        "answered_references": list(draft.references),
        "importance": draft.importance,
        "calendar": draft.calendar,
        "calendar_method": draft.calendar_method,
    }
    return {name: value for name, value in payload.items() if value}


def _listed(recipients: Sequence[Recipient]) -> list[list[str]]:
    """Each address once, in the case it was written in."""
    once = {one.email.casefold(): [one.email.strip(), one.name] for one in reversed(recipients)}
    return list(once.values())[::-1]


def _with_token(references: Sequence[str], ours: str) -> tuple[str, ...]:
    """The last of the references has to stay the mail that is answered (RFC 5322 section 3.6.4)."""
    return (*references[:-1], ours, *references[-1:])


def _summary(draft: Draft) -> str:
    """What people read in the outbox: "Reply to Ann: Offer"."""
    whom = [one.name or one.email for one in draft.recipients]
    more = f" +{len(whom) - 1}" if len(whom) > 1 else ""
    return f"{_HOW.get(draft.how, 'Mail')} to {(whom or ['nobody'])[0]}{more}: {' '.join(draft.subject.split())}"[:300]
