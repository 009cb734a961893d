"""Books a service for a customer."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, customer_fields, exact, record, shown
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from datetime import timedelta

    from assistant.scheduling.asking import Wish
    from assistant.scheduling.booking import book_at

    ref = record(talk, arguments["record"])
    start = exact(talk, arguments["start"])
    area = str(talk.services.read(record_detail, ref.record_id).fields.get("city") or "")
    wish = Wish(arguments["service"], start, start + timedelta(days=1), area)
    resources = [arguments["resource"]] if "resource" in arguments else []
    done = acting(
        talk, f"{wish.service} is booked for {ref.title}.", cite(ref), book_at, wish, resources,
        values=customer_fields(talk, ref) | {"area": area},
    )  # fmt: skip
    changes = new_fields(
        {"service": wish.service, "start": shown(talk, start), "resource": ", ".join(resources) or "whoever fits best"}
    )
    return Proposal(f"Book {wish.service} for {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "book_service",
    "Book a service for a customer.",
    (
        Argument("service", "service", "which service", required=True),
        Argument("record", "record", "for whom", required=True, kinds=("account", "contact")),
        Argument("start", "when", "when it begins", required=True),
        Argument("resource", "resource", "by whom"),
    ),
    (Example("book a brake test for Fabrikam tomorrow at 9", {"service": "Brake test", "record": "Fabrikam GmbH"}),),
    propose=_propose,
)
