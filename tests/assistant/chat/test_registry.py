"""What holds for every tool: it understands its examples, writes nothing without a yes, and cites what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, insert, select

from assistant.chat.registry import Answer, Cite, Example, Proposal, Talk, Tool, every_tool, shapes
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import Open, Situation
from assistant.chat.understanding.weights import weights
from assistant.compose import Services
from store.activities.writing import add_task, log_phone_call
from store.actor import Actor, actor_for
from store.engine import open_store
from store.errors import StoreError
from store.records.writing import create_record
from store.schema.ledger import Operation
from store.schema.people import User
from tests.assistant.chat.fakes import FakeNaming

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ANNA = {"uid": "u1", "name": "Anna Hofer", "email": "anna@home.example", "role": "sales"}
TOOLS = every_tool()
EXAMPLES = [(tool, example) for tool in TOOLS.values() for example in tool.examples]


@pytest.mark.parametrize(
    ("tool", "example"), EXAMPLES, ids=[f"{tool.name}: {example.text}" for tool, example in EXAMPLES]
)
def test_example_is_understood_as_its_tool_with_its_arguments(tool: Tool, example: Example) -> None:
    screen = Open(*example.screen) if example.screen else None
    got = understand(example.text, shapes(), FakeNaming(), Situation(NOW, screen, example.last))
    assert (got.status, got.tool) == ("ready", tool.name)
    assert {name: got.arguments.get(name) for name in example.arguments} == example.arguments


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_tool_either_reads_or_proposes_has_examples_and_is_recognised(tool: Tool) -> None:
    assert (tool.read is None) != (tool.propose is None)
    assert tool.examples
    assert all(argument.help for argument in tool.arguments)
    assert tool.name in weights().tools.values()


@pytest.fixture(scope="module")
def talk(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    store = open_store(str(copy(empty_file, tmp_path_factory.mktemp("chat") / "store.db")))
    with store.write() as tx:
        tx.execute(insert(User).values(**ANNA, created_at=NOW))
        actor = actor_for(tx, "anna@home.example")
        _fill(tx, actor)
    services = Services(store, actor, lambda: NOW)
    yield Talk(services, NOW)
    services.close()


def _fill(tx: object, by: Actor) -> None:
    def make(kind: str, **values: object) -> int:
        return create_record(tx, kind, values, by=by, now=NOW).record_id  # type: ignore[arg-type]

    fabrikam = make("account", title="Fabrikam GmbH", phone="+43 512 555 019")
    make("account", title="Northwind Traders AG")
    make("contact", title="Jane Doe", account="Fabrikam GmbH", emails="jane@fabrikam.example")
    make("lead", title="Pia Lechner")
    make("case", title="Gate stays locked", account="Fabrikam GmbH", priority="urgent")
    make(
        "opportunity", title="Two snowcats", account="Northwind Traders AG", amount="1000 EUR", close_date="2026-11-01"
    )
    add_task(tx, fabrikam, "Send the list", due_on="2026-11-02", by=by, now=NOW)  # type: ignore[arg-type]
    log_phone_call(tx, fabrikam, "About the gate", by=by, now=NOW)  # type: ignore[arg-type]


CUSTOMERS = (
    "Fabrikam",
    "Northwind",
    "Jane Doe",
    "Pia Lechner",
    "Gate stays",
    "Two snowcats",
    "Send the list",
    "the gate",
)


def test_no_tool_writes_without_a_yes_and_every_sentence_about_a_customer_is_cited(talk: Talk) -> None:
    proposed: set[str] = set()
    told: set[str] = set()
    for tool, example in EXAMPLES:
        try:
            reply = _reply(talk, tool, example)
        except StoreError:
            continue  # what the example speaks of is not in this store
        assert (isinstance(reply, Proposal), _operations(talk)) == (tool.writes, _BEFORE), tool.name
        if isinstance(reply, Answer):
            about = [line for line in reply.lines if any(name in line.text for name in CUSTOMERS)]
            assert all(line.cites for line in about), (tool.name, about)
            told |= {tool.name} if about else set()
        else:
            proposed.add(tool.name)
    assert told >= {"open_record", "timeline", "overdue", "pipeline", "caller", "list_cases"}
    assert proposed >= {"add_note", "log_call", "create_task", "create_case", "create_opportunity", "create_contact"}


_BEFORE = 8


def _operations(talk: Talk) -> int:
    with talk.services.store.read() as tx:
        return tx.execute(select(func.count()).select_from(Operation)).scalar_one()


def _reply(talk: Talk, tool: Tool, example: Example) -> Answer | Proposal:
    kind = example.screen[0] if example.screen else ""
    opened = {"case": "CAS-00001", "opportunity": "OPP-00001", "lead": "LEA-00001", "account": "ACC-00001"}.get(kind)
    last = tuple(Cite("account", "ACC-00001", "Fabrikam GmbH") for _ in example.last)
    here = Talk(talk.services, talk.now, Cite(kind, opened, opened) if opened else None, last)
    shown = Open(*example.screen) if example.screen else None
    got = understand(example.text, shapes(), FakeNaming(), Situation(NOW, shown, example.last))
    act = tool.propose or tool.read
    assert act is not None
    return act(here, got.arguments)
