"""Plans that are staged: what is worked out and not carried out yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from store.scheduling.staging import Staged, plans
from tui.commands import Command, bindings
from tui.rows.plans import PLANS
from tui.screens.kept_list import KeptListScreen
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


class PlansScreen(KeptListScreen[Staged]):
    """What-ifs and optimised schedules that somebody kept."""

    HERE = COMMANDS
    HELP_WORDS = "Enter shows a plan, which can be carried out there as long as nothing that it rests on has changed."
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "enter")
    FIRST = frozenset({"plans"})

    def __init__(self) -> None:
        super().__init__(_key)

    @property
    def title_words(self) -> str:
        return "Plans"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Plans", _VIEWS, filtered=False)
        yield LineList(PLANS, key=_key, now=self.now, can_jump=False, empty=_EMPTY)

    def refresh_data(self) -> None:
        self.ask(plans, then=self.show, group="plans", everything=self.shows_all)

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


def _key(row: Staged) -> int:
    return row.plan_id
