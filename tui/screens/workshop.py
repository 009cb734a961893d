"""Setting scheduling up: resources, services, groups, sites, and the ways between areas."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, ClassVar

from assistant.scheduling.setup.keeping import WholeSetup, whole_setup
from tui.commands import Command, bindings
from tui.rows.workshop import GROUPS, RESOURCES, SERVICES, SITES, TRAVEL, Line, Lines, lines_of
from tui.screens.set_up import BACK, DELETE, EDIT, NEW, SetUpScreen, Tab

COMMANDS = (
    EDIT,
    NEW,
    Command("v,tab", "next_view", "Next", "Resources, services, groups, sites, travel", footer=20),
    DELETE,
    BACK,
)


def _key(one: Line) -> Any:
    return one.key


class WorkshopScreen(SetUpScreen):
    """Who and what can be booked, and for what."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Resources are people, equipment and rooms, at a site, with skills, work hours and time off. A service says "
        "how long it takes and whom it needs, a line for each, as 1 of Technicians; with welding 3. Travel is counted "
        "in minutes between areas."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"things"})
    TABS: ClassVar[Mapping[str, Tab]] = {
        "resources": Tab("Resources", RESOURCES, _key, ("No resource yet.", "n adds one, once there is a site.")),
        "services": Tab(
            "Services", SERVICES, _key, ("No service yet.", "n adds one: how long it takes, whom it needs.")
        ),
        "groups": Tab("Groups", GROUPS, _key, ("No group yet.", "n puts resources under one name.")),
        "sites": Tab("Sites", SITES, _key, ("No site yet.", "n adds one; all else belongs to it.")),
        "travel": Tab("Travel", TRAVEL, _key, ("No way is known yet.", "n adds one, in minutes between two areas.")),
    }

    def __init__(self, tab: str = "resources") -> None:
        super().__init__(tab)
        self.lines: Lines | None = None

    @property
    def ready(self) -> bool:
        return self.lines is not None

    def read(self) -> None:
        self.ask(whole_setup, then=self._show_lines, group="things", now=self.now())

    def _show_lines(self, found: WholeSetup) -> None:
        self.lines = lines_of(found.setup, found.troubles)
        for name, rows in self.lines.by_list.items():
            self.show(name, rows)

    def form(self, name: str) -> Coroutine[Any, Any, None]:
        from tui.flows import workshop

        found: Coroutine[Any, Any, None] = getattr(workshop, name)(self)
        return found
