"""What was said in the chat and what was answered, kept for whoever said it."""

from __future__ import annotations

from assistant.chat.dialogue import Told
from assistant.chat.printing import kept_lines
from assistant.compose import Services
from store.chat_turns import keep_turn


def keep(services: Services, said: str, told: Told) -> None:
    """Keep a request with its answer. Raises StoreError."""
    operation = next((one.operation for one in reversed(told.done) if one.operation), "")
    services.do(keep_turn, said, kept_lines(told), operation)
