"""Setting a team's service up: queues and who works on them, business hours, SLAs, and customers' contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from store.queries.contracts import contracts
from store.queries.queue_facts import ServiceFacts, service_facts
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.service import CONTRACTS, HOURS, QUEUES, SLAS, SlaLine
from tui.screens.base import BaseScreen, shares_work
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

TABS = (("queues", "Queues"), ("hours", "Business hours"), ("slas", "SLAs"), ("contracts", "Contracts"))
_LISTS: dict[str, tuple[Any, Any, tuple[str, str]]] = {
    "queues": (
        QUEUES,
        lambda one: one.queue.queue_id,
        ("No queue yet.", "n makes one: a name is enough, an address lets mail come in."),
    ),
    "hours": (
        HOURS,
        lambda row: row.calendar_id,
        ("No business hours yet.", "n adds some: what is promised counts in them."),
    ),
    "slas": (SLAS, lambda one: one.row.sla_id, ("Nothing is promised yet.", "n promises something, in working time.")),
    "contracts": (
        CONTRACTS,
        lambda one: one.contract_id,
        ("No contract yet.", "n writes one down: whose it is, until when, and for how many cases."),
    ),
}


def _can_change(screen: Any) -> bool:
    return screen.row is not None and shares_work(screen)


def _can_staff(screen: Any) -> bool:
    return screen.tab == "queues" and _can_change(screen)


COMMANDS = (
    Command("enter,e", "edit", "Edit", "Change what is under the cursor", footer=1, available=_can_change),
    Command("n", "new", "New", "Add one", footer=2, available=shares_work),
    Command("W", "members", "Who works", "Who works on this queue, and who is away", footer=3, available=_can_staff),
    Command("v,tab", "next_view", "Next", "Queues, business hours, SLAs, contracts", footer=20),
    Command("delete", "delete", "Delete", "Delete what is under the cursor", footer=40, available=_can_change),
    Command("escape", "back", "Back", "Go back", footer=99, palette=False),
)


class ServiceScreen(BaseScreen):
    """`tab` is the list that is shown."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Queues say where cases and leads wait and who works on them. Business hours say when a desk is open; an SLA "
        "promises times that count in them; a contract says who of a customer may open cases, until when and how many."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"facts", "contracts"})

    def __init__(self, tab: str = "queues") -> None:
        super().__init__()
        self.tab = tab
        self.facts: ServiceFacts | None = None
        self._rows: dict[str, Sequence[Any]] = {}

    @property
    def title_words(self) -> str:
        return "Set up"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Set up", TABS, filtered=False, view=self.tab)
        with ContentSwitcher(initial=self.tab, id="service-lists"):
            for name, (columns, key, empty) in _LISTS.items():
                yield LineList(columns, key=key, now=self.now, can_jump=False, id=name, empty=empty)

    @property
    def list(self) -> LineList[Any]:
        return self.query_one(f"#{self.tab}", LineList)

    @property
    def row(self) -> Any:
        """What is under the cursor."""
        return self.list.row if self.is_mounted else None

    def on_mount(self) -> None:
        self.list.focus()
        self._read()

    def refresh_data(self) -> None:
        self._read()

    def _read(self) -> None:
        self.ask(service_facts, then=self._show_facts, group="facts")
        self.ask(contracts, then=partial(self._show, "contracts"), group="contracts")

    def _show_facts(self, facts: ServiceFacts) -> None:
        self.facts = facts
        names = {row.calendar_id: row.name for row in facts.calendars}
        self._show("queues", facts.queues)
        self._show("hours", facts.calendars)
        self._show("slas", [SlaLine(row, names.get(row.calendar_id, "")) for row in facts.slas])

    def _show(self, name: str, rows: Sequence[Any]) -> None:
        self._rows[name] = rows
        self.query_one(f"#{name}", LineList).reload()
        self._count()

    def _count(self) -> None:
        self.query_one(FilterBar).count = f"{len(self._rows.get(self.tab, ())):,}"

    @on(LineList.Wanted)
    def _want(self, wanted: LineList.Wanted) -> None:
        name = wanted.list.id or ""
        rows, more = page_of(self._rows.get(name, ()), wanted.question, _LISTS[name][1])
        wanted.list.show(wanted.question, rows, more=more)

    @on(FilterBar.Changed)
    def _other_tab(self, changed: FilterBar.Changed) -> None:
        self.tab = changed.view
        self.query_one(ContentSwitcher).current = self.tab
        self.list.focus()
        self._count()
        self.refresh_bindings()

    # Commands

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    @on(LineList.Chosen)
    def action_edit(self) -> None:
        if shares_work(self):
            self._do("edit")

    def action_new(self) -> None:
        self._do("new")

    def action_delete(self) -> None:
        self._do("delete")

    def _do(self, name: str) -> None:
        from tui.flows import service

        if self.facts is not None and (name == "new" or self.row is not None):
            self.flow(getattr(service, name)(self))

    def action_members(self) -> None:
        from tui.flows import service

        if self.row is not None:
            self.flow(service.members(self, self.row.queue))

    def action_back(self) -> None:
        self.dismiss()
