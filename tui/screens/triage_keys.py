"""What is made of a mail, with the same keys wherever mail is shown: a case, a lead, somebody's work, later."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from textual import events, on

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
        "Q", "quick_answer", "Quick answer", "Answer with a ready text, fields filled", footer=15, available=has_mails
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

    _asking = False  # a question is about to be shown

    def mails_decided_on(self) -> tuple[int, ...]:
        """The mails that the next decision is about."""
        return self.decided_on()

    def leaves(self, *, queue_id: int | None, user_id: int | None) -> bool:
        """Whether mails that are given to this queue, or person, leave the list."""
        return False

    def action_new_case(self) -> None:
        self._ask_once("new_case")

    def action_join(self) -> None:
        self._ask_once("join")

    def action_give(self) -> None:
        self._ask_once("give")

    def action_defer(self) -> None:
        self._ask_once("defer")

    def action_quick_answer(self) -> None:
        self._ask_once("quick_answer")

    def action_urgency(self) -> None:
        self._ask_once("urgency")

    def action_make(self) -> None:
        self._ask_once("make")

    def _ask_once(self, name: str) -> None:
        """A key that is pressed again before its question is shown does not ask again about the same mail."""
        if not self._asking:
            self._asking = True
            self.flow(self._asked(name))

    async def _asked(self, name: str) -> None:
        from tui.flows import triage

        try:
            await getattr(triage, name)(self)
        finally:
            self._asking = False

    @on(events.ScreenSuspend)
    def _question_is_shown(self) -> None:
        self._asking = False

    def _triage(self, name: str) -> None:
        from tui.flows import triage

        steps: Coroutine[Any, Any, None] = getattr(triage, name)(self)
        self.flow(steps)
