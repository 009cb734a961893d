"""The facts of a record: its fields, its people, and what is open with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from textual import events
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style

from store.cases.reading import CaseSla
from store.leads.scores import ScoreLine
from store.queries.contracts import Coverage
from store.queries.history import AutomaticAct
from store.queries.leads import LeadStanding
from store.queries.record_detail import PersonRow, ProductLine, RecordDetail
from store.queries.records import RecordRow
from store.queries.refs import RecordRef
from store.queries.scheduling.told import ToldNotice
from store.records.fields import FIELDS, FieldType
from tui.cells import line
from tui.glyphs import TONES, record_glyph, words
from tui.rows.records import money, value_words
from tui.rows.told import told_facts
from tui.service_words import service_sections
from tui.when import active_when, ago
from tui.widgets.sheet import Fact, Sheet


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the card shows; `leads` are those from which the record came, `lead` is where a lead stands, `sla`
    what was promised for a case, `coverage` what contracts say of a case, contact or account, `acts` what rules did,
    `told` what the customer of a booking was told."""

    detail: RecordDetail
    people: tuple[PersonRow, ...]
    cases: tuple[RecordRow, ...]
    opportunities: tuple[RecordRow, ...]
    lead: LeadStanding | None = None
    leads: tuple[RecordRef, ...] = ()
    sla: CaseSla | None = None
    coverage: Coverage | None = None
    acts: tuple[AutomaticAct, ...] = ()
    told: tuple[ToldNotice, ...] = ()

    def related(self) -> list[tuple[int, str, str]]:
        """(record id, kind, title) of everything that can be gone to from here."""
        detail = self.detail
        named = (detail.account, detail.contact, detail.case, detail.parent, detail.follows, detail.product)
        above = [ref for ref in named if ref is not None]
        above += [*(self.lead.became if self.lead is not None else ()), *self.leads]
        found = [(ref.record_id, ref.kind, ref.title) for ref in above]
        found += [(row.record_id, row.kind, row.title) for row in (*self.opportunities, *self.cases)]
        found += [(row.record_id, "contact", row.title) for row in self.people]
        return found + [
            (one.product.record_id, "product", one.product.title) for one in detail.lines if one.product is not None
        ]


class RecordCard(VerticalScroll, can_focus=True):
    """Names of other records can be clicked."""

    @dataclass
    class Opened(Message):
        """Another record was clicked."""

        record_id: int

    def compose(self) -> Iterable[Sheet]:
        yield Sheet()

    def show(self, card: Card, now: datetime) -> None:
        self.query_one(Sheet).show(card_facts(card, now))

    def on_click(self, event: events.Click) -> None:
        record_id = event.style.meta.get("record")
        if isinstance(record_id, int):
            self.post_message(self.Opened(record_id))


_BLANK = Fact(Content(""))


def card_facts(card: Card, now: datetime) -> list[Fact]:
    """The sections that have something in them."""
    detail = card.detail
    sections = (
        *_lead(card.lead),
        *service_sections(card.sla, card.coverage, now),
        ("Booked", list(_booking(detail))),
        ("The customer was told", told_facts(card.told, now)),
        ("Open opportunities", [fact for row in card.opportunities for fact in _deal(row)]),
        ("Open cases", [fact for row in card.cases for fact in _case(row)]),
        ("People", [fact for row in card.people for fact in _person(row, now)]),
        ("Came from", [_link(ref.record_id, line(ref.title), ref.kind) for ref in card.leads]),
        ("By itself", [_act(one, now) for one in card.acts]),
        ("Products", [_product(one, str(detail.fields.get("currency") or "")) for one in detail.lines]),
    )
    facts = list(_fields(detail, now))
    for title, inside in sections:
        if inside:
            facts += [_BLANK, Fact(Content.styled(title, "b $primary")), *inside]
    return facts


def _lead(lead: LeadStanding | None) -> Iterable[tuple[str, list[Fact]]]:
    """How promising a lead is and why, and what it became."""
    if lead is None:
        return
    if lead.score is not None:
        yield f"Score {lead.score.value} of 100", [_points(one) for one in lead.score.lines] or [_quiet("no rule fits")]
    yield "Became", [_link(ref.record_id, f"{ref.number} {line(ref.title)}", ref.kind) for ref in lead.became]


