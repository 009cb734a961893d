"""Makes an account."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import create_record

    values = {"title": arguments["name"]}
    done = acting(talk, f"{arguments['name']} is an account.", None, create_record, "account", values)
    return Proposal(f"Make an account {arguments['name']}.", (), new_fields({"name": arguments["name"]}), done)


TOOL = Tool(
    "create_account",
    "Make an account.",
    (Argument("name", "name", "what the company is called", required=True),),
    (Example("new account Wide World Importers", {"name": "Wide World Importers"}),),
    propose=_propose,
)
