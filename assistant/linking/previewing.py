"""What a lesson would do to past mail, before it is taught: nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.linking.in_order import decide_in_order
from assistant.linking.learning import Pattern, patterns
from store.access import sees_activity
from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid, NotFound
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts
from store.linking.patterns import checked, may_fit
from store.queries.linking.gather import gather
from store.queries.linking.records import records_of
from store.queries.linking.wider import Wider
from store.queries.refs import RecordRef, refs
from store.schema.activities import Activity

_SHOWN = 50  # mails that would move


@dataclass(frozen=True, slots=True)
class Move:
    """A past mail that would be regarding something else first of all; None stands for nothing, or for a record that
    they may not see."""

    uid: str
    subject: str
    occurred_at: datetime
    before: RecordRef | None
    after: RecordRef | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How many of the newest mails a pattern fits, how many of them it would move, and the newest of those."""

    fits: int
    count: int
    moves: tuple[Move, ...]


_Primaries = Mapping[int, int | None]


def offered_patterns(tx: Connection, activity_id: int, record_id: int, *, by: Actor) -> tuple[Pattern, ...]:
    """What the correction "this mail is regarding that record" could teach. Raises NotFound."""
    if not _visible(tx, [activity_id], by):
        raise NotFound("no such mail or activity")
    facts = next(iter(gather(tx, [activity_id]).facts))
    chosen = records_of(tx, [record_id]).get(record_id)
    if chosen is None or not refs(tx, [record_id], by=by):
        raise NotFound("no such record")
    account_id = chosen.account_id
    customer = None if account_id is None else records_of(tx, [account_id]).get(account_id)
    return tuple(each for each in patterns(facts, chosen, customer=customer) if _can_be_taught(each))


def _can_be_taught(pattern: Pattern) -> bool:
    try:
        return bool(checked(pattern.kind, pattern.value))
    except Invalid:
        return False


def preview_lesson(tx: Connection, kind: str, value: str, record_id: int, *, by: Actor) -> Preview:
    """What teaching that this pattern stands for the record would do. Raises Invalid.

    Looks at the newest mails that the pattern may fit (see `store.linking.patterns`), as linking would decide them.
    """
    taught = (kind, checked(kind, value), record_id)
    fitting: dict[int, int | None] = {}
    before: dict[int, int | None] = {}
    # Oldest first, as they were decided.
    for portion in chunked(list(reversed(_visible(tx, may_fit(tx, kind, taught[1]), by)))):
        after = dict(_primaries(tx, portion, taught))
        fitting |= after
        before |= _primaries(tx, list(after), None)
    moved = [key for key, record in fitting.items() if record != before[key]]
    return Preview(len(fitting), len(moved), _moves(tx, moved, before, fitting, by))


def _primaries(
    tx: Connection, activity_ids: Sequence[int], taught: tuple[str, str, int] | None
) -> Iterator[tuple[int, int | None]]:
    """What each of these is regarding first of all, had that been taught; then only those that it fits."""
    gathered = gather(tx, activity_ids, taught=() if taught is None else [taught])
    for facts, links in decide_in_order(gathered, Wider(tx)):
        if taught is None or taught in {(each.kind, each.value, each.record.record_id) for each in facts.lessons}:
            yield facts.activity_id, _primary(facts, links)


def _primary(facts: ActivityFacts, links: Sequence[DecidedLink]) -> int | None:
    """What a person decided stands, whatever rules would say."""
    if facts.decided:
        return facts.decided[0].record_id
    return next((link.record_id for link in links if link.is_primary and link.state == "linked"), None)


def _moves(tx: Connection, moved: Sequence[int], before: _Primaries, after: _Primaries, by: Actor) -> tuple[Move, ...]:
    shown = moved[-_SHOWN:]
    named = refs(tx, {key for each in shown for key in (before[each], after[each]) if key is not None}, by=by)
    columns = (Activity.id, Activity.uid, Activity.subject, Activity.occurred_at)
    newest_first = select(*columns).where(Activity.id.in_(shown)).order_by(Activity.occurred_at.desc(), Activity.id)
    return tuple(
        Move(row.uid, row.subject, row.occurred_at, named.get(before[row.id] or 0), named.get(after[row.id] or 0))
        for row in tx.execute(newest_first)
    )


def _visible(tx: Connection, activity_ids: Sequence[int], by: Actor) -> list[int]:
    """Those of these activities that they may see, in the same order."""
    seen: set[int] = set()
    for portion in chunked(activity_ids):
        seen.update(tx.execute(select(Activity.id).where(Activity.id.in_(portion), sees_activity(by))).scalars())
    return [key for key in activity_ids if key in seen]
