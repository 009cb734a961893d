"""`regarding ask "..."`: what the chat does, once: an answer, or exactly what would change; with --yes the change."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any

from dateutil.tz import tzlocal

from assistant.chat.conversing import Unseen, carry_out, replies, understood
from assistant.chat.dialogue import Heard
from assistant.chat.printing import acted, answer_lines, cited, proposal_lines, proposed, step_line
from assistant.chat.questions import question, what_can_be_done
from assistant.chat.registry import Answer, Done, Proposal, Talk, Waiting
from assistant.chat.understanding.values import Understood
from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.with_model import Spoken, add_options, model_of
from store.errors import StoreError
from store.types import storable

_HOW_TO_UNDO = "regarding undo takes it back."
_HOW_TO_SAY_YES = "Nothing is done yet: say it again with --yes to do this."
_NOT_SEEN = "This is not done, as it was not shown before: say it by itself."
_YES_IN_CHAT = "Nothing is done: regarding chat --model does it after a yes."
_NO_BLIND_YES = "A model may propose something else each time: use regarding chat --model, or add --no-model."


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", help='what you want, as "open cases for Fabrikam"')
    parser.add_argument("--dry-run", action="store_true", help="only say how it is understood")
    parser.add_argument("--yes", action="store_true", help="carry out what it would change")
    add_options(parser)


def _run(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    talk = Talk(services, context.clock().astimezone(tzlocal()))
    text, spoken = storable(" ".join(arguments.text)), Spoken(context)
    model = model_of(context, arguments, spoken)
    if model is None:
        return _answered(talk, Heard(understood(talk, text)), arguments, spoken, _HOW_TO_SAY_YES)
    if arguments.yes:
        raise CommandError(_NO_BLIND_YES)
    return _answered(talk, model(talk, text, ()), arguments, spoken, _YES_IN_CHAT)


def _answered(talk: Talk, heard: Heard, arguments: Namespace, spoken: Spoken, how: str) -> Outcome:
    meant = heard.meant or Understood("ready")
    payload = {**_payload(meant), "note": heard.note, "lines": cited(heard.lines)}
    looked_up = [*([heard.note] if heard.note else []), *answer_lines(spoken.left(heard.lines))]
    if heard.meant is None:
        return Outcome(payload, looked_up)
    if meant.status != "ready":
        told = question(meant) if meant.status == "ask" else what_can_be_done()
        return Outcome({**payload, "question": told[0]}, [*looked_up, *told])
    if arguments.dry_run:
        steps = [step_line(step["tool"], step["arguments"]) for step in payload["steps"] or [payload]]
        return Outcome(payload, [*looked_up, *steps])
    if arguments.yes:
        return _done(payload, carry_out(talk, meant))
    return _shown(payload, looked_up, list(replies(talk, meant)), how)


def _payload(meant: Understood) -> dict[str, Any]:
    return {
        "status": meant.status,
        "tool": meant.tool,
        "arguments": dict(meant.arguments),
        "missing": list(meant.missing),
        "choices": [{"argument": one.argument, "value": str(one.value), "shown": one.shown} for one in meant.choices],
        "steps": [{"tool": step.tool, "arguments": dict(step.arguments)} for step in meant.steps],
        "question": None,
        "note": "",
        "lines": [],
        "proposals": [],
        "done": [],
    }


def _shown(payload: dict[str, Any], lines: list[str], told: list[Answer | Proposal | Waiting], how: str) -> Outcome:
    for one in told:
        if isinstance(one, Answer):
            payload["lines"] += cited(one.lines)
            lines += answer_lines(one.lines)
        else:
            payload["proposals"] += [proposed(one)] if isinstance(one, Proposal) else []
            lines += proposal_lines(one)
    return Outcome(payload, [*lines, *([how] if payload["proposals"] else [])])


def _done(payload: dict[str, Any], steps: Iterable[Answer | Done | Unseen]) -> Outcome:
    """What was done is told also where a later step fails."""
    lines: list[str] = []
    try:
        for one in steps:
            if isinstance(one, Answer):
                lines += answer_lines(one.lines)
                payload["lines"] += cited(one.lines)
            elif isinstance(one, Unseen):
                payload["proposals"] += [proposed(one.proposal)]
                return Outcome(payload, [*lines, *proposal_lines(one.proposal), _NOT_SEEN], code=1)
            else:
                lines.append(f"{one.text} {_HOW_TO_UNDO}" if one.operation else one.text)
                payload["done"] += acted([one])
    except StoreError as error:
        if not payload["done"]:
            raise
        return Outcome({**payload, "note": error.sentence}, [*lines, error.sentence], code=1)
    return Outcome(payload, lines)


COMMAND = Command("ask", "say in your own words what you want to know or to have done", _run, _arguments)
