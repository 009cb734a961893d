"""Beginning a mail: an empty one, an answer, a forward, a correction; from the right address, with signature and text.

Nothing is stored here; `store.mail.composing.save_draft` keeps what the writer makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from sqlalchemy import Connection, select

from mail_sync.answering import (
    Answering,
    Original,
    answer_subject,
    answer_to,
    composed_text,
    quoted,
)
from mail_sync.message import Address
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.mail.acts import items_of
from store.mail.composing import Draft, Recipient
from store.mail.fields import Filled, fill
from store.outbox.decisions import find_act
from store.outbox.delivery import Place, place_of
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.mail_values import mail_values
from store.queries.senders import Sender, senders
from store.schema.mail import EmailReference, MailboxItem
from store.schema.outbox import Outgoing
from store.schema.service import Queue
from store.schema.triage import Triage

_CONVERSATION = "conversation:"  # names of Outlook conversations stand among those of mails


@dataclass(frozen=True, slots=True)
class Begun:
    """A mail begun from a template: the draft, and the fields that nobody could fill."""

    draft: Draft
    missing: tuple[str, ...] = ()


def new_draft(tx: Connection, *, record_id: int | None = None, to: Sequence[Recipient] = (), by: Actor) -> Draft:
    """An empty mail from the writer's own address. Raises Invalid where no mailbox of theirs can send."""
    sender = _first(senders(tx, by=by))
    return Draft(
        mailbox_id=sender.mailbox_id,
        sender=Recipient(sender.email, sender.name),
        to=tuple(to),
        text=composed_text(sender.signature, ""),
        record_id=record_id,
    )


def answer_draft(tx: Connection, activity_id: int, how: Answering, *, zone: tzinfo = UTC, by: Actor) -> Draft:
    """An answer to a stored mail, or a forward of it, from the address it was sent to.

    `zone` is that of the writer, in which the quotation says when the original was written. What the original is
    regarding, the answer is regarding too. Raises NotFound, and Invalid where no mailbox of theirs can send.
    """
    detail = activity_detail(tx, activity_id, by=by)
    if detail.kind != "email":
        raise NotFound("no such mail")
    original = _original(tx, detail, zone)
    choices = senders(tx, by=by)
    places = _places(tx, activity_id, by)
    sender = _sender_for(choices, original, places)
    own = {each.email for each in choices if each.mailbox_id == sender.mailbox_id}
    answer = answer_to(original, how, lambda email: email in own)
    return Draft(
        mailbox_id=sender.mailbox_id,
        sender=Recipient(sender.email, sender.name),
        to=_recipients(answer.recipients.to),
        cc=_recipients(answer.recipients.cc),
        subject=answer.subject,
        text=composed_text(sender.signature, answer.quotation),
        how=how.value,
        in_reply_to=answer.in_reply_to,
        references=answer.references,
        item_id=next((item_id for item_id, mailbox in places if mailbox == sender.mailbox_id), None),
        activity_id=activity_id,
        record_id=detail.regarding.record_id if detail.regarding else None,
    )


def from_queue(tx: Connection, draft: Draft, *, by: Actor) -> Draft:
    """The answer from the address of the queue in which the answered mail waits, where its writer may send as that."""
    waits = select(Queue.address).join(Triage, Triage.queue_id == Queue.id)
    address = tx.execute(waits.where(Triage.activity_id == draft.activity_id, Queue.deleted_at.is_(None))).scalar()
    found = next((each for each in senders(tx, by=by) if address and each.email == address.casefold()), None)
    if found is None or found.email == draft.sender.email:
        return draft
    return replace(draft, mailbox_id=found.mailbox_id, sender=Recipient(found.email, found.name), item_id=None)


