"""What the weights of evidence are learnt from: mails with what spoke for each record, and which of them was right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from assistant.linking.barred import is_left_alone
from assistant.linking.evidence.finding import Finding
from assistant.linking.findings import find
from assistant.linking.score import COMPETING, features, group_of, is_named_outright
from assistant.linking.world.evaluate import Progress, playing
from assistant.linking.world.format import World
from assistant.linking.world.mails import Name, Truth
from mail_sync.marks import shared_line
from store.linking.facts import ActivityFacts
from store.queries.linking.gather import gather
from store.schema.mail import Email


@dataclass(frozen=True, slots=True)
class Option:
    """A record that something spoke for: how strongly by rule, and whether it was right (None: truth does not say).

    `competes` for what the mail is about; one that was named outright stands beside the others.
    """

    group: str
    found: Mapping[str, float]
    right: bool | None
    competes: bool
    named: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """One mail. Mails of a thread are alike, so they are learnt from or tested on together."""

    thread: str
    options: tuple[Option, ...]


def examples_of(worlds: Iterable[World], *, progress: Progress = lambda share, label: None) -> list[Example]:
    """What linking sees of every mail of these worlds when it comes, with the present weights. Raises StoreError."""
    return [each for number, world in enumerate(worlds) for each in _played(world, str(number), progress)]


def _played(world: World, name: str, progress: Progress) -> list[Example]:
    examples: list[Example] = []
    with playing(world) as play:

        def look(activity_id: int, truth: Truth) -> None:
            with play.store.read() as tx:
                thread = tx.execute(select(Email.thread_id).where(Email.id == activity_id)).scalar_one()
                facts = facts_of(tx, activity_id)
            if not is_left_alone(facts):
                examples.append(Example(f"{name} {thread}", options_of(find(facts), truth, play.records.names)))

        for _ in play.run(progress, before=look):
            pass
    return [each for each in examples if each.options]


def facts_of(tx: Connection, activity_id: int) -> ActivityFacts:
    """The facts on which one activity was decided a moment ago."""
    gathered = gather(tx, [activity_id], line_of=shared_line)
    return replace(gathered.facts[0], history=gathered.histories.of(activity_id))


def options_of(findings: Iterable[Finding], truth: Truth, names: Mapping[int, Name]) -> tuple[Option, ...]:
    """The records that something speaks for; `names` are their names in the world."""
    by_record: dict[int, list[Finding]] = {}
    for finding in findings:
        if group_of(finding.record):
            by_record.setdefault(finding.record.record_id, []).append(finding)
    return tuple(
        _option(found, truth, names.get(record_id, (found[0].record.kind, "")))
        for record_id, found in by_record.items()
    )


def _option(found: list[Finding], truth: Truth, name: Name) -> Option:
    group = group_of(found[0].record)
    competes = group in COMPETING
    right: bool | None = name in truth.right
    if not competes and not right and truth.right and not any(kind == name[0] for kind, _ in truth.right):
        right = None  # truth need not name the contact and the account beside what the mail is regarding
    return Option(group, features(found), right, competes, competes and is_named_outright(found))
