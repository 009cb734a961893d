"""What can be done with the record at hand: notes, calls and tasks on it, its fields, what belongs to it."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from store.queries.timeline import TimelineRow
from tui.cells import line
from tui.commands import Command
from tui.dialogs.choose import ChooseDialog
from tui.flows import activities, history, records
from tui.glyphs import KIND_WORDS, record_glyph
from tui.screens.base import BaseScreen
from tui.widgets.record_card import Card

#: What can be made from a record of a kind, with the field that points back.
_BELOW = {"account": ("contact", "opportunity", "case"), "contact": ("opportunity", "case")}


def _has_below(screen: Any) -> bool:
    return screen.card is not None and screen.card.detail.kind in _BELOW


def _related(screen: Any) -> bool:
    return screen.card is not None and bool(screen.card.related())


def _is_contact(screen: Any) -> bool:
    return screen.card is not None and screen.card.detail.kind == "contact"


def _is_account(screen: Any) -> bool:
    return screen.card is not None and screen.card.detail.kind == "account"


def _is_resolved(screen: Any) -> bool:
    return screen.card is not None and bool(screen.card.detail.fields.get("resolution"))


def _is_booking(screen: Any) -> bool:
    return screen.card is not None and screen.card.detail.kind == "booking"


def _acted_on(screen: Any) -> bool:
    return screen.card is not None and any(not act.undone for act in screen.card.acts)


def _on_task(screen: Any) -> bool:
    return screen.task_at_hand is not None


ON_RECORD = (
    Command("n", "note", "Note", "Write a note on this record", footer=10),
    Command("c", "call", "Call", "Write down a phone call", footer=11),
    Command("t", "task", "Task", "Add a task", footer=12),
    Command("e", "edit", "Edit", "Change the fields of this record", footer=13),
    Command("g", "go_to", "Go to", "Open a person, deal, case or account of it", footer=16, available=_related),
    Command("plus", "below", "New …", "New contact, opportunity or case for it", footer=33, available=_has_below),
    Command("x", "complete", "Done", "Tick off the task under the cursor", footer=0, available=_on_task),
    Command("W", "keep", "Keep solution", "Keep its resolution as a solution", footer=17, available=_is_resolved),
    Command("dollar_sign", "contract", "Contract", "A new contract of it", footer=34, available=_is_account),
    Command("I", "tell", "Tell", "Tell the customer what holds of it", footer=3, available=_is_booking),
    Command("Z", "take_back", "Take back", "Take back what a rule did to it", footer=63, available=_acted_on),
    Command("H", "record_history", "Its history", "What sync did with this contact", footer=62, available=_is_contact),
    Command("delete", "delete", "Delete", "Delete this record", footer=61),
)


class RecordActions(BaseScreen):
    """A screen that shows the record `record_id`; `card` is what was read of it."""

    record_id: int
    card: Card | None = None

    @property
    def task_at_hand(self) -> TimelineRow | None:
        """The task under the cursor."""
        raise NotImplementedError

    @property
    def can_visit(self) -> bool:
        """A service can be booked for whom the record is about."""
        return self.card is not None

    def action_visit(self) -> None:
        from tui.flows import scheduling

        self.flow(scheduling.for_record(self, self.record_id))

    def action_tell(self) -> None:
        from tui.flows import telling

        self.flow(telling.tell(self, self.record_id))

    def action_record_history(self) -> None:
        self.flow(history.of_record(self, self.record_id))

    def action_keep(self) -> None:
        from tui.flows import articles

        self.flow(articles.keep(self, self.record_id))

    def action_take_back(self) -> None:
        from tui.flows import rules

        if self.card is not None:
            self.flow(rules.take_back(self, [act for act in self.card.acts if not act.undone]))

    def action_contract(self) -> None:
        from tui.flows import service

        if self.card is not None:
            self.flow(service.new_contract(self, self.card.detail.ref))

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
        self.flow(records.edit(self, self.record_id))

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
        row = self.task_at_hand
        if row is not None:
            self.flow(activities.complete(self, row.activity_id, done=not row.completed))

    def action_delete(self) -> None:
        self.flow(self._delete())

    async def _delete(self) -> None:
        if await records.delete(self, self.record_id):
            self.dismiss()
