"""Makes a lead."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument

_FIELDS = {"name": "title", "company": "company", "email": "emails", "phone": "phone", "topic": "topic"}


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import create_record

    values = {field: arguments[name] for name, field in _FIELDS.items() if arguments.get(name)}
    done = acting(talk, f"{arguments['name']} is a lead.", None, create_record, "lead", values)
    return Proposal(f"Make a lead {arguments['name']}.", (), new_fields(dict(arguments)), done)


TOOL = Tool(
    "create_lead",
    "Make a lead.",
    (
        Argument("name", "name", "who", required=True),
        Argument("company", "name", "of which company"),
        Argument("email", "email", "their address"),
        Argument("phone", "phone", "their number"),
        Argument("topic", "text", "what they are interested in"),
    ),
    (Example("new lead: Pia Lechner, pia@lechner.example", {"name": "Pia Lechner", "email": "pia@lechner.example"}),),
    propose=_propose,
)
