"""Mails begun by the chat: they are kept as drafts, and a person sends them."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.acting import carry_out, new_fields
from assistant.chat.pointing import address
from assistant.chat.registry import Cite, Done, Proposal, Talk
from mail_sync.answering import Answering
from store.mail.composing import Draft, Recipient, save_draft

_KEPT = "The draft waits in the outbox: send it from there, or regarding outbox discard {uid}."


def recipient(talk: Talk, name: str) -> Recipient:
    """A person by name, or an address. Raises NotFound."""
    return Recipient(name) if "@" in name else Recipient(address(talk, name), name.partition(" (")[0])


def answer(talk: Talk, activity_id: int, how: Answering, text: str) -> Draft:
    """An answer to a mail or a forward of it that begins with the text. Raises NotFound, Invalid."""
    from assistant.composing import answer_draft

    draft = talk.services.read(answer_draft, activity_id, how, zone=talk.now.tzinfo)
    return replace(draft, text=f"{text}\n{draft.text}" if text else draft.text)


def kept(talk: Talk, draft: Draft, text: str, about: tuple[Cite, ...]) -> Proposal:
    """A draft to be kept after a yes, with all that it says."""

    def carry() -> Done:
        uid = carry_out(talk, save_draft, draft)
        return Done(_KEPT.format(uid=uid), "", Cite("draft", uid, draft.subject))

    to = ", ".join(one.email for one in draft.to)
    changes = new_fields({"from": draft.sender.email, "to": to, "subject": draft.subject, "text": text})
    return Proposal("Write a draft; nobody is mailed before you send it.", about, changes, carry)