def correction_draft(tx: Connection, outgoing_uid: str, *, zone: tzinfo = UTC, by: Actor) -> Draft:
    """A correction of a mail that was sent and cannot be taken back, to everybody it went to. Raises NotFound."""
    act = find_act(tx, outgoing_uid, by=by)
    columns = (Outgoing.payload, Outgoing.record_id, Outgoing.done_at, Outgoing.created_at)
    payload, record_id, done_at, created_at = tx.execute(select(*columns).where(Outgoing.id == act.outgoing_id)).one()
    to, cc, bcc = (tuple(Recipient(*each) for each in payload.get(name, ())) for name in ("to", "cc", "bcc"))
    sender = Recipient(*payload["sender"])
    sent = Original(
        message_id=payload.get("message_id", ""),
        subject=payload.get("subject", ""),
        sender=Address(sender.email, sender.name),
        sent_at=(done_at or created_at).astimezone(zone),
        text=payload.get("text", ""),
    )
    bare = answer_subject(sent.subject, Answering.REPLY).removeprefix("Re:").strip()
    chosen = next((each for each in senders(tx, by=by) if each.mailbox_id == act.mailbox_id), None)
    references = (*payload.get("answered_references", ()), sent.message_id)
    return Draft(
        mailbox_id=act.mailbox_id,
        sender=sender,
        to=to,
        cc=cc,
        bcc=bcc,
        subject=f"Correction: {bare}".rstrip(),
        text=composed_text(chosen.signature if chosen else "", quoted(sent)),
        how="correction",
        in_reply_to=sent.message_id,
        references=tuple(one for one in references if one),
        record_id=record_id,
    )


def with_template(tx: Connection, draft: Draft, subject: str, text: str, *, by: Actor) -> Begun:
    """The draft with a template's text in front, its fields filled from the first recipient, what the mail is
    regarding and the writer; its subject only where the draft has none yet."""
    emails = [one.email for one in draft.recipients]
    values = mail_values(tx, emails, draft.record_id, by=by)
    said, titled = fill(text, values), Filled("") if draft.subject else fill(subject, values)
    begun = replace(draft, subject=draft.subject or titled.text, text=f"{said.text.rstrip()}\n{draft.text}")
    return Begun(begun, tuple(dict.fromkeys((*titled.missing, *said.missing))))


def _original(tx: Connection, detail: ActivityDetail, zone: tzinfo) -> Original:
    def parties(role: str) -> tuple[Address, ...]:
        return tuple(Address(each.email, each.name) for each in detail.parties if each.role == role and each.email)

    return Original(
        message_id=str(detail.details.get("message_id") or ""),
        subject=detail.subject,
        sender=next(iter(parties("from")), Address("")),
        sent_at=detail.occurred_at.astimezone(zone),
        text=detail.text,
        to=parties("to"),
        cc=parties("cc"),
        reply_to=parties("reply_to"),
        references=_references(tx, detail.activity_id),
    )


def _references(tx: Connection, activity_id: int) -> tuple[str, ...]:
    """The header of the stored mail, oldest first; the store keeps the nearest first."""
    names = tx.execute(
        select(EmailReference.message_id)
        .where(EmailReference.activity_id == activity_id)
        .order_by(EmailReference.position.desc())
    ).scalars()
    return tuple(name for name in names if not name.startswith(_CONVERSATION))


def _places(tx: Connection, activity_id: int, by: Actor) -> list[tuple[int, int]]:
    """The items and mailboxes of theirs that hold the mail on a server."""
    items = items_of(tx, activity_id, by=by)
    known = [each for item_id in items if isinstance(each := place_of(tx, item_id), Place) and not each.gone]
    columns = (MailboxItem.id, MailboxItem.mailbox_id)
    held = tx.execute(select(*columns).where(MailboxItem.id.in_([each.item_id for each in known])))
    return [(row.id, row.mailbox_id) for row in held.all()]


def _sender_for(choices: Sequence[Sender], original: Original, places: Sequence[tuple[int, int]]) -> Sender:
    """The address the original was sent to, or came from where it is ours; else that of a mailbox that holds it."""
    written = [address.email for address in (*original.to, *original.cc)]
    order = {email: place for place, email in reversed(list(enumerate([original.sender.email, *written])))}
    named = sorted((each for each in choices if each.email in order), key=lambda each: order[each.email])
    holding = {mailbox_id for _, mailbox_id in places}
    held = [each for each in choices if each.mailbox_id in holding]
    return _first([*(each for each in named if each in held), *named, *held, *choices])


def _first(choices: Iterable[Sender]) -> Sender:
    found = next(iter(choices), None)
    if found is None:
        raise Invalid("No mailbox of yours can send mail; connect one first.")
    return found


def _recipients(addresses: Iterable[Address]) -> tuple[Recipient, ...]:
    return tuple(Recipient(address.email, address.name) for address in addresses)
