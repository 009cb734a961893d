"""What is made of a mail, with the same keys wherever mail is shown: a case, a lead, somebody's work, later."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from tui.commands import Command
from tui.screens.regarding_actions import RegardingActions


def has_mails(screen: Any) -> bool:
    return bool(screen.mails_decided_on())


TRIAGE = (
    Command("e", "new_case", "New case", "Make a case of it, filled in from the mail", footer=11, available=has_mails),
    Command("J", "join", "To a case", "Add it to a case that there is", footer=12, available=has_mails),
    Command("g", "give", "Give to", "Give it to a queue or to a person", footer=13, available=has_mails),
    Command("d", "defer", "Later", "Put it off until later", footer=14, available=has_mails),
    Command(
        "Q", "quick_answer", "Quick answer", "Answer with a template, its fields filled", footer=15, available=has_mails
    ),
    Command("U", "urgency", "Priority", "Set how urgent its case is", footer=16, available=has_mails),
    Command(
        "plus",
        "make",
        "New …",
        "Make a lead, contact or opportunity of it, filled in from the mail",
        footer=17,
        available=has_mails,
    ),
)


class TriageKeys(RegardingActions):
    """A screen with mail at hand that can be turned into work."""

    def mails_decided_on(self) -> tuple[int, ...]:
        """The mails that the next decision is about."""
        return self.decided_on()

    def leaves(self, *, queue_id: int | None, user_id: int | None) -> bool:
        """Whether mails that are given to this queue, or person, leave the list."""
        return False

    def action_new_case(self) -> None:
        self._triage("new_case")

    def action_join(self) -> None:
        self._triage("join")

    def action_give(self) -> None:
        self._triage("give")

    def action_defer(self) -> None:
        self._triage("defer")

    def action_quick_answer(self) -> None:
        self._triage("quick_answer")

    def action_urgency(self) -> None:
        self._triage("urgency")

    def action_make(self) -> None:
        self._triage("make")

    def _triage(self, name: str) -> None:
        from tui.flows import triage

        steps: Coroutine[Any, Any, None] = getattr(triage, name)(self)
        self.flow(steps)
