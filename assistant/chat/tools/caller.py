"""Who calls: the customer of a phone number, with open cases and what is booked."""

from __future__ import annotations

from assistant.chat.pointing import cite, shown
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record, short
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail
from store.queries.records import next_bookings_of, open_cases_of


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.callers import callers

    found = talk.services.read(callers, arguments["phone"])
    if not found:
        return nothing(f"Nobody has the number {arguments['phone']}.")
    lines = []
    for ref in found:
        account = talk.services.read(record_detail, ref.record_id).account
        at = f", {short(account.title)}" if account else ""
        lines.append(Line(f"{ref.number} {short(ref.title)}{at}", (cite(ref), *((cite(account),) if account else ()))))
        booked = talk.services.read(next_bookings_of, ref.record_id, now=talk.now, limit=1)
        lines += [of_record(row, "next booking", shown(talk, row.cells["starts_at"])) for row in booked]
        lines += [of_record(row, "open case") for row in talk.services.read(open_cases_of, ref.record_id, limit=5)]
    return answer(f"{arguments['phone']}:", lines)


TOOL = Tool(
    "caller",
    "Say whose phone number it is, what is booked for them next, and which of their cases are open.",
    (Argument("phone", "phone", "the number", required=True),),
    (
        Example("+43 512 555 019", {"phone": "+43 512 555 019"}),
        Example("who is calling from +33 4 50 55 50 10", {"phone": "+33 4 50 55 50 10"}),
    ),
    read=_read,
)
