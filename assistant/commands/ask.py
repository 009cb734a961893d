"""`regarding ask "..."`: what the chat does, once: an answer, or exactly what would change; with --yes the change."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from dateutil.tz import tzlocal

from assistant.chat.conversing import carry_out, replies, understood
from assistant.chat.printing import acted, answer_lines, cited, proposal_lines, proposed, step_line
from assistant.chat.questions import question, what_can_be_done
from assistant.chat.registry import Answer, Done, Proposal, Talk, Waiting
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
        return Outcome(payload, [step_line(step["tool"], step["arguments"]) for step in payload["steps"] or [payload]])
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
    for one in told:
        if isinstance(one, Answer):
            payload["lines"] += cited(one.lines)
            lines += answer_lines(one.lines)
        else:
            payload["proposals"] += [proposed(one)] if isinstance(one, Proposal) else []
            lines += proposal_lines(one)
    return Outcome(payload, [*lines, *([_HOW_TO_SAY_YES] if payload["proposals"] else [])])


def _done(payload: dict[str, Any], told: list[Answer | Done]) -> Outcome:
    lines: list[str] = []
    for one in told:
        if isinstance(one, Answer):
            lines += answer_lines(one.lines)
            payload["lines"] += cited(one.lines)
        else:
            lines.append(f"{one.text} {_HOW_TO_UNDO}" if one.operation else one.text)
            payload["done"] += acted([one])
    return Outcome(payload, lines)


COMMAND = Command("ask", "say in your own words what you want to know or to have done", _run, _arguments)
