"""`regarding triage test RULES`: what rules would make of past mail, and why not. Nothing is changed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import plain
from assistant.commands.progress import progress_bar
from assistant.commands.spans import instant_since
from assistant.commands.triage_play import Play, Tried, play
from assistant.commands.words import one_line, table
from assistant.triage.matching import Decision
from assistant.triage.model import Action, Rule, RuleFile
from assistant.triage.naming import unknown_names
from assistant.triage.reading import RulesError, read_rules
from assistant.triage.stored import names_for

_USUAL, _USUAL_SPAN = 200, "30d"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("rules", type=Path, metavar="RULES", help="a file of rules, as docs/triage_rules.md tells")
    parser.add_argument(
        "--since",
        metavar="SPAN",
        default=_USUAL_SPAN,
        help=f"so many days back, as {_USUAL_SPAN}, or a date; {_USUAL_SPAN} by default",
    )
    parser.add_argument(
        "--limit", type=count, default=_USUAL, metavar="COUNT", help=f"the newest mails, {_USUAL} by default"
    )


def _run(context: Context, arguments: Namespace) -> Outcome:
    file = str(arguments.rules)
    since = instant_since(arguments.since, context.clock())
    rules = _read(context, arguments.rules, file)
    _check_names(context, rules, file)
    tried = rules.mail
    notes: list[str] = []
    with progress_bar(context, "Trying") as show:
        played = play(
            context.services(), tried, since, limit=arguments.limit, progress=lambda share: show(share, "mail")
        )
    if rules.lead or rules.scores:
        notes.append("Rules for leads are read and not tried.")
    if played.more:
        notes.append("Older mail of that time was not tried; --limit takes more.")
    return Outcome(_payload(played, tried, since, notes), [*_lines(played, tried, since), *notes])


def _read(context: Context, path: Path, file: str) -> RuleFile:
    """What the file says. Raises CommandError."""
    try:
        rules = read_rules(path.read_text("utf-8-sig"), file)
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {file}.") from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no text in UTF-8.") from error
    except RulesError as error:
        raise _refused(context, error.mistakes, file) from error
    if not rules.mail:
        raise CommandError(f"{file} has no rule for mail.")
    return rules


def _check_names(context: Context, rules: RuleFile, file: str) -> None:
    """Raises CommandError where a rule names what there is not."""
    names = context.services().read(names_for, rules)
    if mistakes := unknown_names(rules, names, file):
        raise _refused(context, mistakes, file)


def _refused(context: Context, mistakes: Sequence[str], file: str) -> CommandError:
    """All mistakes are told; what ends the command is one sentence."""
    if len(mistakes) == 1:
        return CommandError(mistakes[0])
    for mistake in mistakes:
        context.say(mistake)
    return CommandError(f"{file} has {len(mistakes)} mistakes; nothing was tried.")


def _counts(played: Play, rules: Sequence[Rule]) -> list[tuple[str, int]]:
    """How many mails each rule would have taken, in the order of the rules."""
    taken = Counter(mail.decision.rule.name for mail in played.mails if mail.decision.rule)
    return [(rule.name, taken[rule.name]) for rule in rules if rule.enabled]


def _payload(played: Play, rules: Sequence[Rule], since: datetime, notes: Sequence[str]) -> dict[str, Any]:
    return {
        "since": since.isoformat(),
        "mails": [_mail_payload(mail) for mail in played.mails],
        "more": played.more,
        "counts": [{"rule": name, "mails": mails} for name, mails in _counts(played, rules)],
        "untouched": _untouched(played),
        "notes": list(notes),
    }


def _mail_payload(mail: Tried) -> dict[str, Any]:
    decision, nearest = mail.decision, mail.nearest
    return {
        "uid": mail.uid,
        "occurred_at": plain(mail.occurred_at),
        "who": mail.who,
        "subject": mail.subject,
        "rule": decision.rule.name if decision.rule else None,
        "actions": [plain(action) for action in decision.actions],
        "reasons": list(decision.reasons),
        "withheld": [plain(each) for each in decision.withheld],
        "why_not": {"rule": nearest.rule.name, "sentence": nearest.sentence} if nearest else None,
    }


def _untouched(played: Play) -> int:
    return sum(mail.decision.rule is None for mail in played.mails)


def _lines(played: Play, rules: Sequence[Rule], since: datetime) -> Iterator[str]:
    if not played.mails:
        yield f"No mail came in since {since:%Y-%m-%d}."
        return
    for mail in played.mails:
        yield f"{mail.occurred_at:%Y-%m-%d %H:%M} {one_line(mail.who, 30)}: {one_line(mail.subject, 50)}"
        yield from (f"  {line}" for line in _told(mail))
    yield ""
    rows = [*_counts(played, rules), ("no rule", _untouched(played))]
    yield from table([(f"{mails:,}".rjust(7), name) for name, mails in rows])


def _told(mail: Tried) -> Iterator[str]:
    if mail.decision.rule:
        yield f"{mail.decision.rule.name}: {_done(mail.decision)}"
        yield f"because {'; '.join(mail.decision.reasons) or 'it fits everything'}"
        yield from dict.fromkeys(each.why for each in mail.decision.withheld)
    elif mail.nearest:
        yield f"no rule; the nearest is {mail.nearest.rule.name}: {mail.nearest.sentence}"
    else:
        yield "no rule"


def _done(decision: Decision) -> str:
    return ", ".join(map(_action, decision.actions)) or "nothing"


def _action(action: Action) -> str:
    return action.name if action.name == "ignore" else f"{action.name} {action.value}"


COMMAND = Command(
    "triage",
    "try rules that turn mail into cases and leads",
    _run,
    subcommands=(Command("test", "show what rules would make of past mail, and why not", _run, _arguments),),
)
