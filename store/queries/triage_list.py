"""The mail that waits for a person to decide, the longest waiting first, with what could be made of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, literal_column, select

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.queries.answers import answers
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import REF_COLUMNS, RecordRef
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.people import User
from store.schema.records import Record
from store.schema.service import Queue
from store.schema.triage import Triage
from store.search import newest_activities
from store.search_text import parse_query
from store.triage.booked_times import bookings_to_move

WORK = ("case", "opportunity", "lead")
PARTIES = ("contact", "account")

_MOST_MATCHES = 5_000  # newest mails with the words of a filter

# Literally as in the partial indexes, which are not used for a parameter.
_UNDECIDED = Triage.state == literal_column("'undecided'")
_SNOOZED = Triage.state == literal_column("'snoozed'")

_LONGEST_FIRST = Order((Triage.occurred_at, Triage.activity_id))
_SOONEST_FIRST = Order((Triage.until, Triage.activity_id))


@dataclass(frozen=True, slots=True)
class Fit:
    """A record that a mail may be regarding, and how likely that is; `linked`: it is regarding it."""

    record: RecordRef
    score: float
    linked: bool


@dataclass(frozen=True, slots=True)
class TriageRow:
    """A mail that waits for a decision, or sleeps `until` then.

    `work` is the likeliest case, opportunity or lead, `party` the contact or account it comes from. `queue` and
    `given_to` are the names of the queue it waits in and of who is to decide, '' for none. `queue_kind` is case or
    lead, '' without a queue. `answered` is reply, reply_all or forward where one of us did so. `booking` is one for
    which another time may be wanted.
    """

    activity_id: int
    uid: str
    occurred_at: datetime
    who: str
    subject: str
    preview: str
    attachments: int
    thread_id: int
    noise: str
    state: str
    until: datetime | None
    queue: str
    queue_kind: str
    given_to: str
    answered: str
    work: Fit | None
    party: Fit | None
    booking: Fit | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which of the waiting mails: `view` is all, mine, unassigned (nobody's) or snoozed; `queue_id` those of a queue;
    `text` those with these words."""

    view: str = "all"
    queue_id: int | None = None
    text: str = ""


_COLUMNS = (
    Triage.activity_id,
    Activity.uid,
    Triage.occurred_at,
    Activity.who,
    Activity.subject,
    Activity.preview,
    Activity.attachments,
    Email.thread_id,
    Email.noise,
    Triage.state,
    Triage.until,
    Queue.name.label("queue"),
    Queue.kind.label("queue_kind"),
    User.name.label("given_to"),
)


