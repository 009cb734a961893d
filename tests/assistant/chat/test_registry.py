"""What holds for every tool: it understands its examples, writes nothing without a yes, and cites what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, select

from assistant.chat.registry import Answer, Cite, Example, Proposal, Talk, Tool, every_tool, shapes
from assistant.chat.taking_back import take_back
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import Open, Situation
from assistant.chat.understanding.weights import weights
from assistant.compose import Services
from store.engine import open_store
from store.errors import StoreError
from store.schema.ledger import Operation
from store.schema.outbox import Outgoing
from tests.assistant.chat.fakes import FakeNaming
from tests.assistant.chat.scene import NOW, furnish, here, spoken_of

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
def services(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    filled = furnish(open_store(str(copy(empty_file, tmp_path_factory.mktemp("chat") / "store.db"))))
    yield filled
    filled.close()


CUSTOMERS = ("Fabrikam", "Northwind", "Jane Doe", "Pia Lechner", "Gate stays", "snowcats", "the list", "offer", "Visit")
#: These cannot be done as their example says, and say why in a sentence.
REFUSED = {"close this": "Say how it was resolved, as in: resolve it, fuse replaced."}


@pytest.mark.parametrize("tool", [tool for tool in TOOLS.values() if not tool.writes], ids=lambda tool: tool.name)
def test_every_sentence_about_a_customer_is_cited(tool: Tool, services: Services) -> None:
    for example in tool.examples:
        answer = _reply(services, tool, example)
        assert isinstance(answer, Answer)
        assert answer.lines
        for line in answer.lines:
            assert line.cites or not any(name in line.text for name in CUSTOMERS), line


@pytest.mark.parametrize("tool", [tool for tool in TOOLS.values() if tool.writes], ids=lambda tool: tool.name)
def test_nothing_is_written_without_a_yes_and_all_of_it_is_taken_back(tool: Tool, services: Services) -> None:
    for example in tool.examples:
        if example.text in REFUSED:
            with pytest.raises(StoreError, match=REFUSED[example.text]):
                _reply(services, tool, example)
            continue
        before = _acts(services)
        proposed = _reply(services, tool, example)
        assert isinstance(proposed, Proposal)
        assert proposed.changes
        assert _acts(services) == before
        done = proposed.carry_out()
        assert (done.operation or done.about) and _acts(services) > before
        taken = take_back(Talk(services, NOW), [done])
        assert (len(taken.done), taken.sentence) == (1, "")
        again = _reply(services, tool, example)
        assert isinstance(again, Proposal)
        assert again.changes == proposed.changes or tool.name == "undo"


def _acts(services: Services) -> tuple[int, int]:
    """How much was ever done, and written as mail."""
    with services.store.read() as tx:
        counted = (tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (Operation, Outgoing))
        return next(counted), next(counted)


def _reply(services: Services, tool: Tool, example: Example) -> Answer | Proposal:
    screen = Open(*example.screen) if example.screen else None
    got = understand(example.text, shapes(), FakeNaming(), Situation(NOW, screen, example.last))
    what = "follow_up" if any(argument.type == "follow_up" for argument in tool.arguments) else "task"
    last = tuple(spoken_of(services, what) for _ in example.last)
    if tool.name == "open_record":
        last = tuple(Cite("account", "ACC-00001", "Fabrikam GmbH") for _ in example.last)
    kind = "invitation" if tool.name == "answer_meeting" else screen.kind if screen else ""
    act = tool.propose or tool.read
    assert act is not None
    return act(Talk(services, NOW, here(services, kind) if screen else None, last), got.arguments)
