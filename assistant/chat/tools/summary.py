"""What is open with a customer, a case or a mail's thread, and what was said last."""

from __future__ import annotations

from assistant.chat.pointing import cite, record
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import answer, of_activity, of_record, short
from assistant.chat.understanding.values import Argument

_LAST = 5


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.record_detail import record_detail
    from store.queries.records import open_cases_of, open_opportunities_of
    from store.queries.timeline import timeline

    ref = record(talk, arguments["record"])
    lines: list[Line] = []
    if ref.kind in ("account", "contact"):
        for row in talk.services.read(open_opportunities_of, ref.record_id, limit=_LAST):
            lines.append(of_record(row, "open opportunity", row.cells["stage"], f"closes {row.cells['close_date']}"))
        for row in talk.services.read(open_cases_of, ref.record_id, limit=_LAST):
            lines.append(of_record(row, "open case", row.cells["status"], row.cells["priority"]))
    else:
        fields = talk.services.read(record_detail, ref.record_id).fields
        for name in ("status", "stage", "priority", "next_step", "description"):
            if fields.get(name):
                lines.append(Line(f"{name.replace('_', ' ')}: {short(str(fields[name]))}", (cite(ref),)))
    rows = talk.services.read(timeline, ref.record_id, limit=_LAST).rows
    lines += [of_activity(talk, row) for row in rows]
    return answer(f"{ref.number} {short(ref.title)}:", lines, cite(ref))


TOOL = Tool(
    "summary",
    "Say what is open with a customer or in a case, and what was said last.",
    (Argument("record", "record", "of what", required=True),),
    (
        Example("summary of Fabrikam", {"record": "Fabrikam GmbH"}),
        Example("sum this up", {"record": "$screen"}, screen=("case", "Gate stays locked")),
    ),
    read=_read,
)
