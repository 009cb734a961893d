"""Telling a sender by itself that their mail arrived: an answer from the queue that says that it is automatic.

Whether they may be told was decided before (`acknowledging.py`); here at most one goes out for each thread and day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.composing import answer_draft, with_template
from mail_sync.answering import Answering
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.mail.composing import Recipient, queue_mail, save_draft
from store.mail.templates import Template, templates
from store.queries.senders import Sender, senders
from store.queries.triage_mail import IncomingMail
from store.triage.acknowledged import acknowledge


def send_acknowledgement(
    tx: Connection, mail: IncomingMail, name: str, record_id: int | None, *, by: Actor, now: datetime
) -> str:
    """Put the answer that the template with this name makes into the outbox; returns why it cannot be sent, as a
    sentence, '' where it is."""
    template = next(
        (one for one in templates(tx, by=by) if one.shared and one.name.casefold() == name.casefold()), None
    )
    if template is None:
        return f"No acknowledgement: there is no template “{name}” for everybody."
    sender = _sender(senders(tx, by=by), mail)
    if sender is None:
        return "No acknowledgement: no mailbox can send from an address that it went to."
    try:
        return _send(tx, mail, template, sender, record_id, by, now)
    except (Invalid, NotFound) as error:
        return f"No acknowledgement: {error.sentence}"


def _send(
    tx: Connection,
    mail: IncomingMail,
    template: Template,
    sender: Sender,
    record_id: int | None,
    by: Actor,
    now: datetime,
) -> str:
    answer = answer_draft(tx, mail.activity_id, Answering.REPLY, by=by)
    here = answer.item_id if answer.mailbox_id == sender.mailbox_id else None
    empty = replace(
        answer,
        mailbox_id=sender.mailbox_id,
        sender=Recipient(sender.email, sender.name),
        to=(Recipient(mail.email, mail.name),),
        cc=(),
        subject="" if template.subject.strip() else answer.subject,
        text="",
        item_id=here,
        record_id=record_id,
    )
    # Where a template names its writer, the queue writes and not the rule.
    begun = with_template(tx, empty, template.subject, template.text, by=replace(by, name=_signed(mail, sender)))
    if begun.missing:
        return f"No acknowledgement: nobody knows {{{begun.missing[0]}}}, which the template names."
    if not acknowledge(tx, mail.thread_id, mail.email, now=now):
        return "No acknowledgement: its thread was sent one today."
    queue_mail(tx, save_draft(tx, begun.draft, by=by, now=now), automatic=True, by=by, now=now)
    return ""


def _sender(choices: tuple[Sender, ...], mail: IncomingMail) -> Sender | None:
    """As whom to answer: the address of a queue that it went to, or else any that is ours."""
    wanted = [*(queue.address for queue in mail.queues), *(place.address for place in mail.own_places)]
    by_address = {each.email: each for each in reversed(choices)}
    return next((by_address[address] for address in wanted if address in by_address), None)


def _signed(mail: IncomingMail, sender: Sender) -> str:
    return next((queue.name for queue in mail.queues if queue.address == sender.email), sender.name or sender.email)
