"""Setting a team's service up: queues and who works on them, business hours, SLAs, and customers' contracts."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any, ClassVar

from store.queries.contracts import contracts
from store.queries.queue_facts import ServiceFacts, service_facts
from tui.commands import Command, bindings
from tui.rows.service import CONTRACTS, HOURS, QUEUES, SLAS, SlaLine
from tui.screens.set_up import BACK, DELETE, EDIT, NEW, SetUpScreen, Tab, can_change


def _can_staff(screen: Any) -> bool:
    return screen.tab == "queues" and can_change(screen)


COMMANDS = (
    EDIT,
    NEW,
    Command("W", "members", "Who works", "Who works on this queue, and who is away", footer=3, available=_can_staff),
    Command("v,tab", "next_view", "Next", "Queues, business hours, SLAs, contracts", footer=20),
    DELETE,
    BACK,
)


class ServiceScreen(SetUpScreen):
    """Queues, business hours, SLAs, contracts."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Queues say where cases and leads wait and who works on them. Business hours say when a desk is open; an SLA "
        "promises times that count in them; a contract says who of a customer may open cases, until when and how many."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"facts", "contracts"})
    TABS: ClassVar[Mapping[str, Tab]] = {
        "queues": Tab(
            "Queues",
            QUEUES,
            lambda one: one.queue.queue_id,
            ("No queue yet.", "n makes one: a name is enough, an address lets mail come in."),
        ),
        "hours": Tab(
            "Business hours",
            HOURS,
            lambda row: row.calendar_id,
            ("No business hours yet.", "n adds some: what is promised counts in them."),
        ),
        "slas": Tab(
            "SLAs",
            SLAS,
            lambda one: one.row.sla_id,
            ("Nothing is promised yet.", "n promises something, in working time."),
        ),
        "contracts": Tab(
            "Contracts",
            CONTRACTS,
            lambda one: one.contract_id,
            ("No contract yet.", "n writes one down: whose it is, until when, and for how many cases."),
        ),
    }

    def __init__(self, tab: str = "queues") -> None:
        super().__init__(tab)
        self.facts: ServiceFacts | None = None

    @property
    def ready(self) -> bool:
        return self.facts is not None

    def read(self) -> None:
        self.ask(service_facts, then=self._show_facts, group="facts")
        self.ask(contracts, then=partial(self.show, "contracts"), group="contracts")

    def _show_facts(self, facts: ServiceFacts) -> None:
        self.facts = facts
        names = {row.calendar_id: row.name for row in facts.calendars}
        self.show("queues", facts.queues)
        self.show("hours", facts.calendars)
        self.show("slas", [SlaLine(row, names.get(row.calendar_id, "")) for row in facts.slas])

    def form(self, name: str) -> Coroutine[Any, Any, None]:
        from tui.flows import service

        found: Coroutine[Any, Any, None] = getattr(service, name)(self)
        return found

    def action_members(self) -> None:
        from tui.flows import service

        if self.row is not None:
            self.flow(service.members(self, self.row.queue))
