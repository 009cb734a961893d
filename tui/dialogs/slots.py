"""Slots of a service, the best first, each with its reasons; and why resources are not offered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.scheduling.engine.rules import Order, Slot
from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, Dialog


def _can_wait(dialog: Any) -> bool:
    return bool(dialog.can_wait)


COMMANDS = (
    Command("enter", "choose", "Take", "Take the slot under the cursor", footer=1, palette=False),
    Command("question_mark", "why", "Why not?", "Why resources are not offered, and back", footer=2, palette=False),
    Command("e", "order", "Earliest", "By time, or the best first", footer=3, palette=False),
    Command("left_square_bracket", "turn(-1)", "Earlier", "The week before", footer=4, shown_key="[", palette=False),
    Command("right_square_bracket", "turn(1)", "Later", "The week after", footer=5, shown_key="]", palette=False),
    Command("w", "wait", "Wait list", "Wait for a slot that comes free", footer=6, palette=False, available=_can_wait),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What was found in a week, in words: `slots` with their lines, `when` the week, `why` why resources are not
    offered."""

    when: str
    slots: Sequence[tuple[Slot, Content]]
    why: Sequence[Content]


#: What there is so many weeks on, in an order.
Ask = Callable[[int, Order], Awaitable[Offer]]


class SlotsDialog(Dialog[Slot | Literal["wait"]]):
    """The slot that was chosen, or "wait" to be put on the wait list where one `can_wait`."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS[1:])

    def __init__(self, heading: str, ask: Ask, *, can_wait: bool = False) -> None:
        super().__init__(heading)
        self._ask, self.can_wait = ask, can_wait
        self._weeks, self._order, self._tells_why = 0, Order.BEST, False
        self._offer: Offer | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="slots-when", markup=False)
        yield OptionList(compact=True, classes="scrolls")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(".dialog", Widget).add_class("wide")
        self.query_one(OptionList).focus()
        self._look()

    def _look(self) -> None:
        self.run_worker(self._find(), group="slots", exclusive=True, exit_on_error=False)

    async def _find(self) -> None:
        self._offer = await self._ask(self._weeks, self._order)
        self._tells_why = not self._offer.slots
        self._show(self._offer)

    def _show(self, offer: Offer) -> None:
        lines = offer.why if self._tells_why else [words for _, words in offer.slots]
        order = "why not" if self._tells_why else "by time" if self._order is Order.EARLIEST else "the best first"
        self.query_one("#slots-when", Static).update(f"{offer.when}, {order}")
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(words) for words in lines])
        options.highlighted = 0 if lines else None
        waits = ", w waits for one that comes free" if self.can_wait else ""
        self.complain("" if offer.slots else f"There is no slot in this time; ] looks a week further{waits}.")

    def action_why(self) -> None:
        if self._offer is not None and self._offer.slots:
            self._tells_why = not self._tells_why
            self._show(self._offer)

    def action_order(self) -> None:
        self._order = Order.BEST if self._order is Order.EARLIEST else Order.EARLIEST
        self._look()

    def action_turn(self, weeks: int) -> None:
        self._weeks = max(self._weeks + weeks, 0)
        self._look()

    def action_wait(self) -> None:
        if self.can_wait:
            self.dismiss("wait")

    def action_choose(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if self._offer is not None and not self._tells_why:
            self.dismiss(self._offer.slots[event.option_index][0])
