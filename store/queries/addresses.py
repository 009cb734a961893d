"""Completing an address while it is typed: contacts, leads, our own people, and whom one wrote to lately.

Indexes deliver candidates by the beginnings of names and addresses; which of them is meant is decided here, with
tolerance for slips. A slip in the first letters finds only those written to lately.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from store.access import sees_record
from store.actor import Actor
from store.queries.paging import AnySelect
from store.queries.record_names import named_from
from store.schema.activities import ActivityParty
from store.schema.mail import MailboxItem
from store.schema.people import Folder, User
from store.schema.records import Record, RecordAddress
from store.search import newest_records
from store.search_text import fold, is_one_letter, parse_query

_CANDIDATES = 200  # from each source
_RECENT = 400  # latest sent mails whose recipients count as recent
_SURE_LETTERS = 3  # a slip behind these is forgiven
_GOOD_ENOUGH = 60.0  # of 100
_RECENTLY, _OURS = 12.0, 4.0  # what being written to lately, or being one of us, is worth


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address that may be meant. `source` is recent, contact, lead, account or user; `record_number` '' for none."""

    email: str
    name: str
    source: str
    record_number: str = ""


def complete_address(tx: Connection, typed: str, *, by: Actor, limit: int = 8) -> tuple[Suggestion, ...]:
    """The addresses that what was typed may mean, best first; without a word those written to lately."""
    recent = list(_recent(tx, by))
    wanted = fold(typed)
    if not wanted:
        return tuple(_once(recent)[:limit])
    lately = {each.email for each in recent}
    sure = _good([*recent, *_named(tx, typed, wanted, by), *_users(tx)], wanted, typed, lately)
    if len(sure) >= limit:
        return tuple(sure[:limit])
    return tuple(_good([*sure, *_alike(tx, wanted, by)], wanted, typed, lately)[:limit])


def _good(found: list[Suggestion], wanted: str, typed: str, lately: set[str]) -> list[Suggestion]:
    """Those that fit, best first, each address once."""
    scored = [(_score(wanted, typed.strip().lower(), each, lately), each) for each in found]
    good = [pair for pair in scored if pair[0] >= _GOOD_ENOUGH]
    return _once([each for _, each in sorted(good, key=lambda pair: (-pair[0], pair[1].email))])


def _score(wanted: str, typed: str, each: Suggestion, lately: set[str]) -> float:
    from rapidfuzz import fuzz

    name, local = fold(each.name), each.email.partition("@")[0]
    words = [*name.split(), *fold(local).split()]
    if each.email.startswith(typed) or name.startswith(wanted):
        fits = 100.0
    elif all(any(word.startswith(part) for word in words) for part in wanted.split()):
        fits = 95.0
    else:
        # Compared with as much of each word as was typed, so that a beginning with a slip still fits.
        fits = min(
            max((fuzz.ratio(part, word[: len(part) + 1]) for word in words), default=0.0) for part in wanted.split()
        )
        fits = 0.9 * fits if fits >= 70 else 0.0
    if fits == 0.0:
        return 0.0
    return fits + (_RECENTLY if each.email in lately else 0.0) + (_OURS if each.source == "user" else 0.0)


def _once(suggestions: list[Suggestion]) -> list[Suggestion]:
    """Each address once, with the record's name where one of them has it."""
    best: dict[str, Suggestion] = {}
    for each in suggestions:
        known = best.get(each.email)
        if known is None or (not known.record_number and each.record_number):
            best[each.email] = each
    return list(best.values())


def _named(tx: Connection, typed: str, wanted: str, by: Actor) -> Iterator[Suggestion]:
    """Records whose name or address begins so, or holds all the words."""
    yield from _records(tx, by, _address_from(typed.strip().lower()))
    yield from _records(tx, by, named_from(wanted))
    phrases = parse_query(typed)
    if phrases and not is_one_letter(phrases):
        newest = newest_records(tx, phrases, limit=_CANDIDATES).subquery()
        yield from _records(tx, by, Record.id.in_(select(newest)))


def _alike(tx: Connection, wanted: str, by: Actor) -> Iterator[Suggestion]:
    """Records with a word that begins with the same letters."""
    for beginning in dict.fromkeys(word[:_SURE_LETTERS] for word in wanted.split()):
        yield from _named(tx, beginning, beginning, by)


def _records(tx: Connection, by: Actor, condition: ColumnElement[bool]) -> Iterator[Suggestion]:
    statement: AnySelect = (
        select(RecordAddress.email, Record.title, Record.kind, Record.number)
        .join(Record, Record.id == RecordAddress.record_id)
        .where(condition, Record.deleted_at.is_(None), sees_record(by))
        .limit(_CANDIDATES)
    )
    for row in tx.execute(statement):
        yield Suggestion(row.email, row.title, row.kind, row.number)


def _address_from(beginning: str) -> ColumnElement[bool]:
    """A range, because a pattern would not use the index on every database."""
    return and_(RecordAddress.email >= beginning, RecordAddress.email < beginning + "\U0010ffff")


def _users(tx: Connection) -> Iterator[Suggestion]:
    known = select(User.email, User.name).where(User.active.is_(True), User.email.is_not(None)).limit(_CANDIDATES)
    for row in tx.execute(known):
        yield Suggestion(str(row.email), row.name, "user")


def _recent(tx: Connection, by: Actor) -> Iterator[Suggestion]:
    """Whom one wrote to lately, the latest first."""
    if not by.mailbox_ids:
        return
    folders = select(Folder.id).where(Folder.mailbox_id.in_(sorted(by.mailbox_ids)), Folder.role == "sent")
    sent = (
        select(MailboxItem.activity_id, MailboxItem.occurred_at)
        .where(MailboxItem.folder_id.in_(folders), MailboxItem.gone_at.is_(None))
        .order_by(MailboxItem.occurred_at.desc())
        .limit(_RECENT)
        .subquery()
    )
    rows = tx.execute(
        select(ActivityParty.email, ActivityParty.name)
        .join(sent, sent.c.activity_id == ActivityParty.activity_id)
        .where(or_(ActivityParty.role == "to", ActivityParty.role == "cc"), ActivityParty.email != "")
        .order_by(sent.c.occurred_at.desc(), ActivityParty.position)
    )
    latest: dict[str, str] = {}
    for row in rows:
        latest.setdefault(row.email, row.name)
    for email, name in latest.items():
        yield Suggestion(email, name, "recent")
