"""Writes a mail."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid

_SUBJECT = 80  # characters of the first line


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.drafts import addressee, recipients, written
    from assistant.composing import new_draft

    text = arguments.get("text", "")
    if not text and not arguments.get("draft"):
        raise Invalid("Say what the mail says, as in: tell Jane Doe that we come on Monday.")
    to = recipients(talk, arguments["to"])
    draft = talk.services.read(new_draft, to=to)
    subject = arguments.get("subject") or _begun(text)
    filled = replace(draft, subject=subject, text=f"{text}\n{draft.text}" if text else draft.text)
    return written(talk, filled, text, tuple(one for each in to for one in addressee(talk, each)), arguments)


def _begun(text: str) -> str:
    """The beginning of a mail, as a subject."""
    first = text.partition("\n")[0][:_SUBJECT]
    return first[:1].upper() + first[1:]


TOOL = Tool(
    "write_mail",
    "Write a mail, or a draft of one.",
    (
        Argument("to", "person", "to whom", required=True, kinds=("contact", "lead", "colleague")),
        Argument("text", "text", "what it says"),
        Argument("subject", "name", "its subject; else its first words"),
        Argument("draft", "flag", "keep it as a draft, and send nothing"),
    ),
    (
        Example("tell Jane Doe that the parts are here", {"to": "Jane Doe", "text": "the parts are here"}),
        Example("write Jane Doe that we come on monday", {"to": "Jane Doe", "text": "we come on monday"}),
        Example(
            "mail Jane Doe, subject new pumps: we come on monday",
            {"to": "Jane Doe", "subject": "new pumps", "text": "we come on monday"},
        ),
        Example("draft a mail to Jane Doe: we come on monday", {"to": "Jane Doe", "draft": True}),
    ),
    propose=_propose,
)
