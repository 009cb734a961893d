"""A thing of the day in full, as styled text: why it comes up, what was said, and what we last had to do with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from textual.content import Content

from assistant.following.day.background import Background
from assistant.following.day.meeting_card import TITLES, CardLine
from assistant.following.why import why_now
from store.following.values import Kind
from store.queries.agenda import AgendaRow, TaskRow
from store.queries.follow_ups import FollowUpRow
from store.queries.glance import LastContact
from store.queries.queues import WorkRow
from store.queries.refs import RecordRef
from store.queries.scheduling.sheets import Job
from tui.cells import line
from tui.glyphs import KIND_WORDS as SORTS
from tui.glyphs import MAIL, record_glyph, words
from tui.rows.queues import left_words
from tui.rows.sections import Line as DayLine
from tui.rows.today import KIND_WORDS, Thing, comes_words, record_of
from tui.when import full_when, short_when, span
from tui.widgets.sheet import Fact

_BLANK = Fact(Content(""))
_COLOURS = {"good": "$success", "warn": "$warning", "bad": "$error", "accent": "$accent", "dim": "$quiet", "": ""}
_WHEN = 11  # cells


def facts(row: DayLine[Thing], found: Background | None, now: datetime) -> list[Fact]:
    """The thing, and below it what stands behind it once that is read."""
    shown = list(_facts(row.thing, now)) + list(_about(record_of(row) if row.key[0] != "case" else None))
    if found is None:
        return shown
    if found.card:
        shown += [_BLANK, *card_facts(found.card, now)]
    if found.talked:
        shown += [_BLANK, _heading("Last contacts"), *(_contact(one, now) for one in found.talked)]
    return shown


def _facts(thing: Thing, now: datetime) -> Iterator[Fact]:
    match thing:
        case FollowUpRow():
            yield from _follow_up(thing, now)
        case AgendaRow():
            yield Fact(
                Content.styled("Private" if thing.private else line(thing.title) or "(no title)", "b $foreground")
            )
            clock = "all day" if thing.on_date is not None else span(thing.starts_at, thing.ends_at, now)
            yield _quiet(" · ".join(filter(None, (clock, "" if thing.private else line(thing.location)))))
        case Job():
            yield from _job(thing, now)
        case TaskRow():
            yield Fact(Content.styled(line(thing.subject), "b $foreground"))
        case WorkRow():
            said, tone = left_words(thing, now)
            yield Fact(Content.styled(line(thing.title), "b $foreground"))
            yield Fact(Content.styled(said, _COLOURS[tone]))
            yield _quiet(" · ".join((thing.number, words(thing.status), words(thing.priority), line(thing.customer))))
            yield _quiet(f"{line(thing.owner) or 'nobody'}{f' in {line(thing.queue)}' if thing.queue else ''}")


def _follow_up(row: FollowUpRow, now: datetime) -> Iterator[Fact]:
    said, tone = comes_words(row, now)
    late = Content.styled(f"  {said}", _COLOURS[tone])
    is_own = row.kind is Kind.REMINDER
    yield Fact(Content.styled(line(row.text) if is_own else KIND_WORDS[row.kind], "b $foreground") + late)
    yield Fact(Content(line(why_now(row.kind, row.facts, now.date()))))
    if row.sentence:
        yield _BLANK
        yield Fact(Content.styled(f"“{line(row.sentence)}”", "i $foreground"), "▎ ", 2, "$accent")
    if row.ground is not None:
        who = " · ".join(filter(None, (line(row.ground.who), line(row.ground.subject))))
        yield Fact(Content.styled(f"{who}  {short_when(row.ground.occurred_at, now)}", "$quiet"), "", 2)


def _job(job: Job, now: datetime) -> Iterator[Fact]:
    yield Fact(Content.styled(line(job.service), "b $foreground"))
    yield _quiet(f"{span(job.works_from, job.works_until, now)} · {job.booking.number} · {words(job.status)}")
    for said in (job.place or job.address, job.phone, job.description):
        if said:
            yield Fact(Content(line(said)), "", 2)
    if job.others:
        yield Fact(Content(", ".join(line(one.name) for one in job.others)), "with ", 5)


def card_facts(card: Sequence[CardLine], now: datetime) -> Iterator[Fact]:
    """The card of a meeting: a heading for each part, and each line with when it was or is due."""
    for number, (part, lines) in enumerate(groupby(card, key=lambda one: one.part)):
        if number:
            yield _BLANK
        yield _heading(TITLES[part])
        for one in lines:
            tone = "$error" if one.is_late else "$quiet"
            label, indent = (short_when(one.at, now), _WHEN + 1) if part != "people" else ("◆", 2)
            yield Fact(Content(line(one.said)), label, indent, tone)


def _contact(one: LastContact, now: datetime) -> Fact:
    way = MAIL.get(one.direction, "") if one.kind == "email" else SORTS.get(one.kind, "")
    said = Content.assemble((f"{way} {line(one.who)}: ", "$quiet"), line(one.subject))
    return Fact(said, short_when(one.occurred_at, now), _WHEN + 1)


def _about(ref: RecordRef | None) -> Iterator[Fact]:
    if ref is not None:
        yield Fact(
            Content.assemble((f"{record_glyph(ref.kind)} ", "$accent"), line(ref.title), (f"  {ref.number}", "$quiet"))
        )


def _heading(said: str) -> Fact:
    return Fact(Content.styled(said, "b $primary"))


def _quiet(said: str) -> Fact:
    return Fact(Content.styled(said, "$quiet"))


def day_words(now: datetime) -> str:
    """ "Tuesday 3 Nov 2026"."""
    return full_when(now, now).rpartition(",")[0]
