"""Makes an opportunity."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, customer_fields, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import create_record

    ref = record(talk, arguments["record"])
    values = {"title": arguments["title"], "amount": arguments.get("amount"), "close_date": arguments.get("close_on")}
    given = {name: value for name, value in values.items() if value is not None} | customer_fields(talk, ref)
    done = acting(talk, "The opportunity is open.", None, create_record, "opportunity", given)
    return Proposal(f"Make an opportunity for {ref.number} {ref.title}.", (cite(ref),), new_fields(values), done)


TOOL = Tool(
    "create_opportunity",
    "Make an opportunity.",
    (
        Argument("title", "title", "what is sold", required=True),
        Argument("record", "record", "to whom", required=True, kinds=("account", "contact")),
        Argument("amount", "amount", "what it is worth"),
        Argument("close_on", "day", "when it should close"),
    ),
    (
        Example(
            "new opportunity for Fabrikam: two snowcats, EUR 420,000",
            {"title": "two snowcats", "record": "Fabrikam GmbH", "amount": 420000},
        ),
    ),
    propose=_propose,
)
