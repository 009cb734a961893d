"""Where the schedule board leads: telling customers, what-ifs, plans, the wait list, setting up, the calendar."""

from __future__ import annotations

from typing import Any

from store.actor import RESTRICTED
from tui.commands import Command
from tui.screens.board_moves import MovesBookings, not_lifted


def _can_plan(screen: Any) -> bool:
    return not_lifted(screen) and screen.services.actor.role != RESTRICTED


def _on_line(screen: Any) -> bool:
    return _can_plan(screen) and screen.grid.thing is not None


LEADS = (
    Command("I", "tell", "Tell", "Tell customers what holds of their bookings", footer=19, available=not_lifted),
    Command("o", "what_if", "What if", "What breaks when it is away, and its repair", footer=4, available=_on_line),
    Command("O", "optimise", "Optimise", "Place who waits, and what may move", footer=5, available=_can_plan),
    Command("W", "waiting", "Wait list", "Who waits for a slot", footer=6, available=not_lifted),
    Command("P", "plans", "Plans", "What was worked out and is not carried out yet", footer=19, available=_can_plan),
    Command("S", "set_up", "Set up", "Resources, services, groups, sites, travel", footer=20, available=not_lifted),
    Command("B,escape", "calendar", "Calendar", "Meetings and tasks", footer=30, available=not_lifted),
)


class LeadsOn(MovesBookings):
    """A schedule board that other screens and dialogs are opened from."""

    def action_tell(self) -> None:
        from tui.flows import telling

        self.flow(telling.tell(self))

    def action_set_up(self) -> None:
        from tui.screens.workshop import WorkshopScreen

        self.app.push_screen(WorkshopScreen())

    def action_what_if(self) -> None:
        from tui.flows import whatif

        if self.grid.thing is not None:
            self.flow(whatif.ask(self, self.grid.thing, self.grid.moment))

    def action_optimise(self) -> None:
        from tui.flows import optimising

        self.flow(optimising.ask(self))

    def action_waiting(self) -> None:
        from tui.screens.waiting import WaitListScreen

        self.app.push_screen(WaitListScreen())

    def action_plans(self) -> None:
        from tui.screens.plans import PlansScreen

        self.app.push_screen(PlansScreen())

    def action_calendar(self) -> None:
        self.regarding.action_show_mode("calendar")
