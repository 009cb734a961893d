"""The customer at a glance, as styled text: a column beside the mail, or one line above it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from store.queries.glance import Glance, LastContact, OpenCase, OpenDeal
from store.sla.countdown import countdown_to
from tui.cells import line, short
from tui.glyphs import KIND_WORDS, MAIL, TONES, record_glyph, words
from tui.rows.records import money
from tui.when import short_date, short_when
from tui.widgets.sheet import Fact

_BLANK = Fact(Content(""))
_COLOURS = {"good": "$success", "warn": "$warning", "bad": "$error", "accent": "$accent", "dim": "$quiet"}
_CLOCKS = {"breached": "$error", "warned": "$warning"}
_NAME = 40  # cells of a name in the line
_PAUSED = ("waiting", "on_hold")


def column(found: Glance, now: datetime) -> list[Fact]:
    """All of it."""
    facts = [*_who(found), _BLANK, *_contact(found.last, now)]
    if found.cases:
        facts += [_BLANK, _heading("Open cases", found.more_cases)]
        facts += [fact for case in found.cases for fact in _case(case, now)]
    if found.deals:
        facts += [_BLANK, _heading("Open opportunities", found.more_deals)]
        facts += [fact for deal in found.deals for fact in _deal(deal, now)]
    return facts


def strip(found: Glance, now: datetime) -> Content:
    """As much of it as goes into a line: whose customer, what is most urgent."""
    customer = found.customer
    top = customer.account or customer.contact or customer.lead
    name = short(top.title if top else customer.email or "an unknown sender", _NAME)
    parts = [Content.styled(name, "b $foreground" if top else "$quiet")]
    if found.cases:
        first = found.cases[0]
        open_cases = len(found.cases) + found.more_cases
        parts.append(Content(f"{open_cases} open case{'s' if open_cases > 1 else ''}"))
        if said := clock(first, now):
            parts.append(Content.styled(f"{first.record.number} {said}", _CLOCKS.get(first.sla_state, "$quiet")))
    if found.deals:
        parts.append(Content(f"{len(found.deals) + found.more_deals} open deal"))
    if found.owner:
        parts.append(Content.styled(f"of {line(found.owner)}", "$quiet"))
    if top is None:
        parts.append(Content.styled("not known yet", "$warning"))
    return Content.styled(" · ", "$faint").join(parts)


def clock(case: OpenCase, now: datetime) -> str:
    """How long we have left, "" where nothing is owed."""
    if case.status in _PAUSED:
        return f"paused: {words(case.status).lower()}" if case.calendar is not None else ""
    return countdown_to(case.due_at, case.calendar, now) if case.due_at and case.calendar else ""


def _heading(title: str, more: int) -> Fact:
    return Fact(Content.assemble((title, "b $primary"), (f"  +{more}" if more else "", "$quiet")))


def _who(found: Glance) -> Iterator[Fact]:
    customer = found.customer
    person = customer.contact or customer.lead
    if person is None and customer.account is None:
        yield Fact(Content.styled(line(customer.name or customer.email) or "No sender", "b $foreground"))
        yield Fact(Content.styled("nobody we know", "$warning"))
    if customer.account is not None:
        yield Fact(_record(customer.account.kind, customer.account.title, "b"))
    if person is not None:
        yield Fact(_record(person.kind, person.title, "" if customer.account else "b"))
    for said in (found.job_title, customer.email, found.phone, found.city):
        if said:
            yield Fact(Content.styled(line(said), "$quiet"), "", 2)
    if found.owner:
        yield Fact(Content(line(found.owner)), "owner ", 6)


def _record(kind: str, title: str, tone: str) -> Content:
    return Content.assemble((f"{record_glyph(kind)} ", "$accent"), (line(title), tone))


def _contact(last: LastContact | None, now: datetime) -> Iterator[Fact]:
    if last is None:
        yield Fact(Content.styled("No earlier contact", "$quiet"))
        return
    way = MAIL.get(last.direction, "") if last.kind == "email" else KIND_WORDS.get(last.kind, "")
    yield Fact(Content.assemble(("Last contact", "b $primary"), (f"  {short_when(last.occurred_at, now)}", "")))
    yield Fact(Content.styled(f"{way} {line(last.who)}: {line(last.subject)}", "$quiet"), "", 2)


def _case(case: OpenCase, now: datetime) -> Iterator[Fact]:
    yield Fact(Content(line(case.record.title)), record_glyph("case") + " ", 2)
    state = Content.assemble(
        (f"{case.record.number}  ", "$quiet"), (words(case.status), _COLOURS.get(TONES.get(case.status, ""), ""))
    )
    if case.priority != "normal":
        state = Content.assemble(state, (f"  {words(case.priority)}", _COLOURS.get(TONES.get(case.priority, ""), "")))
    yield Fact(state, "", 2)
    if said := clock(case, now):
        yield Fact(Content.styled(said, _CLOCKS.get(case.sla_state, "$success")), "", 2)
    if case.owner or case.queue:
        whose = " in ".join(filter(None, (line(case.owner), line(case.queue))))
        yield Fact(Content.styled(whose, "$quiet"), "", 2)


def _deal(deal: OpenDeal, now: datetime) -> Iterator[Fact]:
    yield Fact(Content(line(deal.record.title)), record_glyph("opportunity") + " ", 2)
    said = (words(deal.stage), money(deal.amount, deal.currency), short_date(deal.close_date, now.date()))
    yield Fact(Content.styled("  ".join(filter(None, said)), "$quiet"), "", 2)
