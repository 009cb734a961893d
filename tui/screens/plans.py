"""Plans that are staged: what is worked out and not carried out yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from store.scheduling.staging import Staged, plans
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.plans import PLANS
from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

_VIEWS = (("staged", "Staged"), ("all", "All"))
_EMPTY = ("No plan is kept.", "o and O on the schedule board work plans out; s keeps one.")


def _on_plan(screen: Any) -> bool:
    return screen.row is not None and screen.row.status == "staged"


COMMANDS = (
    Command("enter", "open", "Look at", "Show what it does, and carry it out", footer=1, available=_on_plan),
    Command("delete", "drop", "Drop", "Nobody will apply it", footer=2, available=_on_plan),
    Command("v", "next_view", "View", "Those that are staged, or all", footer=3),
    Command("escape", "back", "Back", "Go back", footer=99, palette=False),
)


class PlansScreen(BaseScreen):
    """What-ifs and optimised schedules that somebody kept."""

    HERE = COMMANDS
    HELP_WORDS = "Enter shows a plan, which can be carried out there as long as nothing that it rests on has changed."
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "enter")
    FIRST = frozenset({"plans"})

    def __init__(self) -> None:
        super().__init__()
        self._plans: Sequence[Staged] = ()

    @property
    def title_words(self) -> str:
        return "Plans"

    @property
    def row(self) -> Staged | None:
        return self._list.row if self.is_mounted else None

    @property
    def _list(self) -> LineList[Staged]:
        return self.query_one(LineList)

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Plans", _VIEWS, filtered=False)
        yield LineList(PLANS, key=_key, now=self.now, can_jump=False, empty=_EMPTY)

    def on_mount(self) -> None:
        self._list.focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        everything = self.query_one(FilterBar).view == "all"
        self.ask(plans, then=self._show, group="plans", everything=everything)

    def _show(self, found: Sequence[Staged]) -> None:
        self._plans = found
        self._list.reload()
        self.query_one(FilterBar).count = f"{len(found):,}"

    @on(FilterBar.Changed)
    def _other_view(self) -> None:
        self.refresh_data()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        rows, more = page_of(self._plans, wanted.question, _key)
        self._list.show(wanted.question, rows, more=more)

    # Commands

    @on(LineList.Chosen)
    def action_open(self) -> None:
        from tui.flows import plans as flows

        if _on_plan(self) and self.row is not None:
            flows.show_plan(self, self.row)

    def action_drop(self) -> None:
        from tui.flows import plans as flows

        if self.row is not None:
            self.flow(flows.drop_plan(self, self.row.plan_id, self.row.name))

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_back(self) -> None:
        self.dismiss()


def _key(row: Staged) -> int:
    return row.plan_id
