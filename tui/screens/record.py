"""One customer, deal or case: its facts and everything that happened with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.actor import Actor
from store.cases.reading import case_sla
from store.leads.lifecycle import OPEN
from store.presence import record_places
from store.queries.contracts import coverage
from store.queries.history import automatic_acts
from store.queries.leads import LeadStanding, lead_standing, leads_that_became
from store.queries.paging import Page
from store.queries.record_detail import people_of, record_detail
from store.queries.records import open_cases_of, open_opportunities_of
from store.queries.refs import RecordRef
from store.queries.scheduling.told import told_notices
from store.queries.timeline import TimelineRow, timeline
from tui.at_hand import AtHand
from tui.cells import beside, line
from tui.commands import Command, bindings
from tui.glyphs import KIND_WORDS, record_glyph, words
from tui.people_words import people_words
from tui.rows.timeline import COLUMNS
from tui.screens.attending import Attending
from tui.screens.case_actions import ON_CASE, CaseActions
from tui.screens.lead_actions import ON_LEAD, LeadActions, LeadAtHand
from tui.screens.mail_actions import MAIL, SELECTING, MailActions, no_selection
from tui.screens.reading_actions import READING
from tui.screens.record_actions import ON_RECORD, RecordActions
from tui.service_words import pressing_words
from tui.when import ago
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane
from tui.widgets.record_card import Card, RecordCard
from tui.widgets.select_list import SelectList

KINDS = (
    ("", "All"),
    ("email", "Mail"),
    ("appointment", "Meetings"),
    ("phone_call", "Calls"),
    ("task", "Tasks"),
    ("note", "Notes"),
)


def _on_row(screen: Any) -> bool:
    return screen.timeline.row is not None


COMMANDS = (
    Command("escape,backspace", "back", "Back", "Go back to where you came from", footer=1, available=no_selection),
    Command("enter", "read", "Read", "Read what is under the cursor", footer=2, available=_on_row),
    Command("v", "next_kind", "Kind", "All, mail, meetings, calls, tasks, notes", footer=14),
    Command("d", "details", "Details", "Go between the facts and the timeline", footer=15),
)

_HEAD_PADDING = 4  # cells of the first line that are its margin and the glyph
_PATIENCE = 5.0  # seconds between two looks at the clocks, which say minutes


class RecordScreen(Attending, RecordActions, LeadActions, CaseActions, MailActions):
    """Shows a record by its id."""

    HERE = (*COMMANDS, *ON_LEAD, *ON_CASE, *ON_RECORD, *MAIL, *SELECTING, *READING)
    HELP_WORDS = (
        "Everything about one record. The timeline shows its own mail, meetings, calls, tasks and notes "
        "and those of the contacts, opportunities and cases that belong to it, newest first."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"card", "page"})

    def __init__(self, record_id: int) -> None:
        super().__init__()
        self.record_id = record_id
        self._threads: tuple[str, ...] = ()  # the places of a case: where its mails are read and answered

    @property
    def title_words(self) -> str:
        return "Record"

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="record-head")
        with Horizontal(id="record-body"):
            yield RecordCard()
            with Vertical(id="record-timeline"):
                yield FilterBar("Timeline", KINDS, filtered=False)
                yield SelectList(
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
    def timeline(self) -> SelectList[TimelineRow]:
        return self.query_one(SelectList)

    @property
    def list_of_mail(self) -> SelectList[TimelineRow]:
        return self.timeline

    @property
    def mail_id(self) -> int | None:
        row = self.timeline.row
        return row.activity_id if row is not None and row.kind == "email" else None

    @property
    def at_hand(self) -> AtHand:
        return AtHand(record_id=self.record_id)

    @property
    def record_at_hand(self) -> RecordRef | None:
        return None if self.card is None else self.card.detail.ref

    @property
    def lead_at_hand(self) -> LeadAtHand | None:
        if self.card is None or self.card.lead is None or self.card.detail.deleted_at:
            return None
        return LeadAtHand(self.card.detail.ref, self.card.lead.status)

    @property
    def task_at_hand(self) -> TimelineRow | None:
        row = self.timeline.row
        return row if row is not None and row.kind == "task" else None

    def show_selection(self, count: int) -> None:
        self.query_one(FilterBar).count = f"{count} selected" if count else ""

    @property
    def activity_id(self) -> int | None:
        row = self.timeline.row
        return None if row is None else row.activity_id

    @property
    def pane(self) -> ReadPane | None:
        return self.query_one(ReadPane)

    def on_mount(self) -> None:
        self.timeline.focus()
        self._read_card()
        self.timeline.restart()
        self.set_interval(_PATIENCE, self._tick)

    def _tick(self) -> None:
        """The time that is left goes on."""
        if self.card is not None and self.card.sla is not None and self.is_current:
            self._show_card(self.card)

    def refresh_data(self) -> None:
        self._read_card()
        self.timeline.reload()

    def on_resize(self, event: events.Resize) -> None:
        self._show_head()

    def _read_card(self) -> None:
        self.ask(_card, self.record_id, self.now(), then=self._show_card, group="card")

    def _show_card(self, card: Card) -> None:
        if card is not self.card:
            self._look_who_is_at(card)
        self.card = card
        self._show_head()
        self.query_one(RecordCard).show(card, self.now())
        self.refresh_bindings()

    def _show_head(self) -> None:
        if self.card is not None:
            people = people_words(one for place in self._threads for one in self.people.get(place, ()))
            lines = [self._head(self.card), people] if people.plain else [self._head(self.card)]
            self.query_one("#record-head", Static).update(Content("\n").join(lines))

    # Who else is here

    def _look_who_is_at(self, card: Card) -> None:
        """At a case one does not want to work twice; other records are looked at by everybody all the time."""
        if card.detail.kind == "case":
            self.ask(record_places, self.record_id, then=self._attend, group="places")

    def _attend(self, places: tuple[str, ...]) -> None:
        """Whoever looks at a case is at its newest mail."""
        self._threads = places
        self.attend(places[0] if places else "")

    def places_in_view(self) -> Collection[str]:
        return self._threads

    def show_people(self) -> None:
        self._show_head()

    def _head(self, card: Card) -> Content:
        detail = card.detail
        status = str(detail.fields.get("stage") or detail.fields.get("status") or "")
        facts = [detail.number, words(status), KIND_WORDS[detail.kind], line(detail.owner)]
        if detail.last_activity_at and detail.last_activity_at <= self.now():
            facts.append(f"active {ago(detail.last_activity_at, self.now())}")
        left, tone = pressing_words(card.sla, self.now())
        pressing = Content.assemble(
            ("   deleted" if detail.deleted_at else "", "b $error"), (f"   {left}" if left else "", tone)
        )
        room = self.size.width - _HEAD_PADDING - pressing.cell_length
        title, told = beside(line(detail.title), [fact for fact in facts if fact], room)
        return Content.assemble(
            (f"{record_glyph(detail.kind)} ", "$accent"), (title, "b $foreground"), pressing, (told, "$quiet")
        )

    # Timeline

    @on(FilterBar.Changed)
    def _other_kind(self) -> None:
        self.timeline.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        kind = self.query_one(FilterBar).view or None
        show = partial(self._show_page, wanted)
        self.ask(timeline, self.record_id, then=show, group="page", kind=kind, **wanted.question.keyset())

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


def _card(tx: Any, record_id: int, now: datetime, *, by: Actor) -> Card:
    return replace(_facts(tx, record_id, now, by), acts=automatic_acts(tx, record_id, by=by))


def _facts(tx: Any, record_id: int, now: datetime, by: Actor) -> Card:
    detail = record_detail(tx, record_id, by=by)
    if detail.kind == "lead":
        return Card(detail, (), (), (), lead=_standing(tx, record_id, by))
    if detail.kind == "opportunity":
        return Card(detail, (), (), (), leads=leads_that_became(tx, record_id, by=by))
    if detail.kind == "case" and detail.deleted_at is None:
        sla = case_sla(tx, record_id, by=by, now=now)
        return Card(detail, (), (), (), sla=sla, coverage=sla.coverage)
    if detail.kind == "booking":
        return Card(detail, (), (), (), told=tuple(told_notices(tx, [record_id]).get(record_id, ())))
    if detail.kind not in ("account", "contact"):
        return Card(detail, (), (), ())
    return Card(
        detail,
        people_of(tx, record_id, by=by) if detail.kind == "account" else (),
        open_cases_of(tx, record_id, by=by),
        open_opportunities_of(tx, record_id, by=by),
        leads=leads_that_became(tx, record_id, by=by),
        coverage=coverage(tx, record_id, by=by, now=now),
    )


def _standing(tx: Any, record_id: int, by: Actor) -> LeadStanding:
    """Where a lead stands; what changed since it was scored counts at once."""
    standing = lead_standing(tx, record_id, by=by)
    if standing.score is not None or standing.status not in OPEN:
        return standing
    from assistant.leads.scoring import score_of  # reads rules, which no other record needs

    return replace(standing, score=score_of(tx, record_id, by=by))
