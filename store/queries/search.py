"""Search over everything: records by how well their name fits, activities newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, union_all

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.queries.paging import AnyRow
from store.queries.record_names import named_from
from store.queries.refs import REF_COLUMNS, RecordRef
from store.queries.timeline import COLUMNS, TimelineRow, timeline_rows, with_details
from store.schema.activities import Activity
from store.schema.records import Record
from store.search import activity_id_of, newest_activities, newest_records
from store.search_text import Phrase, fold, is_one_letter, parse_query

#: Only the newest matches are ranked and filtered, so that a common word costs no more than a rare one.
RANKED = 1_000
_WINDOW = 100  # matches whose visibility is looked up at once
_RECORDS = 20
_RANKED_RECORDS = 200  # newest matches among which the best names are chosen, beside those that begin so


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A found activity. `document_id` is its place in the order of results (`before` of the next page)."""

    document_id: int
    activity: TimelineRow

    @property
    def occurred_at(self) -> datetime:
        return self.activity.occurred_at


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Records, best first, and activities, newest first. `before` continues the activities; None when that is all."""

    records: tuple[RecordRef, ...]
    activities: tuple[SearchHit, ...]
    before: int | None = None


def search(tx: Connection, text: str, *, by: Actor, limit: int = 50, before: int | None = None) -> SearchResult:
    """What matches every word and quoted phrase of `text`; the last word may be a beginning. No text raises.

    `before` asks for the activities that follow an earlier result; records come with the first result only.
    """
    phrases = parse_query(text)
    if not phrases:
        return SearchResult((), ())
    records = _records(tx, phrases, fold(text), by) if before is None else ()
    found, following = _visible(tx, phrases, by, before, limit)
    return SearchResult(records, _hits(tx, found, by), following)


def _records(tx: Connection, phrases: tuple[Phrase, ...], wanted: str, by: Actor) -> tuple[RecordRef, ...]:
    visible = (Record.deleted_at.is_(None), sees_record(by))
    named = select(Record.id).where(named_from(wanted), *visible).order_by(Record.title_key, Record.id)
    candidates = [select(named.limit(_RECORDS).subquery())]
    if not is_one_letter(phrases):
        candidates.append(select(newest_records(tx, phrases, limit=_RANKED_RECORDS).subquery()))
    rows = tx.execute(
        select(*REF_COLUMNS, Record.title_key).where(Record.id.in_(union_all(*candidates)), *visible)
    ).all()
    best = sorted(rows, key=lambda row: _distance(row, wanted))[:_RECORDS]
    return tuple(RecordRef(row.id, row.uid, row.kind, row.number, row.title) for row in best)


def _distance(row: AnyRow, wanted: str) -> tuple[int, str, int]:
    """The name itself, a name that begins so, one with a word that begins so, then the rest; each by name."""
    title = row.title_key
    steps = (title == wanted, title.startswith(wanted), f" {wanted}" in title, True)
    return steps.index(True), title, row.id


def _visible(
    tx: Connection, phrases: tuple[Phrase, ...], by: Actor, before: int | None, limit: int
) -> tuple[list[int], int | None]:
    """Document ids that `by` may see, newest first, and where to continue."""
    found: list[int] = []
    rows = tx.execute(newest_activities(tx, phrases, before=before, limit=RANKED))
    seen = 0
    last = None
    for window in rows.partitions(_WINDOW):
        seen += len(window)
        allowed = _allowed(tx, [row.activity_id for row in window], by)
        for row in window:
            if row.activity_id in allowed:
                if len(found) == limit:
                    return found, found[-1]
                found.append(row.document_id)
        last = window[-1].document_id
    return found, last if seen == RANKED else None


def _allowed(tx: Connection, activity_ids: Sequence[int], by: Actor) -> set[int]:
    statement = select(Activity.id).where(
        Activity.id.in_(activity_ids), Activity.deleted_at.is_(None), sees_activity(by)
    )
    return set(tx.execute(statement).scalars())


def _hits(tx: Connection, document_ids: Sequence[int], by: Actor) -> tuple[SearchHit, ...]:
    by_activity = {activity_id_of(document_id): document_id for document_id in document_ids}
    rows = tx.execute(with_details(select(*COLUMNS).select_from(Activity)).where(Activity.id.in_(list(by_activity))))
    hits = [SearchHit(by_activity[row.activity_id], row) for row in timeline_rows(tx, rows, by=by)]
    return tuple(sorted(hits, key=lambda hit: hit.document_id, reverse=True))
