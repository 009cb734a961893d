"""Reminds whoever asks, once or again and again."""

from __future__ import annotations

from assistant.chat.acting import carry_out, cites, new_fields
from assistant.chat.pointing import cite, moment, record, shown
from assistant.chat.registry import Arguments, Cite, Done, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.reader_zone import zone_name
    from calendar_sync.reminders import add_reminder, first_wall
    from calendar_sync.rule_words import in_words
    from store.following.values import instant_of

    ref = record(talk, arguments["record"]) if "record" in arguments else None
    text, repeat = arguments["text"], arguments.get("repeat", "")
    zone = zone_name(talk.now.tzinfo) if talk.now.tzinfo else "UTC"
    wall = first_wall(moment(talk, arguments["at"]).replace(tzinfo=None), zone, repeat, now=talk.now)
    at = shown(talk, instant_of(wall, zone))  # what the clocks skip comes after the gap

    def carry() -> Done:
        made = carry_out(
            talk, add_reminder, text, wall, zone, recurrence=repeat, record_id=ref.record_id if ref else None
        )
        said = f"You are reminded on {at}" + (" and again." if repeat else ".")
        return Done(said, made.operation_uid, Cite("follow_up", made.uid, text))

    changes = new_fields({"reminder": text, "at": at, "repeated": in_words(repeat) if repeat else ""})
    return Proposal("Remind you.", cites(cite(ref) if ref else None), changes, carry)


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
