"""How slots look in a list: when, by whom, and why that is good; and why resources are not offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.content import Content

from assistant.scheduling.asking import Question
from assistant.scheduling.engine.rules import Slot
from assistant.scheduling.engine.whynot import WhyNot
from tui.cells import line
from tui.dialogs.slots import Offer
from tui.when import DAYS, short_date, span


def offer(question: Question, found: Sequence[Slot], why: Sequence[WhyNot], now: datetime) -> Offer:
    """What was found, in words."""
    names = {each.id: line(each.name) for each in question.setup.resources.values()}
    request = question.request
    first = request.start.astimezone(now.tzinfo).date()
    last = (request.end - timedelta(seconds=1)).astimezone(now.tzinfo).date()
    return Offer(
        f"{short_date(first, now.date())} to {short_date(last, now.date())}",
        [(slot, _slot(slot, names, now)) for slot in found],
        [_why(each, names) for each in why],
    )


def when(slot: Slot, now: datetime) -> str:
    """ "Tue 3 Nov 09:00-10:00", of several days "Mon 2 Nov 08:00 - Tue 3 Nov 17:00"."""
    first, last = slot.start.astimezone(now.tzinfo), slot.end.astimezone(now.tzinfo)
    if first.date() == last.date():
        return f"{_day(first, now)} {span(slot.start, slot.end, now)}"
    return f"{_day(first, now)} {first:%H:%M} - {_day(last, now)} {last:%H:%M}"


def day_and_time(at: datetime, now: datetime) -> str:
    """ "Tue 3 Nov 09:00" """
    local = at.astimezone(now.tzinfo)
    return f"{_day(local, now)} {local:%H:%M}"


def _day(at: datetime, now: datetime) -> str:
    return f"{DAYS[at.weekday()]} {short_date(at.date(), now.date())}"


def _slot(slot: Slot, names: dict[int, str], now: datetime) -> Content:
    who = ", ".join(dict.fromkeys(names[each.resource_id] for each in slot.assignments))
    said = f"\n    {line('; '.join(slot.reasons))}" if slot.reasons else ""
    return Content.assemble((when(slot, now), "b"), f"  {who}", (said, "$quiet"))


def _why(each: WhyNot, names: dict[int, str]) -> Content:
    reasons = "; ".join(reason.words for reason in each.reasons)
    return Content.assemble((names[each.resource_id], "b"), f"  {line(reasons) or 'can do it at any time'}")
