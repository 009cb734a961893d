"""Why a follow-up comes back now, in one sentence, from its kind and its facts. Pure.

Facts are JSON, days ISO 8601: `who` it is about, or was written to, and how many `others`; `subject` of the mail; the
day `on` which it was written; the day `by` which something was asked or promised; `usual_days` (working days) within
which they answer, or between two contacts; until when they are `away`; the `colleague` who answered instead; how many
`questions` were asked; the address that `bounced`, and the `status` told; the day `since` which somebody wrote without
saying that it is done; the `title` of a record, the day of the `last` contact, the `close` date, the `clock` of a case
and whether it is `late`; the `amount` of a deal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from store.following.values import Kind

Facts = Mapping[str, Any]

_CLOCKS: Mapping[str, str] = {"first_response": "first response", "resolution": "resolution"}


def why_now(kind: Kind, facts: Facts, today: date) -> str:
    """The sentence; `today` is the reader's."""
    return _SAID[kind](facts, today)


def _awaiting(facts: Facts, today: date) -> str:
    if "bounced" in facts:
        status = f" ({facts['status']})" if facts.get("status") else ""
        return f"Your mail “{facts['subject']}” did not reach {facts['bounced']}{status}."
    what = f"your {facts['questions']} questions" if facts.get("questions", 1) > 1 else "your question"
    return _unanswered(what, facts, today)


def _offer(facts: Facts, today: date) -> str:
    return _unanswered("your offer", facts, today)


def _unanswered(what: str, facts: Facts, today: date) -> str:
    said = f"{_people(facts)} did not answer {what} of {_day(facts, 'on', today)}"
    if "by" in facts:
        said += f", wanted by {_day(facts, 'by', today)}"
    elif "away" in facts:
        said += f", being away until {_day(facts, 'away', today)}"
    elif "usual_days" in facts:
        said += f"; usually it takes them up to {_count(facts['usual_days'], 'working day')}"
    else:
        said += f", {_ago(facts, 'on', today)}"
    return f"{said}{_colleague(facts)}."


def _colleague(facts: Facts) -> str:
    return f"; only {facts['colleague']} wrote" if facts.get("colleague") else ""


def _promise(facts: Facts, today: date) -> str:
    by = f" by {_day(facts, 'by', today)}" if "by" in facts else ", without naming a day"
    said = f"You promised it to {facts['who']} on {_day(facts, 'on', today)}{by}"
    if "since" in facts:
        said += f"; your mail of {_day(facts, 'since', today)} does not say that it is done"
    return f"{said}."


def _their_promise(facts: Facts, today: date) -> str:
    by = f" by {_day(facts, 'by', today)}" if "by" in facts else f" {_ago(facts, 'on', today)}"
    if "since" in facts:
        return (
            f"{facts['who']} promised it{by}; their mail of {_day(facts, 'since', today)} does not say that it is done."
        )
    if "by" in facts and date.fromisoformat(facts["by"]) >= today:
        return f"{facts['who']} promised it{by}."
    return f"{facts['who']} promised it{by}, and nothing came."


def _cold(facts: Facts, today: date) -> str:
    days = (today - date.fromisoformat(facts["last"])).days
    usual = f"; usually it is every {_count(facts['usual_days'], 'day')}" if "usual_days" in facts else ""
    return f"No contact about {facts['title']} for {_count(days, 'day')}{usual}."


def _close_date(facts: Facts, today: date) -> str:
    return f"{facts['title']} was to close on {_day(facts, 'close', today)} and is still open."


def _sla(facts: Facts, today: date) -> str:
    state = "is late" if facts.get("late") else "is due soon"
    return f"The {_CLOCKS.get(facts['clock'], facts['clock'])} of {facts['title']} {state}."


def _reminder(facts: Facts, today: date) -> str:
    return "You wanted to be reminded."


def _meeting(facts: Facts, today: date) -> str:
    what = f"“{facts['title']}”" if "title" in facts else "The meeting"
    return f"{what} is over: what was said, and what is the next step?"


_SAID: Mapping[Kind, Callable[[Facts, date], str]] = {
    Kind.REMINDER: _reminder,
    Kind.AWAITING_REPLY: _awaiting,
    Kind.PROMISE: _promise,
    Kind.THEIR_PROMISE: _their_promise,
    Kind.COLD_OPPORTUNITY: _cold,
    Kind.COLD_CASE: _cold,
    Kind.COLD_ACCOUNT: _cold,
    Kind.CLOSE_DATE: _close_date,
    Kind.OFFER: _offer,
    Kind.SLA: _sla,
    Kind.MEETING: _meeting,
}


def _people(facts: Facts) -> str:
    more = facts.get("others", 0)
    return f"{facts['who']} and {_count(more, 'other')}" if more else str(facts["who"])


def _day(facts: Facts, name: str, today: date) -> str:
    day = date.fromisoformat(facts[name])
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def _ago(facts: Facts, name: str, today: date) -> str:
    days = (today - date.fromisoformat(facts[name])).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _count(number: float, noun: str) -> str:
    shown = f"{number:g}"
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"
