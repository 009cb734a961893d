"""From what a conversation says to follow-ups: whose, about what, when they come back, and what is told of them. Pure.

What "why now" is told from is kept as JSON; `assistant.following.why` says what the names mean.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assistant.following.finding.awaiting import Ask
from assistant.following.finding.coming_back import to_be_kept, to_keep, usual_wait, without_answer, working_day
from assistant.following.finding.promises import Promise
from assistant.following.saying.due import end_of
from store.domains import is_free_mail
from store.following.facts import Fact, ThreadMail, Wishes
from store.following.values import Found, Kind, wall_in

_WON = "The opportunity was won"
_SUBJECT = 120  # characters
_A_MOMENT = timedelta(seconds=1)


def fact_of_ask(ask: Ask, wishes: Wishes, answers: Collection[tuple[datetime, datetime]]) -> Fact | None:
    """The follow-up of a mail that asks. `answers` are when whoever is asked was asked before and answered. None where
    nobody known is asked at an address that says nothing of who they work for."""
    mail = ask.mail
    if mail.user_id is None or not _is_business(mail):
        return None
    usual = usual_wait(answers, wishes.hours)
    facts: dict[str, Any] = {
        "who": ask.asked[0].shown,
        "subject": _short(mail.subject),
        "on": _day(ask.last.at, wishes),
    }
    if len(ask.asked) > 1:
        facts["others"] = len(ask.asked) - 1
    if ask.bounced is not None:
        due = ask.bounced.at
        facts |= {"bounced": _bounced_address(ask), "status": ask.bounced.bounced_status}
    else:
        due = without_answer(ask.last.at, wishes, by=ask.by, usual=usual, away=ask.away)
        if ask.by is not None:
            facts["by"] = _last_day(end_of(ask.by))
        elif usual is not None:
            facts["usual_days"] = round(usual / working_day(wishes.hours), 1)
        if ask.away is not None:
            facts["away"] = ask.away.isoformat()
    if ask.colleague:
        facts["colleague"] = ask.colleague
    if ask.questions > 1:
        facts["questions"] = ask.questions
    kind = Kind.OFFER if ask.is_offer and ask.bounced is None else Kind.AWAITING_REPLY
    found = _found(f"{kind}:{mail.uid}", kind, mail, due, ask.sentence, facts, wishes, is_certain=True)
    over = _over(mail, is_promise=False)
    return Fact(found, ask.closed_why or over, ask.closed_by_id)


def fact_of_promise(promise: Promise, wishes: Wishes) -> Fact | None:
    """The follow-up of a promise; None where it was made to nobody known, as with `fact_of_ask`. Strangers promise
    anything."""
    mail, said = promise.mail, promise.said
    if mail.user_id is None or not _is_business(mail) or (promise.is_theirs and _about(mail) is None):
        return None
    come = to_be_kept if promise.is_theirs else to_keep
    kind = Kind.THEIR_PROMISE if promise.is_theirs else Kind.PROMISE
    who = (mail.others or mail.copied)[0].shown
    facts: dict[str, Any] = {"who": who, "subject": _short(mail.subject), "on": _day(mail.at, wishes)}
    if said.due is not None:
        facts["by"] = _last_day(end_of(said.due))
    if promise.since is not None:
        facts["since"] = _day(promise.since.at, wishes)
    due = come(said.due, mail.at, wishes)
    identity = f"{kind}:{mail.uid}:{promise.number}"
    found = _found(identity, kind, mail, due, said.sentence, facts, wishes, is_certain=not wishes.confirms)
    over = _over(mail, is_promise=not promise.is_theirs)
    return Fact(found, promise.closed_why or over, promise.closed_by_id)


def _over(mail: ThreadMail, *, is_promise: bool) -> str:
    """Why it is moot: what it is about was closed after it was written. What we promised to whom bought is not."""
    if mail.ended is None or mail.ended[1] <= mail.at or (is_promise and mail.ended[0] == _WON):
        return ""
    return mail.ended[0]


def _found(
    identity: str,
    kind: Kind,
    mail: ThreadMail,
    due: datetime,
    sentence: str,
    facts: dict[str, Any],
    wishes: Wishes,
    *,
    is_certain: bool,
) -> Found:
    assert mail.user_id is not None
    return Found(
        identity,
        kind,
        mail.user_id,
        wall_in(due, wishes.zone),
        wishes.zone,
        record_id=_about(mail),
        activity_id=mail.activity_id,
        text=_short(mail.subject),
        sentence=sentence,
        facts=facts,
        is_certain=is_certain,
    )


def _about(mail: ThreadMail) -> int | None:
    """What it is regarding, else who it is with, else the company."""
    if mail.regarding:
        return mail.regarding[0].record_id
    people = (*mail.others, *mail.copied)
    for known in (*(one.contacts for one in people), *(one.accounts for one in people)):
        if known:
            return min(known)
    return None


def _is_business(mail: ThreadMail) -> bool:
    people = (*mail.others, *mail.copied)
    return _about(mail) is not None or any(one.domain and not is_free_mail(one.domain) for one in people)


def _bounced_address(ask: Ask) -> str:
    text = ask.bounced.text.lower() if ask.bounced else ""
    return next((one.email for one in ask.asked if one.email in text), ask.asked[0].email)


def _day(at: datetime, wishes: Wishes) -> str:
    return at.astimezone(ZoneInfo(wishes.zone)).date().isoformat()


def _last_day(end: datetime) -> str:
    """The day that ends then, where it ends at midnight, else the day of it; on the clock that the words meant."""
    return (end - _A_MOMENT).date().isoformat()


def _short(subject: str) -> str:
    line = " ".join(subject.split())
    return line if len(line) <= _SUBJECT else f"{line[: _SUBJECT - 1]}…"
