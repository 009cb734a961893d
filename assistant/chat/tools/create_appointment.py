"""Puts an appointment into one's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from assistant.chat.acting import carry_out, cites, new_fields
from assistant.chat.pointing import address, cite, exact, record, shown
from assistant.chat.registry import Arguments, Cite, Done, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument

_HALF_AN_HOUR = 30


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from calendar_sync.appointments import create_appointment, preview_creation
    from calendar_sync.edit import EventEdit
    from calendar_sync.event import Attendee
    from mail_sync.message import Address
    from store.queries.activities import activity_detail

    start = exact(talk, arguments["start"])
    minutes = arguments.get("duration", _HALF_AN_HOUR)
    names = _names(arguments.get("attendees"))
    people = tuple(Attendee(Address(address(talk, name))) for name in names)
    title = arguments.get("title") or (f"Meeting with {names[0]}" if names else "Meeting")
    ref = record(talk, arguments["record"]) if "record" in arguments else None
    fields = EventEdit(
        title=title,
        start=start,
        end=start + timedelta(minutes=minutes),
        attendees=people or None,
        location=arguments.get("place"),
    )
    mailed = talk.services.read(preview_creation, fields, now=talk.now)

    def carry() -> Done:
        record_id, recall = ref.record_id if ref else None, talk.services.recall
        made = carry_out(talk, create_appointment, fields, record_id=record_id, recall=recall)
        uid = talk.services.read(activity_detail, made.activity_id).uid
        return Done(f"{title} stands in your calendar.", made.operation_uid, Cite("appointment", uid, title))

    changes = new_fields(
        {
            "title": title,
            "start": shown(talk, start),
            "minutes": minutes,
            "with": ", ".join(names),
            "place": arguments.get("place"),
        }
    )
    return Proposal(
        f"Make an appointment: {title}.", cites(cite(ref) if ref else None), changes, carry, mailed.sentence
    )


def _names(value: str | Sequence[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


TOOL = Tool(
    "create_appointment",
    "Put an appointment into your calendar, and invite people.",
    (
        Argument("title", "title", "what it is about"),
        Argument("start", "when", "when it begins", required=True),
        Argument("duration", "duration", "how long, in minutes"),
        Argument("attendees", "person", "who is invited", kinds=("contact", "colleague", "lead")),
        Argument("record", "record", "which customer it is regarding", kinds=("account",)),
        Argument("place", "name", "where"),
    ),
    (Example("set up a 20 min call with Jane Doe monday at 8", {"duration": 20, "attendees": ["Jane Doe"]}),),
    propose=_propose,
)
