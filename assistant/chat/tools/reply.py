"""Answers a mail."""

from __future__ import annotations

from assistant.chat.registry import Arguments, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.drafts import answer, written
    from assistant.chat.mails import the_mail
    from mail_sync.answering import Answering
    from store.queries.activities import activity_detail

    mail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    how = Answering.REPLY_ALL if arguments.get("all") else Answering.REPLY
    draft = answer(talk, mail.activity_id, how, arguments["text"])
    return written(talk, draft, arguments["text"], (Cite(mail.kind, mail.uid, mail.subject),), arguments)


TOOL = Tool(
    "reply",
    "Answer a mail, or write a draft of an answer.",
    (
        Argument("mail", "mail", "which mail", required=True),
        Argument("text", "text", "what it says", required=True),
        Argument("all", "flag", "to everybody who got it"),
        Argument("draft", "flag", "keep it as a draft, and send nothing"),
    ),
    (
        Example("reply: we are on it", {"mail": "$screen", "text": "we are on it"}, screen=("mail", "An offer")),
        Example("reply all: thanks to you all", {"mail": "$screen", "all": True}, screen=("mail", "An offer")),
    ),
    propose=_propose,
)
