"""`regarding ask "..."`: what the chat does, once: an answer, or exactly what would change; with --yes the change."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any

from dateutil.tz import tzlocal

from assistant.chat.conversing import carry_out, replies, understood
from assistant.chat.questions import question, what_can_be_done
from assistant.chat.registry import Answer, Cite, Done, Proposal, Talk, Waiting
from assistant.chat.understanding.values import Understood
from assistant.commands.base import Command, Context, Outcome

_HOW_TO_UNDO = "regarding undo takes it back."
_HOW_TO_SAY_YES = "Nothing is done yet: say it again with --yes to do this."


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", help='what you want, as "open cases for Fabrikam"')
    parser.add_argument("--dry-run", action="store_true", help="only say how it is understood")
    parser.add_argument("--yes", action="store_true", help="carry out what it would change")


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    talk = Talk(services, context.clock().astimezone(tzlocal()))
    meant = understood(talk, " ".join(arguments.text))
    payload = _payload(meant)
    if meant.status != "ready":
        told = question(meant) if meant.status == "ask" else what_can_be_done()
        return Outcome({**payload, "question": told[0]}, told)
    if arguments.dry_run:
        return Outcome(payload, [_step_line(step["tool"], step["arguments"]) for step in payload["steps"] or [payload]])
    if arguments.yes:
        return _done(payload, list(carry_out(talk, meant)))
    return _shown(payload, list(replies(talk, meant)))


def _payload(meant: Understood) -> dict[str, Any]:
    return {
        "status": meant.status,
        "tool": meant.tool,
        "arguments": dict(meant.arguments),
        "missing": list(meant.missing),
        "choices": [{"argument": one.argument, "value": str(one.value), "shown": one.shown} for one in meant.choices],
        "steps": [{"tool": step.tool, "arguments": dict(step.arguments)} for step in meant.steps],
        "question": None,
        "lines": [],
        "proposals": [],
        "done": [],
    }


def _shown(payload: dict[str, Any], told: list[Answer | Proposal | Waiting]) -> Outcome:
    lines: list[str] = []
    answers: list[dict[str, Any]] = []
    proposals: list[dict[str, Any]] = []
    for one in told:
        match one:
            case Answer():
                answers += _cited(one)
                lines += _answer_lines(one)
            case Proposal():
                proposals.append(_proposal(one))
                lines += _proposal_lines(one)
            case Waiting():
                lines.append(f"Then: {_step_line(one.step.tool, one.step.arguments)}")
    if proposals:
        lines.append(_HOW_TO_SAY_YES)
    return Outcome({**payload, "lines": answers, "proposals": proposals}, lines)


def _done(payload: dict[str, Any], told: list[Answer | Done]) -> Outcome:
    lines: list[str] = []
    for one in told:
        if isinstance(one, Answer):
            lines += _answer_lines(one)
            payload["lines"] += _cited(one)
        else:
            lines.append(f"{one.text} {_HOW_TO_UNDO}" if one.operation else one.text)
            payload["done"].append({"text": one.text, "operation": one.operation})
    return Outcome(payload, lines)


def _answer_lines(told: Answer) -> list[str]:
    """Each statement with the number or id that it rests on, where its own words do not name it."""
    found = []
    for line in told.lines:
        named = next((one.id for one in line.cites), "")
        found.append(line.text if not named or named in line.text else f"{line.text}  [{named}]")
    return found


def _cited(told: Answer) -> list[dict[str, Any]]:
    return [{"text": line.text, "cites": _cites(line.cites)} for line in told.lines]


def _cites(found: Iterable[Cite]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "id": one.id, "title": one.title} for one in found]


def _proposal(told: Proposal) -> dict[str, Any]:
    changes = [{"field": one.field, "before": one.before, "after": one.after} for one in told.changes]
    return {"text": told.text, "about": _cites(told.about), "changes": changes, "mails": told.mails}


def _proposal_lines(told: Proposal) -> list[str]:
    lines = [told.text]
    lines += [
        f"  {one.field}: {f'{one.before} -> ' if one.before else ''}{one.after or 'nothing'}" for one in told.changes
    ]
    return [*lines, *([told.mails] if told.mails else [])]


def _step_line(tool: str, arguments: Any) -> str:
    said = ", ".join(f"{name} {value}" for name, value in arguments.items())
    return f"{tool.replace('_', ' ')}: {said}" if said else tool.replace("_", " ")


COMMAND = Command("ask", "say in your own words what you want to know or to have done", _run, _arguments)
