"""Makes a contact."""

from __future__ import annotations

from assistant.chat.acting import acting, cites, new_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import create_record

    account = record(talk, arguments["account"], "account") if "account" in arguments else None
    name = arguments["name"]
    values = {
        "title": name.title() if name.islower() else name,
        "account": account.number if account else None,
        "emails": arguments.get("email", ""),
        "phone": arguments.get("phone", ""),
    }
    given = {field: value for field, value in values.items() if value}
    done = acting(talk, f"{values['title']} is a contact.", None, create_record, "contact", given)
    shown = {**given, "account": account.title if account else ""}
    return Proposal(
        f"Make a contact {values['title']}.", cites(cite(account) if account else None), new_fields(shown), done
    )


TOOL = Tool(
    "create_contact",
    "Make a contact.",
    (
        Argument("name", "name", "who", required=True),
        Argument("account", "record", "where they work", kinds=("account",)),
        Argument("email", "email", "their address"),
        Argument("phone", "phone", "their number"),
    ),
    (
        Example(
            "new contact Pia Lechner at Fabrikam, pia@fabrikam.example",
            {"name": "Pia Lechner", "account": "Fabrikam GmbH", "email": "pia@fabrikam.example"},
        ),
    ),
    propose=_propose,
)
