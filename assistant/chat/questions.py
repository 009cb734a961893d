"""What is said where something is missing or not for us."""

from __future__ import annotations

from assistant.chat.registry import every_tool
from assistant.chat.understanding.values import Understood

_WHAT = "What shall I do with it?"
_SUGGESTED = ("list_cases", "agenda", "find_mail", "find_slots", "create_task")


def question(meant: Understood) -> list[str]:
    """One short question, with choices where there are some."""
    if not meant.missing or meant.missing[0] == "tool":
        return [_WHAT, *_examples()]
    wanted = meant.missing[0]
    asked = f"Which {_named(meant, wanted)}?"
    return [asked, *(f"  {one.shown}" for one in meant.choices)]


def _named(meant: Understood, argument: str) -> str:
    tools = every_tool()
    for name in (meant.tool or "", *(step.tool for step in meant.steps)):
        found = tools[name].shape.argument(argument) if name in tools else None
        if found is not None:
            return f"{argument.replace('_', ' ')} ({found.help})"
    return argument.replace("_", " ")


def what_can_be_done() -> list[str]:
    return ["That is nothing I can do.", *_examples()]


def _examples() -> list[str]:
    tools = every_tool()
    return ["Try for instance:", *(f"  {tools[name].examples[0].text}" for name in _SUGGESTED if name in tools)]
