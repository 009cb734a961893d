"""What a customer was told of a booking, and what their calendar answered, as lines of a card."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from store.queries.scheduling.told import ToldNotice
from tui.cells import line
from tui.when import ago
from tui.widgets.sheet import Fact

_ANSWERED = {
    "accepted": "accepted",
    "tentative": "accepted tentatively",
    "declined": "declined",
    "counter": "another time asked for",
}


def told_facts(notices: Iterable[ToldNotice], now: datetime) -> list[Fact]:
    """What a customer was told of a booking, and answered; the newest first."""
    return [_told(each, now) for each in reversed([one for one in notices if one.counts])]


def _told(notice: ToldNotice, now: datetime) -> Fact:
    when = ago(notice.sent_at or notice.made_at, now)
    way = "" if notice.sent_at is not None or not notice.state else ", on its way"
    answer = notice.answer
    said = f"  {_ANSWERED[answer['said']]} by {line(answer['who'])}" if answer else ""
    tone = "$success" if answer and answer["said"] == "accepted" else "$warning"
    return Fact(Content.assemble(notice.kind, (f"  {when}{way}", "$quiet"), (said, tone)))
