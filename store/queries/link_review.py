"""What nobody has decided yet: mail and meetings with suggestions, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal_column, not_, or_, select, tuple_
from sqlalchemy.orm import aliased

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import REF_COLUMNS, RecordRef
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.records import Record
from store.search import newest_activities
from store.search_text import parse_query

#: What is undecided is looked for among that many suggestions; where it is rare, all would be read.
LOOKED_THROUGH = 50_000
_MOST_MATCHES = 5_000  # newest mails with the words of a filter

_WORK = ("case", "opportunity", "lead")
_OTHERS = ("account", "contact", "product")
_WORTH_A_LOOK = 0.2  # probability from which more than what is linked already is asked about

# Literally as in the partial index, which is not used for a parameter.
_SUGGESTED = Link.state == literal_column("'suggested'")
_LIKELIEST_FIRST = Order((Link.score, Link.id), descending=True)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An activity and the likeliest of its suggestions, with the strongest evidence for it (rule, quote, source).

    `others` counts the suggestions besides; `linked` is what it is regarding already, where that is less than it could.
    """

    link_id: int
    activity_id: int
    uid: str
    kind: str
    occurred_at: datetime
    who: str
    subject: str
    preview: str
    direction: str
    score: float
    evidence: Mapping[str, Any]
    suggested: RecordRef
    others: int
    linked: RecordRef | None


def link_review(
    tx: Connection,
    *,
    by: Actor,
    text: str = "",
    linked: bool = False,
    after: ReviewRow | None = None,
    before: ReviewRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[ReviewRow]:
    """A page of what is regarding nothing yet but could be; with `linked`, of what rules linked to a person or company
    only while a case, an opportunity or a lead is suggested. `text` asks for activities with these words."""
    window = Window(_position(after), _position(before), from_end, limit)
    statement = _undecided(tx, by, text, linked=linked)
    nearest = _nearest(tx, window, linked=linked) if not text else None
    rows = tx.execute(windowed(statement if nearest is None else statement.where(nearest), _LIKELIEST_FIRST, window))
    page = cut(rows.all(), window)
    return Page(_review_rows(tx, page.rows, by), page.more)


def link_review_count(tx: Connection, *, by: Actor, linked: bool = False) -> Count:
    """How much waits for a decision, among the likeliest suggestions."""
    nearest = _nearest(tx, Window(), linked=linked)
    statement = _undecided(tx, by, "", linked=linked)
    return counted(tx, statement if nearest is None else statement.where(nearest))


def _position(row: ReviewRow | None) -> tuple[float, int] | None:
    return None if row is None else (row.score, row.link_id)


def _undecided(tx: Connection, by: Actor, text: str, *, linked: bool) -> AnySelect:
    statement = (
        select(
            Link.id.label("link_id"),
            Link.activity_id,
            Link.score,
            Link.evidence,
            Activity.uid.label("activity_uid"),
            Activity.kind.label("activity_kind"),
            Activity.occurred_at,
            Activity.who,
            Activity.subject,
            Activity.preview,
            Activity.direction,
            *REF_COLUMNS,
        )
        .join(Activity, Activity.id == Link.activity_id)
        .join(Record, Record.id == Link.record_id)
        .where(_SUGGESTED, Record.deleted_at.is_(None), sees_record(by), Activity.deleted_at.is_(None))
        .where(
            sees_activity(by), *(_could_be_closer() if linked else [not_(_has_link())]), not_(_is_beaten(by, linked))
        )
    )
    phrases = parse_query(text)
    if phrases:
        found = newest_activities(tx, phrases, before=None, limit=_MOST_MATCHES).subquery()
        statement = statement.where(Link.activity_id.in_(select(found.c.activity_id)))
    return statement


def _has_link(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    other = aliased(Link)
    return exists().where(other.activity_id == Link.activity_id, other.state == "linked", *more)


def _could_be_closer() -> list[ColumnElement[bool]]:
    """A rule linked it, to no piece of work, and one is suggested."""
    other, work = aliased(Link), aliased(Record)
    of_it = (other.activity_id == Link.activity_id, other.state == "linked")
    settled = exists().where(*of_it, work.id == other.record_id, or_(other.decided_by == "user", work.kind.in_(_WORK)))
    # Said as what it is not: by its kind no index of records is worth beginning with.
    return [Record.kind.not_in(_OTHERS), Link.score >= _WORTH_A_LOOK, _has_link(), not_(settled)]


def _is_beaten(by: Actor, linked: bool) -> ColumnElement[bool]:
    """A likelier suggestion speaks for the activity."""
    rival, record = aliased(Link), aliased(Record)
    conditions = [
        rival.activity_id == Link.activity_id,
        rival.state == "suggested",
        tuple_(rival.score, rival.id) > tuple_(Link.score, Link.id),
        record.id == rival.record_id,
        record.deleted_at.is_(None),
    ]
    if not (by.sees_everything or by.sees_every_record):
        conditions.append(record.owner_id == by.user_id)
    if linked:
        conditions.append(record.kind.not_in(_OTHERS))
    return exists().where(and_(*conditions))


def _nearest(tx: Connection, window: Window, *, linked: bool) -> ColumnElement[bool] | None:
    """Where the search for what is undecided ends; None where the suggestions end before."""
    keys = select(Link.score, Link.id).where(_SUGGESTED, Link.score >= (_WORTH_A_LOOK if linked else 0.0))
    last = tx.execute(
        windowed(keys, _LIKELIEST_FIRST, Window(window.after, window.before, window.from_end, 0)).offset(LOOKED_THROUGH)
    ).one_or_none()
    if last is None:
        return None
    found = tuple_(Link.score, Link.id)
    return found < tuple_(*last) if window.backwards else found > tuple_(*last)


def _review_rows(tx: Connection, rows: Sequence[AnyRow], by: Actor) -> tuple[ReviewRow, ...]:
    shown = [row.activity_id for row in rows]
    counts, about = _suggestions(tx, shown, by), _linked(tx, shown, by)
    return tuple(
        ReviewRow(
            link_id=row.link_id,
            activity_id=row.activity_id,
            uid=row.activity_uid,
            kind=row.activity_kind,
            occurred_at=row.occurred_at,
            who=row.who,
            subject=row.subject,
            preview=row.preview,
            direction=row.direction,
            score=row.score,
            evidence=next(iter(row.evidence), {}),
            suggested=RecordRef(row.id, row.uid, row.kind, row.number, row.title),
            others=counts.get(row.activity_id, 1) - 1,
            linked=about.get(row.activity_id),
        )
        for row in rows
    )


def _suggestions(tx: Connection, activity_ids: Sequence[int], by: Actor) -> dict[int, int]:
    statement = (
        select(Link.activity_id, func.count().label("suggestions"))
        .join(Record, Record.id == Link.record_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "suggested")
        .where(Record.deleted_at.is_(None), sees_record(by))
        .group_by(Link.activity_id)
    )
    return {row.activity_id: row.suggestions for row in tx.execute(statement)}


def _linked(tx: Connection, activity_ids: Sequence[int], by: Actor) -> dict[int, RecordRef]:
    statement = (
        select(Link.activity_id, *REF_COLUMNS)
        .join(Record, Record.id == Link.record_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "linked")
        .where(Record.deleted_at.is_(None), sees_record(by))
        .order_by(Link.is_primary, Link.score, Link.id.desc())
    )
    return {
        row.activity_id: RecordRef(row.id, row.uid, row.kind, row.number, row.title) for row in tx.execute(statement)
    }
