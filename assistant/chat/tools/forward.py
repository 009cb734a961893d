"""Passes a mail on."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.registry import Arguments, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.drafts import answer, recipients, written
    from assistant.chat.mails import the_mail
    from mail_sync.answering import Answering
    from store.queries.activities import activity_detail

    mail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    text = arguments.get("text", "")
    draft = replace(
        answer(talk, mail.activity_id, Answering.FORWARD, text), to=tuple(recipients(talk, arguments["to"]))
    )
    return written(talk, draft, text, (Cite(mail.kind, mail.uid, mail.subject),), arguments)


TOOL = Tool(
    "forward",
    "Pass a mail on, or write a draft that does.",
    (
        Argument("mail", "mail", "which mail", required=True),
        Argument("to", "person", "to whom", required=True, kinds=("contact", "lead", "colleague")),
        Argument("text", "text", "what you say about it"),
        Argument("draft", "flag", "keep it as a draft, and send nothing"),
    ),
    (Example("forward this to Jane Doe", {"mail": "$screen", "to": "Jane Doe"}, screen=("mail", "An offer")),),
    propose=_propose,
)
