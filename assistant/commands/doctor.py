"""`regarding doctor`: what is wrong with a set-up, from this machine to the last folder, and what to do about it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from textwrap import wrap

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.doctor.examine import Examined, Patient, examine_machine, examine_mailbox, examine_store
from assistant.doctor.finding import Finding, Level, has_problem
from assistant.secret_store import read_secret
from assistant.signing_in import Secrets
from mail_sync.mime.plain import visible
from store.diagnosis import traces
from store.queries.status import mailboxes
from store.sync.mailboxes import FILES, sync_mailboxes

_WIDTH = 80
_INDENT = 10  # of sentences, behind the level


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mailbox", metavar="EMAIL", help="only this mailbox")


def _run(context: Context, arguments: Namespace) -> Outcome:
    examined = list(_examine(context, arguments))
    findings = [finding for each in examined for finding in each.findings]
    counts = {level: sum(finding.level is level for finding in findings) for level in Level}
    payload = {
        "examined": [{"what": each.what, "findings": [_payload(one) for one in each.findings]} for each in examined],
        "problems": counts[Level.PROBLEM],
        "warnings": counts[Level.WARNING],
    }
    lines = [line for each in examined for line in _lines(each)]
    return Outcome(
        payload, [*lines, _summary(counts[Level.PROBLEM], counts[Level.WARNING])], int(has_problem(findings))
    )


def _examine(context: Context, arguments: Namespace) -> Iterator[Examined]:
    services = context.services()
    with services.store.read() as tx:
        known = traces(tx)
        settings = {row.address: row.settings for row in sync_mailboxes(tx)}
    rows = [row for row in services.read(mailboxes) if row.provider != FILES]
    if arguments.mailbox:
        rows = [row for row in rows if row.address == arguments.mailbox.strip().lower()]
        if not rows:
            raise CommandError(f"No mailbox {arguments.mailbox} is connected.")
    secrets = Secrets(lambda name: read_secret(name, secret_command=context.secret_command))
    yield examine_machine(context.config_path, known.newest, context.clock())
    yield examine_store(services.store, context.clock())
    if context.model is not None:
        from assistant.doctor.model import findings  # few have one

        yield Examined("language model", findings(context.model, secrets.find))
    for row in rows:
        patient = Patient(row, settings[row.address], known.senders_refused.get(row.mailbox_id, 0))
        yield examine_mailbox(patient, secrets, context.clock)


def _payload(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "sentence": finding.sentence,
        "steps": list(finding.steps),
    }


def _lines(examined: Examined) -> Iterator[str]:
    yield f"{examined.what[:1].upper()}{examined.what[1:]}" if "@" not in examined.what else examined.what
    for finding in examined.findings:
        yield from _wrapped(f"{finding.level.value:<8}", f"{finding.check}: {visible(finding.sentence)}")
        for step in finding.steps:
            # A command is copied from the terminal, so it is never broken.
            yield f"{' ' * _INDENT}> {visible(step.strip())}"
    yield ""


def _wrapped(level: str, sentence: str) -> Iterator[str]:
    first, *rest = wrap(sentence, _WIDTH - _INDENT, break_long_words=False) or [""]
    yield f"  {level}{first}"
    yield from (f"{' ' * _INDENT}{line}" for line in rest)


def _summary(problems: int, warnings: int) -> str:
    if not problems and not warnings:
        return "Everything is as it should be."
    counted = [_counted(problems, "problem"), _counted(warnings, "warning")]
    return f"{' and '.join(each for each in counted if each)}."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}" if count else ""


COMMAND = Command("doctor", "what is wrong with a set-up, and what to do about it", _run, _arguments)
