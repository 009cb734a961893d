"""Answers an invitation."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import shown
from assistant.chat.registry import Arguments, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.calendars import the_appointment
    from calendar_sync.answers import answer_invitation
    from calendar_sync.provider import Answer
    from calendar_sync.view import start_of

    entry = the_appointment(talk, arguments["appointment"], invited=True)
    if entry.mine:
        raise Invalid("You organize this meeting: there is nobody to answer.")
    text = arguments.get("text", "")
    about = Cite("appointment", entry.uid, entry.title)
    done = acting(
        talk,
        f"Answered: {arguments['answer']}.",
        about,
        answer_invitation,
        entry.activity_id,
        Answer(arguments["answer"]),
        comment=text,
        original_start=start_of(entry.original_start) if entry.recurring else None,
        recall=talk.services.recall,
    )
    changes = new_fields({"answer": arguments["answer"], "text": text})
    mails = f"{entry.organizer or 'The organizer'} gets the answer."
    return Proposal(f"Answer {entry.title}, {shown(talk, entry.starts_at)}.", (about,), changes, done, mails)


TOOL = Tool(
    "answer_meeting",
    "Accept, decline or provisionally accept an invitation.",
    (
        Argument("appointment", "appointment", "which one", required=True),
        Argument("answer", "choice", "accepted, tentative or declined", required=True),
        Argument("text", "text", "what the organizer reads"),
    ),
    (
        Example("accept this", {"answer": "accepted"}, screen=("calendar", "Kick-off")),
        Example("say maybe to Jane Doe's invite", {"appointment": {"person": "Jane Doe"}, "answer": "tentative"}),
    ),
    propose=_propose,
)
