"""What came in since a time, from everybody or about one record."""

from __future__ import annotations

from datetime import datetime, time

from assistant.chat.pointing import cite, moment, record, shown
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_activity, short
from assistant.chat.understanding.values import Argument

_MOST = 20
_LOOKED_THROUGH = 200


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.inbox import inbox
    from store.queries.timeline import timeline

    since = _since(talk, arguments)
    if "record" in arguments:
        ref = record(talk, arguments["record"])
        rows = talk.services.read(timeline, ref.record_id, limit=_LOOKED_THROUGH).rows
        lines = [of_activity(talk, row) for row in rows if since <= row.occurred_at][:_MOST]
        if not lines:
            return nothing(f"Nothing new from {ref.number}.", cite(ref))
        return answer(f"{ref.number} {short(ref.title)}:", lines, cite(ref))
    page = talk.services.read(inbox, folder_role="inbox", limit=_LOOKED_THROUGH)
    lines = [
        Line(
            f"{shown(talk, row.occurred_at)} {short(row.who)}: {short(row.subject)}",
            (Cite("email", row.uid, row.subject), *((cite(row.regarding),) if row.regarding else ())),
        )
        for row in page.rows
        if row.occurred_at >= since and not row.noise
    ]
    return (
        answer(f"{len(lines)} new mails since {shown(talk, since)}:", lines[:_MOST])
        if lines
        else nothing("Nothing new.")
    )


def _since(talk: Talk, arguments: Arguments) -> datetime:
    if "since" in arguments:
        return moment(talk, arguments["since"], at=time())
    return datetime.combine(talk.now.date(), time(), talk.now.tzinfo)


TOOL = Tool(
    "whats_new",
    "Show what came in since a time (today by default), from everybody or about one customer.",
    (Argument("record", "record", "about whom"), Argument("since", "since", "from when on")),
    (Example("what's new"), Example("anything new from Fabrikam since monday", {"record": "Fabrikam GmbH"})),
    read=_read,
)
