"""A plan before it is carried out: what it does to each booking, what is taken of it, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.scheduling.plans.proposals import PlanKind, Proposal, Stand, Step
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.plans import STEPS, StepRow, facts, summary
from tui.screens.base import BaseScreen
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet

_EMPTY = ("No booking changes.", "A carries out what was asked, Esc leaves everything as it is.")


def _on_step(screen: Any) -> bool:
    row = screen.row
    return row is not None and not row.step.asked


def _can_toggle(screen: Any) -> bool:
    return _on_step(screen) and screen.row.step.to is not None


def _on_booking(screen: Any) -> bool:
    return screen.row is not None and bool(screen.row.step.number)


def _can_apply(screen: Any) -> bool:
    return bool(screen.taken.done or screen.taken.change)


def _is_new(screen: Any) -> bool:
    return screen.plan_id is None and bool(screen.taken.steps or screen.taken.change)


def _is_staged(screen: Any) -> bool:
    return screen.plan_id is not None


COMMANDS = (
    Command("A", "apply", "Apply", "Carry out what is taken, all at once", footer=1, available=_can_apply),
    Command("space", "take", "Take/leave", "Take this step, or leave it out", footer=2, available=_can_toggle),
    Command("enter", "otherwise", "Other slot", "Choose another slot for it", footer=3, available=_on_step),
    Command("o", "open", "Open", "Open the booking", footer=4, available=_on_booking),
    Command("s", "stage", "Keep", "Keep it as a plan, to be applied later", footer=5, available=_is_new),
    Command("delete", "drop", "Drop", "Nobody will apply this plan", footer=6, available=_is_staged),
    Command("escape", "back", "Leave", "Change nothing", footer=99, palette=False),
)


class PlanScreen(BaseScreen):
    """`plan_id` is the key of a plan that is staged; None for one that was just worked out."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Each line is a booking that changes, or somebody who waits and would be booked. Space leaves a step out, "
        "Enter looks for another slot for it. Nothing is written before A: then all of it is, as one step for undo, "
        "unless something has changed meanwhile."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "enter")

    def __init__(self, proposal: Proposal, plan_id: int | None = None) -> None:
        super().__init__()
        self.proposal, self.plan_id = proposal, plan_id
        self._left_out: set[str] = set()

    @property
    def title_words(self) -> str:
        return "Plan"

    @property
    def taken(self) -> Proposal:
        """What is proposed without what was left out."""
        return self.proposal.without(self._left_out)

    @property
    def row(self) -> StepRow | None:
        return self._list.row if self.is_mounted else None

    @property
    def _list(self) -> LineList[StepRow]:
        return self.query_one(LineList)

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="plan-head")
        with Container(id="plan-body"):
            yield LineList(STEPS, key=_key, now=self.now, can_jump=False, empty=_EMPTY)
            with VerticalScroll(classes="review-pane", can_focus=False):
                yield Sheet(classes="proposal")

    def on_mount(self) -> None:
        self._list.focus()
        self.show()

    def show(self) -> None:
        """Show the plan as it is now."""
        self.query_one("#plan-head", Static).update(Content("\n").join(summary(self.proposal, self.taken)))
        self._list.reload()
        self.refresh_bindings()

    def replace_step(self, uid: str, stand: Stand) -> None:
        """Let a booking go elsewhere than was proposed."""
        steps = (replace(each, to=stand) if each.uid == uid else each for each in self.proposal.steps)
        self.proposal = replace(self.proposal, steps=tuple(steps))
        self._left_out.discard(uid)
        self.show()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        rows = [StepRow(each, self._is_taken(each)) for each in self.proposal.steps]
        found, more = page_of(rows, wanted.question, _key)
        self._list.show(wanted.question, found, more=more)
        self._show_facts()

    def _is_taken(self, step: Step) -> bool:
        return step.to is not None and step.uid not in self._left_out

    @on(LineList.Highlighted)
    def _show_facts(self) -> None:
        row = self.row
        self.query_one(Sheet).show([] if row is None else facts(row, self.now()))

    # Commands

    def action_take(self) -> None:
        if self.row is not None:
            self._left_out ^= {self.row.uid}
            self.show()

    @on(LineList.Chosen)
    def action_otherwise(self) -> None:
        if _on_step(self):
            self._do("otherwise")

    def action_apply(self) -> None:
        self._do("carry_out")

    def action_stage(self) -> None:
        self._do("keep")

    def action_drop(self) -> None:
        self._do("drop_shown")

    def action_open(self) -> None:
        self._do("open_booking")

    def _do(self, name: str) -> None:
        from tui.flows import plans

        self.flow(getattr(plans, name)(self))

    def action_back(self) -> None:
        if self.plan_id is None and self.proposal.kind is PlanKind.OPTIMISE and self.taken.done:
            self._do("leave")  # it took its time
        else:
            self.dismiss()


def _key(row: StepRow) -> str:
    return row.uid
