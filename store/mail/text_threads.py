"""Mails that carry no thread headers, and the earlier ones that their text may show to be of the same thread.

Whichever arrives last, all pairs that it is part of are found: those of mail that quotes it, that it quotes, and that
the same people wrote shortly before or after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.dates import shifted
from store.linking.quotations import is_telling
from store.schema.activities import Activity, ActivityParty
from store.schema.knowledge import TextMark
from store.schema.mail import Email, EmailReference
from store.schema.people import OwnAddress, OwnDomain

#: An address that took part in more is a mailing list or our own desk, and brings no two mails together.
MOST_OF_AN_ADDRESS = 300

_TAKES_PART = ("from", "to", "cc")


@dataclass(frozen=True, slots=True)
class TextMail:
    """A mail as its text shows it. `people` are the addresses of those who took part, without our own where others did.
    `quoted` are the marks of what it quotes, read where it is the later one of two mails; `own` those of what it says
    itself, read where it is the earlier one and the later one quotes anything."""

    activity_id: int
    thread_id: int
    subject: str
    occurred_at: datetime
    people: frozenset[str]
    own: frozenset[int]
    quoted: frozenset[int]
    listed: bool  # it came by a mailing list, or names nobody whom it went to


#: Whether the subject of a later mail (first) may go on from that of an earlier one.
GoesOn = Callable[[str, str], bool]


def headless_mails(
    tx: Connection, activity_ids: Collection[int], *, within: timedelta, goes_on: GoesOn
) -> list[tuple[TextMail, tuple[TextMail, ...]]]:
    """The mails without thread headers whose thread these mails may tell, each with the earlier mails to compare:
    those it quotes, and those of the same people from at most `within` before whose subject it goes on from."""
    headless: set[int] = set()
    for portion in chunked(activity_ids):
        headless |= _without_references(tx, portion)
        headless |= _ids(tx, _quoting(portion).where(_is_headless(_Later.activity_id)))
        headless |= {later for _, later in _neighbours(tx, portion, within, goes_on, headless="later")}
    pairs: set[tuple[int, int]] = set()
    for portion in chunked(headless):
        pairs |= {(row[0], row[1]) for row in tx.execute(_quoted_by(portion))}
        pairs |= {(earlier, later) for earlier, later in _neighbours(tx, portion, within, goes_on, headless="earlier")}
    mails = _text_mails(tx, pairs)
    earlier_of: defaultdict[int, list[TextMail]] = defaultdict(list)
    for earlier, later in sorted(pairs):
        if earlier in mails and later in mails:
            earlier_of[later].append(mails[earlier])
    return [(mails[key], tuple(others)) for key, others in sorted(earlier_of.items())]


_Later, _Earlier = aliased(TextMark), aliased(TextMark)


def _ids(tx: Connection, statement: Select[int]) -> set[int]:
    return set(tx.execute(statement).scalars())


def _is_headless(key: Any) -> ColumnElement[bool]:
    referring = exists().where(EmailReference.activity_id == key)
    return ~referring


def _quoting(activity_ids: Collection[int]) -> Select[int]:
    """Who quotes a mark that one of these mails says."""
    return (
        select(_Later.activity_id)
        .distinct()
        .join(_Earlier, (_Earlier.mark == _Later.mark) & _Earlier.quoted.is_(False))
        .where(_Earlier.activity_id.in_(activity_ids), _Later.quoted.is_(True), is_telling(_Later.mark))
    )


def _quoted_by(activity_ids: Collection[int]) -> Select[int, int]:
    """(who says a mark, which of these mails quotes it)"""
    return (
        select(_Earlier.activity_id, _Later.activity_id)
        .distinct()
        .join(_Earlier, (_Earlier.mark == _Later.mark) & _Earlier.quoted.is_(False))
        .where(_Later.activity_id.in_(activity_ids), _Later.quoted.is_(True), is_telling(_Later.mark))
    )


def _neighbours(
    tx: Connection, activity_ids: Collection[int], within: timedelta, goes_on: GoesOn, *, headless: str
) -> set[tuple[int, int]]:
    """(earlier, later): mails of the same people. `headless` says which of the two is looked for around these."""
    these = _meetings_of(tx, ActivityParty.activity_id.in_(activity_ids), _is_telling_address())
    if not these:
        return set()
    times = [met.occurred_at for met in these]
    near = Activity.occurred_at.between(shifted(min(times), -within), shifted(max(times), within))
    around: defaultdict[str, list[_Met]] = defaultdict(list)
    for portion in chunked({met.email for met in these}):
        for met in _meetings_of(tx, ActivityParty.email.in_(portion), near):
            around[met.email].append(met)
    found: set[tuple[int, int]] = set()
    for here in these:
        for there in around[here.email]:
            earlier, later = (here, there) if headless == "later" else (there, here)
            soon = earlier.occurred_at <= later.occurred_at <= earlier.occurred_at + within
            if soon and here.activity_id != there.activity_id and goes_on(later.subject, earlier.subject):
                found.add((earlier.activity_id, later.activity_id))
    if headless == "later" and found:
        kept = _without_references(tx, {later for _, later in found})
        return {pair for pair in found if pair[1] in kept}
    return found


@dataclass(frozen=True, slots=True)
class _Met:
    """Somebody who took part in a mail."""

    email: str
    activity_id: int
    occurred_at: datetime
    subject: str


def _meetings_of(tx: Connection, *where: ColumnElement[bool]) -> list[_Met]:
    rows = (
        select(ActivityParty.email, Activity.id, Activity.occurred_at, Activity.subject)
        .join(Activity, Activity.id == ActivityParty.activity_id)
        .where(
            ActivityParty.role.in_(_TAKES_PART),
            ActivityParty.email != "",
            ActivityParty.email.not_in(select(OwnAddress.email)),
            ActivityParty.domain.not_in(select(OwnDomain.domain)),
            Activity.kind == "email",
            *where,
        )
    )
    return [_Met(*row) for row in tx.execute(rows)]


def _is_telling_address() -> ColumnElement[bool]:
    many = aliased(ActivityParty)
    further = select(many.activity_id).where(many.email == ActivityParty.email).limit(1).offset(MOST_OF_AN_ADDRESS)
    return further.scalar_subquery().is_(None)


def _without_references(tx: Connection, activity_ids: Collection[int]) -> set[int]:
    kept: set[int] = set()
    for portion in chunked(activity_ids):
        kept |= _ids(tx, select(Email.id).where(Email.id.in_(portion), _is_headless(Email.id)))
    return kept


def _text_mails(tx: Connection, pairs: Collection[tuple[int, int]]) -> dict[int, TextMail]:
    """The mails of these pairs (earlier, later)."""
    keys = {key for pair in pairs for key in pair}
    people = _people(tx, keys)
    quoted = _marks(tx, {later for _, later in pairs}, quoted=True)
    own = _marks(tx, {earlier for earlier, later in pairs if later in quoted}, quoted=False)
    mails: dict[int, TextMail] = {}
    nothing: frozenset[int] = frozenset()
    for portion in chunked(keys):
        emails = (
            select(Email.id, Email.thread_id, Activity.subject, Activity.occurred_at, _is_listed())
            .join(Activity, Activity.id == Email.id)
            .where(Email.id.in_(portion), Activity.private.is_(False), Activity.deleted_at.is_(None))
        )
        for key, thread_id, subject, occurred_at, listed in tx.execute(emails):
            said, repeated = own.get(key, nothing), quoted.get(key, nothing)
            mails[key] = TextMail(key, thread_id, subject, occurred_at, people[key], said, repeated, listed)
    return mails


def _marks(tx: Connection, activity_ids: Collection[int], *, quoted: bool) -> dict[int, frozenset[int]]:
    """The marks of what each of these mails says itself or, with `quoted`, quotes; without the mails that have none."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for portion in chunked(activity_ids):
        wanted = (TextMark.activity_id.in_(portion), TextMark.quoted.is_(quoted))
        for activity_id, mark in tx.execute(select(TextMark.activity_id, TextMark.mark).where(*wanted)):
            found[activity_id].append(mark)
    return {activity_id: frozenset(marks) for activity_id, marks in found.items()}


def _is_listed() -> ColumnElement[bool]:
    named = exists().where(ActivityParty.activity_id == Email.id, ActivityParty.role.in_(("to", "cc")))
    return or_(Email.noise == "list", ~named)


def _people(tx: Connection, activity_ids: Collection[int]) -> defaultdict[int, frozenset[str]]:
    own = set(tx.execute(select(OwnAddress.email)).scalars())
    domains = set(tx.execute(select(OwnDomain.domain)).scalars())
    everybody: defaultdict[int, set[str]] = defaultdict(set)
    outside: defaultdict[int, set[str]] = defaultdict(set)
    for portion in chunked(activity_ids):
        rows = select(ActivityParty.activity_id, ActivityParty.email, ActivityParty.domain).where(
            ActivityParty.activity_id.in_(portion), ActivityParty.role.in_(_TAKES_PART), ActivityParty.email != ""
        )
        for activity_id, email, domain in tx.execute(rows):
            everybody[activity_id].add(email)
            if email not in own and domain not in domains:
                outside[activity_id].add(email)
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    found.update({key: frozenset(outside.get(key) or emails) for key, emails in everybody.items()})
    return found
