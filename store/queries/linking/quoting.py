"""Which earlier mails a mail quotes, known by the marks that both have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.linking.facts import Quoted
from store.linking.quotations import is_telling
from store.queries.linking.mails import EarlierMails
from store.schema.activities import Activity
from store.schema.knowledge import Clue, TextMark

#: Words that more earlier mails say than these are common, and a witness for none of them.
MOST_BEARERS = 6

#: Quoted mails given per mail, those with the most marks in common.
MOST_QUOTED = 5

#: Finds the line of a text in which one of some marks begins.
LineOf = Callable[[str, frozenset[int]], str]

Shared = dict[int, frozenset[int]]


def quoted_marks(tx: Connection, activities: Sequence[Row[Any]]) -> dict[int, Shared]:
    """For each mail the earlier mails that it quotes, the strongest first, with the marks they have in common."""
    said, quoting = aliased(TextMark), aliased(TextMark)
    at = {row.id: row.occurred_at for row in activities}
    found: dict[int, dict[int, list[tuple[datetime, int]]]] = {}
    for portion in chunked(list(at)):
        rows = tx.execute(
            select(quoting.activity_id, quoting.mark, said.activity_id, Activity.occurred_at)
            .join(said, (said.mark == quoting.mark) & said.quoted.is_(False))
            .join(Activity, Activity.id == said.activity_id)
            .where(
                quoting.activity_id.in_(portion),
                quoting.quoted.is_(True),
                is_telling(quoting.mark),
                Activity.deleted_at.is_(None),
                Activity.private.is_(False),
            )
        )
        for quoting_id, mark, said_id, occurred_at in rows:
            if occurred_at < at[quoting_id]:
                found.setdefault(quoting_id, {}).setdefault(mark, []).append((occurred_at, said_id))
    return {quoting_id: _strongest(bearers) for quoting_id, bearers in found.items()}


def _strongest(bearers: Mapping[int, Collection[tuple[datetime, int]]]) -> Shared:
    """The mails with the most telling marks; of equals the latest, whose writer saw the same words last."""
    shared: dict[tuple[datetime, int], set[int]] = defaultdict(set)
    for mark, mails in bearers.items():
        if len(mails) <= MOST_BEARERS:
            for mail in mails:
                shared[mail].add(mark)
    ordered = sorted(shared, key=lambda mail: (len(shared[mail]), *mail), reverse=True)
    return {mail[1]: frozenset(shared[mail]) for mail in ordered[:MOST_QUOTED]}


def quotations(
    tx: Connection, marks: Mapping[int, Shared], earlier: EarlierMails, line_of: LineOf
) -> dict[int, tuple[Quoted, ...]]:
    """The quoted mails of each mail; the strongest says which line of it is quoted."""
    first = {next(iter(shared)) for shared in marks.values() if shared}
    texts = _new_texts(tx, first)
    return {key: tuple(_quotations(shared, earlier, texts, line_of)) for key, shared in marks.items()}


def _quotations(shared: Shared, earlier: EarlierMails, texts: Mapping[int, str], line_of: LineOf) -> list[Quoted]:
    total = len({mark for common in shared.values() for mark in common})
    found: list[Quoted] = []
    for key, common in shared.items():
        mail = earlier.mail(key, "quotation")
        quote = "" if found else line_of(texts.get(key, ""), common)
        found.append(Quoted(mail, len(common), len(common) / total, quote))
    return found


def _new_texts(tx: Connection, activity_ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(select(Clue.id, Clue.new_text).where(Clue.id.in_(portion)))
        found.update({row.id: row.new_text for row in rows})
    return found
