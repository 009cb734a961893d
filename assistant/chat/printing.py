"""What the chat says as lines of text, and as JSON: the same for `regarding ask`, `regarding chat` and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.chat.dialogue import Told
from assistant.chat.registry import Change, Cite, Done, Line, Proposal, Waiting
from assistant.chat.understanding.values import LAST
from mail_sync.mime.plain import visible, visible_line

HOW_TO_SAY_YES = "yes does it, edit changes it, no drops it."
_HOW_TO_UNDO = "undo takes it back."


def answer_lines(lines: Iterable[Line]) -> list[str]:
    """Each statement with the number or id that it rests on, unless its own words or the line before name it."""
    found, before = [], ""
    for line in lines:
        named = next((one.id for one in line.cites), "")
        text = visible_line(line.text)
        found.append(text if named in ("", before) or named in text else f"{text}  [{named}]")
        before = named
    return found


def proposal_lines(told: Proposal | Waiting) -> list[str]:
    """Every field that would change, before and after, and who would be mailed."""
    if isinstance(told, Waiting):
        return [f"Then: {step_line(told.step.tool, told.step.arguments)}"]
    changes = [line for one in told.changes for line in change_lines(one)]
    return [visible_line(told.text), *changes, *([visible_line(told.mails)] if told.mails else [])]


def change_lines(change: Change) -> list[str]:
    """A field before and after. What a text holds never stands where a line of the chat's own would."""
    first, *rest = visible(change.after).splitlines() or ["nothing"]
    before = f"{visible_line(change.before)} -> " if change.before else ""
    return [f"  {visible_line(change.field)}: {before}{first}", *(f"    {line}" for line in rest)]


def step_line(tool: str, arguments: Mapping[str, Any]) -> str:
    said = visible_line(", ".join(f"{name} {'it' if value == LAST else value}" for name, value in arguments.items()))
    return f"{tool.replace('_', ' ')}: {said}" if said else tool.replace("_", " ")


def told_lines(told: Told) -> list[str]:
    """All that is told, with numbered choices, and how to go on."""
    lines = [told.note] if told.note else []
    lines += answer_lines(told.lines)
    lines += [f"  {number}  {visible_line(choice)}" for number, choice in enumerate(told.choices, 1)]
    for one in told.done:
        lines.append(visible_line(f"{one.text} {_HOW_TO_UNDO}" if can_be_undone(told, one) else one.text))
    for proposal in told.proposals:
        lines += proposal_lines(proposal)
    return [*lines, *([HOW_TO_SAY_YES] if told.kind == "proposal" else [])]


def can_be_undone(told: Told, done: Done) -> bool:
    """Of what was taken back nothing is said."""
    return bool(done.operation) and done == told.done[-1] and not told.taken_back


def kept_lines(told: Told) -> list[dict[str, Any]]:
    """All that is told, as history keeps it: texts with what each rests on."""
    found = [Line(told.note)] if told.note else []
    found += told.lines
    found += [Line(f"{number}  {choice}") for number, choice in enumerate(told.choices, 1)]
    found += [Line(one.text, (one.about,) if one.about else ()) for one in told.done]
    for one in told.proposals:
        about = one.about if isinstance(one, Proposal) else ()
        found += [Line(text, about if not place else ()) for place, text in enumerate(proposal_lines(one))]
    return cited(found)


def cited(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [{"text": line.text, "cites": cites(line.cites)} for line in lines]


def cites(found: Iterable[Cite]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "id": one.id, "title": one.title} for one in found]


def proposed(told: Proposal) -> dict[str, Any]:
    changes = [{"field": one.field, "before": one.before, "after": one.after} for one in told.changes]
    return {"text": told.text, "about": cites(told.about), "changes": changes, "mails": told.mails}


def acted(done: Sequence[Done]) -> list[dict[str, str]]:
    return [{"text": one.text, "operation": one.operation} for one in done]
