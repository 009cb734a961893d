"""Moves an appointment of one's own."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.pointing import moved, shown
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.calendars import part_of, the_appointment
    from calendar_sync.appointments import move_appointment, preview_edit
    from calendar_sync.edit import EventEdit

    entry = the_appointment(talk, arguments["appointment"])
    start = moved(talk, arguments["start"], entry.starts_at)
    part = part_of(entry)
    mailed = talk.services.read(preview_edit, entry.activity_id, EventEdit(start=start), **part, now=talk.now)
    about = Cite("appointment", entry.uid, entry.title)
    done = acting(
        talk, f"{entry.title} is moved.", about, move_appointment, entry.activity_id, start,
        recall=talk.services.recall, **part,
    )  # fmt: skip
    change = Change("start", shown(talk, entry.starts_at), shown(talk, start))
    return Proposal(f"Move {entry.title}.", (about,), (change,), done, mailed.sentence)


TOOL = Tool(
    "move_appointment",
    "Move an appointment; of a series only the one that is meant.",
    (
        Argument("appointment", "appointment", "which one", required=True),
        Argument("start", "when", "to when", required=True),
    ),
    (Example("move this to friday at 10", {"appointment": "$screen"}, screen=("calendar", "Kick-off")),),
    propose=_propose,
)
