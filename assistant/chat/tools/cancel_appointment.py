"""Calls an appointment off."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import shown
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.calendars import part_of, the_appointment
    from calendar_sync.appointments import cancel_appointment, preview_cancellation

    entry = the_appointment(talk, arguments["appointment"])
    part = part_of(entry)
    mailed = talk.services.read(preview_cancellation, entry.activity_id, **part, now=talk.now)
    about = Cite("appointment", entry.uid, entry.title)
    comment = arguments.get("reason", "")
    done = acting(
        talk,
        f"{entry.title} is called off.",
        about,
        cancel_appointment,
        entry.activity_id,
        comment=comment,
        **part,
        recall=talk.services.recall,
    )
    change = Change("status", f"{entry.title}, {shown(talk, entry.starts_at)}", "cancelled")
    changes = (change, *new_fields({"reason": comment}))
    return Proposal(f"Call off {entry.title}.", (about,), changes, done, mailed.sentence)


TOOL = Tool(
    "cancel_appointment",
    "Call an appointment off; of a series only the one that is meant.",
    (
        Argument("appointment", "appointment", "which one", required=True),
        Argument("reason", "text", "what the others read"),
    ),
    (Example("cancel this meeting", {"appointment": "$screen"}, screen=("calendar", "Kick-off")),),
    propose=_propose,
)
