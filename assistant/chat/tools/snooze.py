"""Lets a follow-up come back later."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.following import cite_follow_up, follow_up, named
from assistant.chat.pointing import moment, shown
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.following.acts import check_to_come, snooze

    row = follow_up(talk, arguments["follow_up"])
    until = moment(talk, arguments["until"])
    check_to_come(until, talk.now)
    about = cite_follow_up(row)
    done = acting(talk, f"It comes back on {shown(talk, until)}.", about, snooze, row.follow_up_id, until)
    change = Change("comes back", shown(talk, row.comes_at), shown(talk, until))
    return Proposal(f"Put off: {named(row)}.", (about,), (change,), done)


TOOL = Tool(
    "snooze",
    "Let a reminder or follow-up come back later.",
    (
        Argument("follow_up", "follow_up", "which one", required=True),
        Argument("until", "when", "until when", required=True),
    ),
    (
        Example("snooze that until monday", {"follow_up": "$last", "until": "2026-11-30"}, last=("Send the list",)),
        Example(
            "snooze the second one till the 3rd", {"follow_up": "$2", "until": "2026-12-03"}, last=("A list", "A call")
        ),
    ),
    propose=_propose,
)
