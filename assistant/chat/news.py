"""What is new: of every customer the lines that tell most, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.chat.pointing import cite, shown
from assistant.chat.registry import Answer, Cite, Line, Talk
from assistant.chat.summaries import said_lines
from assistant.chat.told import nothing, of_activity, short

if TYPE_CHECKING:
    from store.queries.refs import RecordRef
    from store.queries.timeline import TimelineRow

_OF_EACH = 5  # lines of a customer
_CUSTOMERS = 12
_PAGE, _PAGES = 200, 10  # activities that are looked through
_AWAY = timedelta(hours=12)
_WEEK = timedelta(days=7)
_LOOKED_BACK = 500  # acts


def since(talk: Talk, begin: datetime) -> Answer:
    """What came in since then: of each customer at most five lines, whoever wrote last first."""
    from store.queries.arrivals import arrivals
    from store.queries.customer import tops_of

    rows = talk.services.read(arrivals, since=begin, limit=_PAGE * _PAGES)
    tops = talk.services.read(tops_of, {row.regarding.record_id for row in rows if row.regarding})
    by_customer: dict[str, list[TimelineRow]] = defaultdict(list)
    heads: dict[str, RecordRef] = {}
    for row in rows:
        top = tops.get(row.regarding.record_id) if row.regarding else None
        name = top.number if top else row.who.casefold()
        by_customer[name].append(row)
        if top:
            heads[name] = top
    if not rows:
        return nothing(f"Nothing came in since {shown(talk, begin)}.")
    lines = [Line(f"{len(rows)} came in since {shown(talk, begin)}, from {len(by_customer)} customers and others:")]
    for name, theirs in list(by_customer.items())[:_CUSTOMERS]:
        lines += _of_customer(talk, heads.get(name), theirs)
    if len(by_customer) > _CUSTOMERS:
        lines.append(Line(f"{len(by_customer) - _CUSTOMERS} more; ask for one of them by name."))
    return Answer(tuple(lines), tuple(line.cites[0] for line in lines if line.cites))


def of_record(talk: Talk, ref: RecordRef, begin: datetime, *, most: int) -> list[TimelineRow]:
    """What happened with a record since then, the newest first."""
    return list(_since(talk, ref, begin))[:most]


def last_seen(talk: Talk) -> datetime:
    """When whoever asks did something here before they were away for half a day; a week ago where they never were."""
    from store.queries.history import own_acts

    acts = talk.services.read(own_acts, limit=_LOOKED_BACK)
    gone = (before for after, before in pairwise((talk.now, *acts)) if after - before >= _AWAY)
    return next(gone, talk.now - _WEEK)


def _since(talk: Talk, ref: RecordRef, begin: datetime) -> Iterator[TimelineRow]:
    from store.queries.timeline import timeline

    after = None
    for _ in range(_PAGES):
        page = talk.services.read(timeline, ref.record_id, after=after, limit=_PAGE)
        for row in page.rows:
            if row.occurred_at < begin:
                return
            yield row
        if not page.more:
            return
        after = page.rows[-1]


def _of_customer(talk: Talk, top: RecordRef | None, rows: list[TimelineRow]) -> Iterator[Line]:
    """A customer's name, and five lines: what was asked and promised before what was only written."""
    said = said_lines(talk, rows)[:_OF_EACH]
    told = {line.cites[0].id for line in said}
    rest = [of_activity(talk, row) for row in rows if row.uid not in told]
    if top is not None:
        yield Line(f"{top.number} {short(top.title)}:", (cite(top),))
    else:
        yield Line(f"{short(rows[0].who) or 'Others'}:", (Cite(rows[0].kind, rows[0].uid, rows[0].subject),))
    for line in (*said, *rest)[:_OF_EACH]:
        yield Line(f"  {line.text}", line.cites)
