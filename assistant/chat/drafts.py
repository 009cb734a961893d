"""Mails that the chat writes: shown whole, and after a yes sent, or kept as a draft where that was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from assistant.chat.acting import carry_out, new_fields
from assistant.chat.pointing import address, cite, record
from assistant.chat.registry import Arguments, Cite, Done, Proposal, Talk
from mail_sync.answering import Answering
from store.errors import NotFound
from store.mail.composing import Draft, Recipient, queue_mail, save_draft
from store.queries.record_names import find_record

_NUMBERED = re.compile(r"\$|[A-Z]{3}-\d+$")  # what points at a record, or its number
_KEPT = "The draft waits in the outbox: send it from there, or regarding outbox discard {uid}."


def recipient(talk: Talk, name: str) -> Recipient:
    """A person by name, or an address. Raises NotFound."""
    if "@" in name:
        return Recipient(name)
    called = record(talk, name).title if _NUMBERED.match(name) else name.partition(" (")[0]
    return Recipient(address(talk, name), called)


def recipients(talk: Talk, value: str | Sequence[str]) -> list[Recipient]:
    """One person, or several. Raises NotFound."""
    return [recipient(talk, name) for name in ([value] if isinstance(value, str) else value)]


def addressee(talk: Talk, to: Recipient) -> tuple[Cite, ...]:
    """Who is known by that address, nobody where it is new or several people's."""
    try:
        return (cite(talk.services.read(find_record, to.email)),)
    except NotFound:
        return ()


def answer(talk: Talk, activity_id: int, how: Answering, text: str) -> Draft:
    """An answer to a mail or a forward of it that begins with the text. Raises NotFound, Invalid."""
    from assistant.composing import answer_draft

    draft = talk.services.read(answer_draft, activity_id, how, zone=talk.now.tzinfo)
    return replace(draft, text=f"{text}\n{draft.text}" if text else draft.text)


def written(talk: Talk, draft: Draft, text: str, about: tuple[Cite, ...], arguments: Arguments) -> Proposal:
    """A mail to be sent after a yes, or kept, with all that it says. It waits its recall time in the outbox."""
    to = ", ".join(one.email for one in draft.recipients)
    changes = new_fields({"from": draft.sender.email, "to": to, "subject": draft.subject, "text": text})
    if arguments.get("draft"):
        return Proposal("Write a draft; nobody is mailed.", about, changes, partial(_keep, talk, draft))
    return Proposal("Send a mail.", about, changes, partial(_send, talk, draft, to), f"This mails {to}.")


def _keep(talk: Talk, draft: Draft) -> Done:
    uid = carry_out(talk, save_draft, draft)
    return Done(_KEPT.format(uid=uid), "", Cite("draft", uid, draft.subject))


def _send(talk: Talk, draft: Draft, to: str) -> Done:
    uid = carry_out(talk, save_draft, draft)
    operation = carry_out(talk, queue_mail, uid, recall=talk.services.recall)
    said = (
        f"The mail to {to} is sent in {talk.services.recall.total_seconds():.0f} seconds; until then undo recalls it."
    )
    return Done(said, operation, Cite("draft", uid, draft.subject))
