"""`regarding triage rules`: the rules that are kept and act on mail and leads as they come."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import plain
from assistant.commands.triage_files import read_rule_file
from assistant.commands.words import one_line, table
from assistant.triage.model import Rule
from assistant.triage.phrases import every
from assistant.triage.stored import KeptRule, all_rules, new_rules, written_rules
from store.triage.keeping import delete_rules, enable_rules, find_rules, move_rule, put_rules


def _names(parser: ArgumentParser) -> None:
    parser.add_argument("rules", nargs="+", metavar="RULE", help="its name, or how its id begins")


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a file of rules, as docs/triage_rules.md tells")
    parser.add_argument("--replace", action="store_true", help="keep no other rules")


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="where to write them; to be read otherwise")


def _move_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="its name, or how its id begins")
    parser.add_argument("steps", type=int, metavar="STEPS", help="so many places down, or up where negative")


def _list(context: Context, _arguments: Namespace) -> Outcome:
    kept = context.services().read(all_rules)
    rows = [
        (one.stored.state.kind, str(one.stored.state.position), one_line(one.stored.name, 40), one_line(_said(one), 80))
        for one in kept
    ]
    return Outcome({"rules": [_payload(one) for one in kept]}, table(rows) or ["There is no rule yet."])


def _import(context: Context, arguments: Namespace) -> Outcome:
    rules = new_rules(read_rule_file(context, arguments.file, otherwise="nothing was imported"))
    if not rules:
        raise CommandError(f"{arguments.file} has no rule.")
    operation = context.services().do(put_rules, rules, replace_all=arguments.replace)
    others = "; there are no others now" if arguments.replace else ""
    told = f"{len(rules)} rule{'' if len(rules) == 1 else 's'} imported{others}."
    return Outcome({"imported": len(rules), "operation": operation}, [told])


def _export(context: Context, arguments: Namespace) -> Outcome:
    kept = context.services().read(all_rules)
    text = written_rules(kept)
    if arguments.file is None:
        return Outcome({"rules": len(kept), "written": text}, text.splitlines())
    try:
        arguments.file.write_text(text, "utf-8")
    except OSError as error:
        raise CommandError(f"{arguments.file} cannot be written ({error.strerror}).") from error
    return Outcome(
        {"rules": len(kept), "written": str(arguments.file)}, [f"{len(kept)} rules are in {arguments.file}."]
    )


def _switch(enabled: bool) -> Callable[[Context, Namespace], Outcome]:
    def run(context: Context, arguments: Namespace) -> Outcome:
        return _with_rules(context, arguments.rules, enable_rules, "on" if enabled else "off", enabled)

    return run


def _delete(context: Context, arguments: Namespace) -> Outcome:
    return _with_rules(context, arguments.rules, delete_rules, "deleted")


def _with_rules(context: Context, names: list[str], act: Callable[..., str], became: str, *how: Any) -> Outcome:
    services = context.services()
    found = services.read(find_rules, names)
    operation = services.do(act, [rule.uid for rule in found], *how)
    named = every([rule.name for rule in found])
    verb = "is" if len(found) == 1 else "are"
    lines = [one_line(f"{named} {verb} {became}; `regarding undo` takes it back.", 300)]
    return Outcome({"rules": [rule.uid for rule in found], "operation": operation}, lines)


def _move(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    rule, *others = services.read(find_rules, [arguments.rule])
    if others:
        raise CommandError(f"There is more than one rule {arguments.rule}; give its id.")
    operation = services.do(move_rule, rule.uid, arguments.steps)
    return Outcome({"rules": [rule.uid], "operation": operation}, [f"{one_line(rule.name, 100)} was moved."])


def _said(kept: KeptRule) -> str:
    if kept.mistake:
        return f"cannot be used: {kept.mistake}"
    off = "" if kept.stored.state.enabled else "(off) "
    return off + does(kept)


def does(kept: KeptRule) -> str:
    """What a rule does, in a few words."""
    rule = kept.rule
    if isinstance(rule, Rule):
        return ", ".join(one.name if one.name == "ignore" else f"{one.name} {one.value}" for one in rule.actions)
    return "" if rule is None else f"{rule.points:+d} points"


def _payload(kept: KeptRule) -> dict[str, Any]:
    state = kept.stored.state
    return {"uid": kept.stored.uid, **plain(state), "mistake": kept.mistake}


RULES = Command(
    "rules",
    "the rules that act on mail and leads: show, bring in, order, switch and delete them",
    _list,
    subcommands=(
        Command("list", "show them in their order", _list),
        Command("import", "keep the rules of a file", _import, _import_arguments, makes_store=True),
        Command("export", "write them as a file", _export, _export_arguments),
        Command("enable", "switch rules on", _switch(True), _names),
        Command("disable", "switch rules off", _switch(False), _names),
        Command("move", "move a rule up or down", _move, _move_arguments),
        Command("delete", "delete rules; undo brings them back", _delete, _names),
    ),
)