def _booking(detail: RecordDetail) -> Iterable[Fact]:
    """The service, when, and who and what is booked, in the time of this machine."""
    if detail.booking is None:
        return
    start, end = detail.booking.starts_at.astimezone(), detail.booking.ends_at.astimezone()
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    yield Fact(Content(line(detail.booking.service)))
    yield Fact(Content(f"{start:%a %Y-%m-%d %H:%M}-{until}"))
    for each in detail.booking.resources:
        works = f"{each.works_from.astimezone():%H:%M}-{each.works_until.astimezone():%H:%M}"
        units = f" x {each.units}" if each.units > 1 else ""
        yield Fact(Content.assemble(f"{line(each.name)}{units}", (f"  {works}", "$quiet")))


def _act(one: AutomaticAct, now: datetime) -> Fact:
    """What a rule did, and that it can be, or was, taken back."""
    who = f"rule {line(one.rule)}: " if one.rule else ""
    after = "  taken back" if one.undone else f"  {ago(one.at, now)}"
    return Fact(Content.assemble((who, "$accent"), line(one.summary), (after, "$quiet")))


def _points(one: ScoreLine) -> Fact:
    why = f": {', '.join(one.because)}" if one.because else ""
    tone = "$success" if one.points > 0 else "$warning"
    return Fact(Content.assemble(line(one.rule), (line(why), "$quiet")), f"{one.points:+d}", 5, tone)


def _fields(detail: RecordDetail, now: datetime) -> Iterable[Fact]:
    found = [
        (field, _said(field.type, detail.fields.get(field.name), detail, now))
        for field in FIELDS[detail.kind]
        if field.name not in ("title", "currency")
    ]
    shown = [(field, said) for field, said in found if said.plain]
    column = max((len(field.label) for field, _ in shown if field.type is not FieldType.LONG_TEXT), default=0) + 2
    for field, said in shown:
        if field.type is FieldType.LONG_TEXT:
            yield Fact(Content.styled(field.label, "$quiet"))
            yield Fact(said, "", 2)
        else:
            yield Fact(said, field.label, column)


def _said(kind: FieldType, value: object, detail: RecordDetail, now: datetime) -> Content:
    if value in (None, "", (), []):
        return Content("")
    if isinstance(value, RecordRef):
        return _opening(value.record_id, line(value.title)).stylize("$primary")
    if kind is FieldType.FLAG:
        return Content("yes" if value else "")
    if kind is FieldType.CHOICE:
        return _toned(words(str(value)), str(value))
    if kind is FieldType.AMOUNT:
        return Content(money(value, str(detail.fields.get("currency") or "")))  # type: ignore[arg-type]
    if kind is FieldType.PERCENT:
        return Content(f"{value} %")
    return Content(value_words(value, now))


def _toned(said: str, value: str) -> Content:
    tones = {"good": "$success", "warn": "$warning", "bad": "$error", "accent": "$accent", "dim": "$quiet"}
    return Content.styled(said, tones.get(TONES.get(value, ""), ""))


def _link(record_id: int, said: str, kind: str) -> Fact:
    """A name that opens its record when it is clicked."""
    return Fact(_opening(record_id, said), record_glyph(kind), 2)


def _opening(record_id: int, said: str) -> Content:
    return Content(said).stylize(Style.from_meta({"record": record_id}))


def _quiet(said: str) -> Fact:
    return Fact(Content.styled(said, "$quiet"), "", 2)


def _deal(row: RecordRow) -> list[Fact]:
    amount = money(row.cells.get("amount"), str(row.cells.get("currency") or ""))
    stage = words(str(row.cells.get("stage") or ""))
    return [_link(row.record_id, line(row.title), row.kind), _quiet(f"{stage}  {amount}")]


def _case(row: RecordRow) -> list[Fact]:
    status, priority = str(row.cells.get("status") or ""), str(row.cells.get("priority") or "")
    said = Content.assemble((f"{row.number}  ", "$quiet"), _toned(words(status), status))
    if priority != "normal":
        said = Content.assemble(said, "  ", _toned(words(priority), priority))
    return [_link(row.record_id, line(row.title), row.kind), Fact(said, "", 2)]


def _person(row: PersonRow, now: datetime) -> list[Fact]:
    active = "left" if row.former else active_when(row.last_activity_at, now)
    said = "  ".join(part for part in (line(row.job_title), active) if part)
    return [_link(row.record_id, line(row.title), "contact"), *([_quiet(said)] if said else [])]


def _product(one: ProductLine, currency: str) -> Fact:
    name = line(one.product.title if one.product else one.description)
    amount = money(one.quantity * one.unit_price, currency)
    return Fact(Content.assemble(f"{one.quantity.normalize():f} x {name}", (f"  {amount}", "$quiet")), "", 0)
