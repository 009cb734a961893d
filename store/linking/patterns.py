"""Patterns that stand for a record: what people may teach, and the mail that a pattern may fit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from store.chunks import chunked
from store.domains import is_free_mail, parse_domain, parse_email
from store.errors import Invalid
from store.linking.pending import look_again
from store.schema.activities import Activity, ActivityParty
from store.search import newest_activities
from store.search_text import fold, parse_query

ADDRESS, DOMAIN, NAME, PHRASE = "address", "domain", "name", "phrase"
KINDS = (ADDRESS, DOMAIN, NAME, PHRASE)

#: Past mails that a pattern is held against, the newest.
MOST_FITTING = 500

_LONGEST = 200  # characters


def checked(kind: str, value: str) -> str:
    """The value as it is kept. Raises Invalid for what stands for nobody."""
    if kind == ADDRESS:
        return parse_email(value)
    if kind == DOMAIN:
        domain = parse_domain(value)
        if is_free_mail(domain):
            raise Invalid(f"Anybody can have a mailbox at {domain}.")
        return domain
    if kind not in KINDS:
        raise Invalid(f"There is no pattern {kind!r}; there are {', '.join(KINDS)}.")
    kept = fold(value) if kind == PHRASE else " ".join(value.split())
    if len(fold(kept)) < 3 or len(kept) > _LONGEST:
        raise Invalid(f"{value!r} is no {kind} that could stand for a record.")
    return kept


def may_fit(tx: Connection, kind: str, value: str) -> list[int]:
    """The newest `MOST_FITTING` mails and meetings that the pattern may fit, the newest first. Texts are searched for
    names and phrases, so some of these only say the words elsewhere."""
    living = (Activity.kind.in_(("email", "appointment")), Activity.deleted_at.is_(None), Activity.private.is_(False))
    newest = select(Activity.id).where(*living).order_by(Activity.occurred_at.desc(), Activity.id.desc())
    if kind in (ADDRESS, DOMAIN):
        return list(tx.execute(newest.where(_took_part(kind, value)).limit(MOST_FITTING)).scalars())
    phrases = parse_query(f'"{value}"')
    if not phrases:
        return []
    found = newest_activities(tx, phrases, before=None, limit=MOST_FITTING).subquery()
    return list(tx.execute(newest.where(Activity.id.in_(select(found.c.activity_id)))).scalars())


def look_at_fitting(tx: Connection, patterns: Collection[tuple[str, str]]) -> int:
    """What these patterns, kind and value, may fit is decided again in the background; returns how many."""
    ids = {key for kind, value in patterns for key in may_fit(tx, kind, value)}
    for portion in chunked(ids):
        look_again(tx, Activity.id.in_(portion))
    return len(ids)


def _took_part(kind: str, value: str) -> ColumnElement[bool]:
    column = ActivityParty.email if kind == ADDRESS else ActivityParty.domain
    return Activity.id.in_(select(ActivityParty.activity_id).where(column == value))
