"""What can be done with the case at hand, on its own screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.content import Content

from store.cases.lifecycle import is_closed
from store.queries.refs import RecordRef
from tui.commands import Command
from tui.dialogs.choose import ChooseDialog
from tui.screens.base import BaseScreen
from tui.widgets.record_card import Card


def _on_case(screen: Any) -> bool:
    return screen.case_at_hand is not None


def _on_open_case(screen: Any) -> bool:
    return screen.case_at_hand is not None and not screen.case_is_closed


ON_CASE = (
    Command("full_stop", "case", "Case …", "Resolve, take, open again, merge, cancel", footer=3, available=_on_case),
    Command("G", "give_case", "Give to", "Give the case to a person or a queue", footer=4, available=_on_open_case),
    Command("P", "priority", "Priority", "Set the priority of the case", footer=5, available=_on_open_case),
)

_Act = Callable[[BaseScreen, RecordRef], Awaitable[object]]


class CaseActions(BaseScreen):
    """A screen that shows a record, which may be a case."""

    card: Card | None = None

    @property
    def case_at_hand(self) -> RecordRef | None:
        """The case that is shown, unless it was deleted."""
        detail = None if self.card is None else self.card.detail
        return None if detail is None or detail.kind != "case" or detail.deleted_at else detail.ref

    @property
    def case_is_closed(self) -> bool:
        """It is resolved or cancelled."""
        return self.card is not None and is_closed(str(self.card.detail.fields.get("status", "")))

    def action_case(self) -> None:
        if self.case_at_hand is not None:
            self.flow(self._ask(self.case_at_hand))

    def action_give_case(self) -> None:
        from tui.flows import cases

        if self.case_at_hand is not None:
            self.flow(cases.give(self, [self.case_at_hand]))

    def action_priority(self) -> None:
        from tui.flows import cases

        if self.case_at_hand is not None:
            self.flow(cases.priority(self, [self.case_at_hand]))

    async def _ask(self, case: RecordRef) -> None:
        acts = _closed_acts() if self.case_is_closed else _open_acts()
        place = await self.app.push_screen_wait(ChooseDialog(case.number, [Content(said) for said, _ in acts]))
        if place is not None:
            await acts[place][1](self, case)


def _open_acts() -> list[tuple[str, _Act]]:
    from tui.flows import cases

    return [
        ("Resolve", lambda screen, case: cases.resolve(screen, [case])),
        ("Take it", lambda screen, case: cases.take(screen, [case])),
        ("Status: in progress, on hold, waiting", lambda screen, case: cases.status(screen, [case])),
        ("Merge into another case", _merge),
        ("Cancel the case", cases.cancel),
    ]


def _closed_acts() -> list[tuple[str, _Act]]:
    from tui.flows import cases

    return [("Open again", cases.reopen), ("Merge into another case", _merge)]


async def _merge(screen: BaseScreen, case: RecordRef) -> None:
    from tui.flows import cases

    into = await cases.merge(screen, case)
    if into is not None:
        screen.dismiss()
        screen.regarding.open_record(into)