def triage_list(
    tx: Connection,
    wanted: Waiting = Waiting(),
    *,
    by: Actor,
    after: TriageRow | None = None,
    before: TriageRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[TriageRow]:
    """A page of the mails that wait and that `by` may see."""
    snoozed = wanted.view == "snoozed"
    window = Window(_position(after, snoozed), _position(before, snoozed), from_end, limit)
    statement = _named(select(*_COLUMNS)).where(*_conditions(tx, wanted, by))
    rows = tx.execute(windowed(statement, _order(wanted), window)).all()
    page = cut(rows, window)
    return Page(_triage_rows(tx, page.rows, by), page.more)


def triage_count(tx: Connection, wanted: Waiting = Waiting(), *, by: Actor) -> Count:
    """How many mails wait."""
    statement = select(Triage.activity_id).join(Activity, Activity.id == Triage.activity_id)
    return counted(tx, statement.where(*_conditions(tx, wanted, by)))


def triage_row(tx: Connection, activity_id: int, *, by: Actor) -> TriageRow | None:
    """A mail that waits or sleeps; None where it is decided, or not theirs to see."""
    waits = (Triage.activity_id == activity_id, Triage.state.in_(("undecided", "snoozed")))
    rows = tx.execute(_named(select(*_COLUMNS)).where(*waits, *_seen(by))).all()
    return next(iter(_triage_rows(tx, rows, by)), None)


def triage_rows(
    tx: Connection, activity_ids: Collection[int], wanted: Waiting = Waiting(), *, by: Actor
) -> tuple[TriageRow, ...]:
    """Those of these mails that wait in this view."""
    statement = _named(select(*_COLUMNS)).where(Triage.activity_id.in_(activity_ids), *_conditions(tx, wanted, by))
    return _triage_rows(tx, tx.execute(statement.order_by(*_order(wanted).keys)).all(), by)


def _order(wanted: Waiting) -> Order:
    return _SOONEST_FIRST if wanted.view == "snoozed" else _LONGEST_FIRST


def _conditions(tx: Connection, wanted: Waiting, by: Actor) -> list[ColumnElement[bool]]:
    conditions = [_SNOOZED if wanted.view == "snoozed" else _UNDECIDED, *_seen(by)]
    if wanted.view == "mine":
        conditions.append(Triage.user_id == by.user_id)
    elif wanted.view == "unassigned":
        conditions.append(Triage.user_id.is_(None))
    if wanted.queue_id is not None:
        conditions.append(Triage.queue_id == wanted.queue_id)
    phrases = parse_query(wanted.text)
    if phrases:
        found = newest_activities(tx, phrases, before=None, limit=_MOST_MATCHES).subquery()
        conditions.append(Triage.activity_id.in_(select(found.c.activity_id)))
    return conditions


def _seen(by: Actor) -> tuple[ColumnElement[bool], ...]:
    return Activity.deleted_at.is_(None), sees_activity(by)


def _named(statement: AnySelect) -> AnySelect:
    return (
        statement.select_from(Triage)
        .join(Activity, Activity.id == Triage.activity_id)
        .join(Email, Email.id == Triage.activity_id)
        .outerjoin(Queue, Queue.id == Triage.queue_id)
        .outerjoin(User, User.id == Triage.user_id)
    )


def _position(row: TriageRow | None, snoozed: bool) -> tuple[datetime | None, int] | None:
    return None if row is None else (row.until if snoozed else row.occurred_at, row.activity_id)


def _triage_rows(tx: Connection, rows: Sequence[AnyRow], by: Actor) -> tuple[TriageRow, ...]:
    ids = [row.activity_id for row in rows]
    done, fits = answers(tx, ids), _fits(tx, ids, by)
    moves = bookings_to_move(tx, ids, by=by)

    def triage_row(row: AnyRow) -> TriageRow:
        *values, queue, queue_kind, given_to = row
        answered, fit = done.get(row.activity_id, ""), fits.get(row.activity_id, (None, None))
        booking = Fit(*moves[row.activity_id], linked=True) if row.activity_id in moves else None
        return TriageRow(*[*values, queue or "", queue_kind or "", given_to or "", answered, *fit, booking])

    return tuple(map(triage_row, rows))


def _fits(tx: Connection, activity_ids: Collection[int], by: Actor) -> dict[int, tuple[Fit | None, Fit | None]]:
    """The best piece of work and the best party of each mail: what is linked before what is suggested, a contact before
    an account."""
    if not activity_ids:
        return {}
    found = tx.execute(
        select(Link.activity_id, Link.state, Link.score, *REF_COLUMNS)
        .join(Record, Record.id == Link.record_id)
        .where(
            Link.activity_id.in_(activity_ids),
            Link.state.in_(("linked", "suggested")),
            Record.deleted_at.is_(None),
            sees_record(by),
        )
        # 'linked' sorts before 'suggested'; the id makes the choice between equals stable.
        .order_by(Link.state, Link.is_primary.desc(), Link.score.desc(), Link.id)
    )
    best: dict[tuple[int, str], Fit] = {}
    for row in found:
        fit = Fit(RecordRef(row.id, row.uid, row.kind, row.number, row.title), row.score, row.state == "linked")
        best.setdefault((row.activity_id, "work" if row.kind in WORK else row.kind), fit)
    return {
        key: (best.get((key, "work")), best.get((key, "contact")) or best.get((key, "account")))
        for key in {activity_id for activity_id, _ in best}
    }
