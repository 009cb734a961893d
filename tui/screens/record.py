"""One customer, deal or case: its facts and everything that happened with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.actor import Actor
from store.queries.paging import Page
from store.queries.record_detail import people_of, record_detail
from store.queries.records import open_cases_of, open_opportunities_of
from store.queries.timeline import TimelineRow, timeline
from tui.cells import line
from tui.commands import Command, bindings
from tui.dialogs.choose import ChooseDialog
from tui.flows import activities, records
from tui.glyphs import KIND_WORDS, record_glyph, words
from tui.rows.timeline import COLUMNS
from tui.screens.reading_actions import READING, ReadingActions
from tui.when import ago
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane
from tui.widgets.record_card import Card, RecordCard

KINDS = (
    ("", "All"),
    ("email", "Mail"),
    ("appointment", "Meetings"),
    ("phone_call", "Calls"),
    ("task", "Tasks"),
    ("note", "Notes"),
)
#: What can be made from a record of a kind, with the field that points back.
_BELOW = {"account": ("contact", "opportunity", "case"), "contact": ("opportunity", "case")}


def _on_row(screen: Any) -> bool:
    return screen.timeline.row is not None


def _has_below(screen: Any) -> bool:
    return screen.card is not None and screen.card.detail.kind in _BELOW


def _related(screen: Any) -> bool:
    return screen.card is not None and bool(screen.card.related())


COMMANDS = (
    Command("escape,backspace", "back", "Back", "Go back to where you came from", footer=1),
    Command("enter", "read", "Read", "Read what is under the cursor", footer=2, available=_on_row),
    Command("n", "note", "Note", "Write a note on this record", footer=10),
    Command("c", "call", "Call", "Write down a phone call", footer=11),
    Command("t", "task", "Task", "Add a task", footer=12),
    Command("e", "edit", "Edit", "Change the fields of this record", footer=13),
    Command("v", "next_kind", "Kind", "All, mail, meetings, calls, tasks, notes", footer=14),
    Command("d", "details", "Details", "Go between the facts and the timeline", footer=15),
    Command("g", "go_to", "Go to", "Open a person, deal, case or account of it", footer=16, available=_related),
    Command("plus", "below", "New …", "New contact, opportunity or case for it", footer=33, available=_has_below),
    Command("x", "complete", "Done", "Tick off the task under the cursor", footer=0, available=_on_row),
    Command("delete", "delete", "Delete", "Delete this record", footer=61),
)


class RecordScreen(ReadingActions):
    """Shows a record by its id."""

    HERE = (*COMMANDS, *READING)
    HELP_WORDS = (
        "Everything about one record. The timeline shows its own mail, meetings, calls, tasks and notes "
        "and those of the contacts, opportunities and cases that belong to it, newest first."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"card", "page"})

    def __init__(self, record_id: int) -> None:
        super().__init__()
        self._record_id = record_id
        self.card: Card | None = None

    @property
    def title_words(self) -> str:
        return "Record"

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="record-head")
        with Horizontal(id="record-body"):
            yield RecordCard()
            with Vertical(id="record-timeline"):
                yield FilterBar("Timeline", KINDS, filtered=False)
                yield LineList(
                    COLUMNS,
                    key=lambda row: row.activity_id,
                    now=self.now,
                    heading=False,
                    empty=(
                        "Nothing yet.",
                        "Mail and meetings arrive by themselves; n writes a note, c a call, t a task.",
                    ),
                )
            yield ReadPane(hint="Enter reads what is under the cursor.", classes="preview")

    @property
    def timeline(self) -> LineList[TimelineRow]:
        return self.query_one(LineList)

    @property
    def activity_id(self) -> int | None:
        row = self.timeline.row
        return None if row is None else row.activity_id

    @property
    def pane(self) -> ReadPane | None:
        return self.query_one(ReadPane)

    def on_mount(self) -> None:
        self.timeline.focus()
        self.ask(_card, self._record_id, then=self._show_card, group="card")
        self.timeline.restart()

    def refresh_data(self) -> None:
        self.ask(_card, self._record_id, then=self._show_card, group="card")
        self.timeline.reload()

    def _show_card(self, card: Card) -> None:
        self.card = card
        self.query_one("#record-head", Static).update(self._head(card))
        self.query_one(RecordCard).show(card, self.now())
        self.refresh_bindings()

    def _head(self, card: Card) -> Content:
        detail = card.detail
        status = str(detail.fields.get("stage") or detail.fields.get("status") or "")
        facts = [KIND_WORDS[detail.kind], detail.number, words(status), line(detail.owner)]
        if detail.last_activity_at and detail.last_activity_at <= self.now():
            facts.append(f"active {ago(detail.last_activity_at, self.now())}")
        return Content.assemble(
            (f"{record_glyph(detail.kind)} ", "$accent"),
            (line(detail.title), "b $foreground"),
            ("   deleted" if detail.deleted_at else "", "b $error"),
            (f"   {'  ·  '.join(fact for fact in facts if fact)}", "$quiet"),
        )

    # Timeline

    @on(FilterBar.Changed)
    def _other_kind(self) -> None:
        self.timeline.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        kind = self.query_one(FilterBar).view or None
        show = partial(self._show_page, wanted)
        self.ask(timeline, self._record_id, then=show, group="page", kind=kind, **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[TimelineRow]) -> None:
        self.timeline.show(wanted.question, page.rows, more=page.more)

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        if self.has_class("-huge"):
            self.preview_soon(None if message.row is None else message.row.activity_id)

    @on(LineList.Chosen)
    def action_read(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    @on(RecordCard.Opened)
    def _open_other(self, opened: RecordCard.Opened) -> None:
        self.regarding.open_record(opened.record_id)

    # Commands

    def action_back(self) -> None:
        self.dismiss()

    def action_next_kind(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_details(self) -> None:
        self.toggle_class("-details")
        if self.has_class("-details"):
            self.query_one(RecordCard).focus()
        else:
            self.timeline.focus()

    def action_note(self) -> None:
        self._add("note")

    def action_call(self) -> None:
        self._add("phone_call")

    def action_task(self) -> None:
        self._add("task")

    def _add(self, kind: str) -> None:
        if self.card is not None:
            self.flow(activities.add(self, kind, self.card.detail.ref))

    def action_edit(self) -> None:
        self.flow(records.edit(self, self._record_id))

    def action_go_to(self) -> None:
        if self.card is not None:
            self.flow(self._go_to(self.card.related()))

    async def _go_to(self, related: list[tuple[int, str, str]]) -> None:
        choices = [
            Content.assemble((record_glyph(kind), "$accent"), f" {line(title)}", (f"  {KIND_WORDS[kind]}", "$quiet"))
            for _, kind, title in related
        ]
        place = await self.app.push_screen_wait(ChooseDialog("Go to", choices))
        if place is not None:
            self.regarding.open_record(related[place][0])

    def action_below(self) -> None:
        if self.card is not None:
            self.flow(records.create_below(self, self.card.detail, _BELOW[self.card.detail.kind]))

    def action_complete(self) -> None:
        row = self.timeline.row
        if row is not None and row.kind == "task":
            self.flow(activities.complete(self, row.activity_id, done=not row.completed))

    def action_delete(self) -> None:
        self.flow(self._delete())

    async def _delete(self) -> None:
        if await records.delete(self, self._record_id):
            self.dismiss()


def _card(tx: Any, record_id: int, *, by: Actor) -> Card:
    detail = record_detail(tx, record_id, by=by)
    if detail.kind not in ("account", "contact"):
        return Card(detail, (), (), ())
    return Card(
        detail,
        people_of(tx, record_id, by=by) if detail.kind == "account" else (),
        open_cases_of(tx, record_id, by=by),
        open_opportunities_of(tx, record_id, by=by),
    )
