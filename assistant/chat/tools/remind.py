"""Reminds whoever asks, once or again and again."""

from __future__ import annotations

from assistant.chat.acting import acting, cites, new_fields
from assistant.chat.pointing import cite, moment, record, shown
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.reader_zone import zone_name
    from calendar_sync.reminders import add_reminder

    ref = record(talk, arguments["record"]) if "record" in arguments else None
    at = moment(talk, arguments["at"])
    zone = zone_name(talk.now.tzinfo) if talk.now.tzinfo else "UTC"
    repeat = arguments.get("repeat", "")
    said = f"You are reminded on {shown(talk, at)}" + (" and again." if repeat else ".")
    done = acting(
        talk, said, cite(ref) if ref else None, add_reminder, arguments["text"], at.replace(tzinfo=None), zone,
        recurrence=repeat, record_id=ref.record_id if ref else None,
    )  # fmt: skip
    changes = new_fields({"reminder": arguments["text"], "at": shown(talk, at), "repeated": repeat})
    return Proposal("Remind you.", cites(cite(ref) if ref else None), changes, done)


TOOL = Tool(
    "remind",
    "Remind you of something, once or again and again.",
    (
        Argument("text", "text", "of what", required=True),
        Argument("at", "when", "when; in the morning of a day unless you say a time", required=True),
        Argument("repeat", "repeat", "how often again, as every monday"),
        Argument("record", "record", "about which customer, case or opportunity"),
    ),
    (
        Example("remind me tomorrow at 8 to send the list", {"text": "send the list", "at": "2026-11-25T08:00"}),
        Example("remind me on friday to ring the plant", {"text": "ring the plant", "at": "2026-11-27"}),
        Example(
            "remind me every monday at 8 to check the pipeline",
            {"at": "2026-11-30T08:00", "repeat": "FREQ=WEEKLY;BYDAY=MO"},
        ),
    ),
    propose=_propose,
)
