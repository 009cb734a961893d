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
from textual.widgets import Static

from store.fields import FIELDS, FieldType
from store.queries.record_detail import PersonRow, RecordDetail
from store.queries.records import RecordRow
from store.queries.refs import RecordRef
from tui.cells import line
from tui.glyphs import TONES, record_glyph, words
from tui.rows.records import money, value_words
from tui.when import short_when


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the card shows."""

    detail: RecordDetail
    people: tuple[PersonRow, ...]
    cases: tuple[RecordRow, ...]
    opportunities: tuple[RecordRow, ...]


class RecordCard(VerticalScroll, can_focus=True):
    """Names of other records can be clicked."""

    @dataclass
    class Opened(Message):
        """Another record was clicked."""

        record_id: int

    def compose(self) -> Iterable[Static]:
        yield Static("", classes="card-body")

    def show(self, card: Card, now: datetime) -> None:
        self.query_one(".card-body", Static).update(card_text(card, now))

    def on_click(self, event: events.Click) -> None:
        record_id = event.style.meta.get("record")
        if isinstance(record_id, int):
            self.post_message(self.Opened(record_id))


def card_text(card: Card, now: datetime) -> Content:
    """The sections that have something in them."""
    sections = [_fields(card.detail, now)]
    if card.opportunities:
        sections.append(_section(f"Open opportunities  {len(card.opportunities)}", map(_deal, card.opportunities)))
    if card.cases:
        sections.append(_section(f"Open cases  {len(card.cases)}", map(_case, card.cases)))
    if card.people:
        sections.append(_section(f"People  {len(card.people)}", (_person(one, now) for one in card.people)))
    if card.detail.lines:
        sections.append(_products(card.detail))
    return Content("\n\n").join(sections)


def _fields(detail: RecordDetail, now: datetime) -> Content:
    lines = []
    for field in FIELDS[detail.kind]:
        value = detail.fields.get(field.name)
        said = _said(field.type, value, detail, now)
        if field.name in ("title", "currency") or not said:
            continue
        if field.type is FieldType.LONG_TEXT:
            lines += [Content.styled(field.label, "$quiet"), Content("  ") + said]
        else:
            lines.append(Content.styled(f"{field.label:<15.15} ", "$quiet") + said)
    return Content("\n").join(lines)


def _said(kind: FieldType, value: object, detail: RecordDetail, now: datetime) -> Content:
    if value in (None, "", (), []):
        return Content("")
    if isinstance(value, RecordRef):
        return _link(value.record_id, line(value.title), value.kind)
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


def _link(record_id: int, said: str, kind: str) -> Content:
    shown = Content.assemble((f"{record_glyph(kind)} ", "$accent"), said)
    return shown.stylize(Style.from_meta({"record": record_id}))


def _section(title: str, lines: Iterable[Content]) -> Content:
    return Content("\n").join([Content.styled(title, "b $primary"), *lines])


def _deal(row: RecordRow) -> Content:
    amount = money(row.cells.get("amount"), str(row.cells.get("currency") or ""))
    stage = words(str(row.cells.get("stage") or ""))
    return _link(row.record_id, line(row.title), row.kind) + Content.styled(f"\n  {stage}  {amount}", "$quiet")


def _case(row: RecordRow) -> Content:
    status, priority = str(row.cells.get("status") or ""), str(row.cells.get("priority") or "")
    return Content.assemble(
        _link(row.record_id, line(row.title), row.kind),
        (f"\n  {row.number}  ", "$quiet"),
        _toned(words(status), status),
        ("  " if priority != "normal" else "", ""),
        _toned(words(priority), priority) if priority != "normal" else "",
    )


def _person(row: PersonRow, now: datetime) -> Content:
    active = short_when(row.last_activity_at, now)
    said = "  ".join(part for part in (line(row.job_title), "left" if row.former else active) if part)
    name = _link(row.record_id, line(row.title), "contact")
    return name + Content.styled(f"\n  {said}", "$quiet") if said else name


def _products(detail: RecordDetail) -> Content:
    currency = str(detail.fields.get("currency") or "")
    lines = [
        Content.assemble(
            f"{one.quantity.normalize():f} x {line(one.product.title if one.product else one.description)}",
            (f"  {money(one.quantity * one.unit_price, currency)}", "$quiet"),
        )
        for one in detail.lines
    ]
    return _section("Products", lines)


