"""What is said where something is missing or not for us."""

from __future__ import annotations

from assistant.chat.registry import every_tool
from assistant.chat.understanding.values import Argument, Understood

_ASKED = dict.fromkeys(("text", "title", "name", "amount", "phone", "email", "duration"), "What is the")
_WHAT = "What shall I do with it?"
_SUGGESTED = ("list_cases", "agenda", "find_mail", "find_slots", "create_task")


def question(meant: Understood) -> list[str]:
    """One short question, with choices where there are some."""
    if not meant.missing or meant.missing[0] == "tool":
        return [_WHAT, *_examples()]
    return [asked(meant), *(f"  {one.shown}" for one in meant.choices)]


def asked(meant: Understood) -> str:
    """The question alone."""
    if not meant.missing or meant.missing[0] == "tool":
        return _WHAT
    found = _argument(meant, meant.missing[0])
    name = meant.missing[0].replace("_", " ")
    if found is None:
        return f"Which {name}?"
    return f"{_ASKED.get(found.type, 'Which')} {name} ({found.help})?"


def _argument(meant: Understood, name: str) -> Argument | None:
    tools = every_tool()
    for tool in (meant.tool or "", *(step.tool for step in meant.steps)):
        found = tools[tool].shape.argument(name) if tool in tools else None
        if found is not None:
            return found
    return None


def what_can_be_done() -> list[str]:
    return ["That is nothing I can do.", *_examples()]


def _examples() -> list[str]:
    tools = every_tool()
    return ["Try for instance:", *(f"  {tools[name].examples[0].text}" for name in _SUGGESTED if name in tools)]
