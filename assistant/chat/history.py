"""What was said in the chat and what was answered, kept for whoever said it."""

from __future__ import annotations

from assistant.chat.dialogue import Told
from assistant.chat.printing import kept_lines
from assistant.chat.registry import Cite, Line
from assistant.compose import Services
from store.chat_turns import keep_turn
from store.queries.chat import TurnRow


def keep(services: Services, said: str, told: Told) -> None:
    """Keep a request with its answer. Raises StoreError."""
    operation = next((one.operation for one in reversed(told.done) if one.operation), "")
    services.do(keep_turn, said, kept_lines(told), operation)


def lines_of(row: TurnRow) -> tuple[Line, ...]:
    """What was answered, as it was told."""
    return tuple(
        Line(line["text"], tuple(Cite(cite["kind"], cite["id"], cite["title"]) for cite in line["cites"]))
        for line in row.lines
    )
