"""Triage rules: in their order, written in a form or as TOML, switched, moved, and tried on past mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from assistant.triage.playing import Play
from assistant.triage.stored import KeptRule, all_rules
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.rules import COLUMNS, RuleRow, facts
from tui.screens.base import BaseScreen, shares_work
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet

_VIEWS = (("", "All"), ("mail", "Mail"), ("lead", "New leads"), ("score", "Scores"))

_EMPTY = ("No rule yet.", "n writes one; until then people decide about all mail.")


def _can_change(screen: Any) -> bool:
    return screen.rules.row is not None and shares_work(screen)


COMMANDS = (
    Command("enter,e", "edit", "Change", "Change the rule under the cursor in a form", footer=1, available=_can_change),
    Command("w", "write", "As text", "Change it as TOML", footer=2, available=_can_change),
    Command("n", "new", "New", "Write a rule", footer=3, available=shares_work),
    Command("s", "switch", "On/off", "Switch the rule on or off", footer=4, available=_can_change),
    Command("y", "try", "Try", "Show what the rules would have made of the mail of the last 30 days", footer=5),
    Command("u", "move(-1)", "Up", "Let the rule decide before the one above it", footer=6, available=_can_change),
    Command("d", "move(1)", "Down", "Let the rule decide after the one below it", footer=7, available=_can_change),
    Command("f", "filter", "Find", "Show those that have these words", footer=20),
    Command("v", "next_view", "View", "All, for mail, for new leads, scores", footer=21),
    Command("delete", "delete", "Delete", "Delete the rule under the cursor", footer=40, available=_can_change),
)


class RulesScreen(BaseScreen):
    """All rules in their order, and what the one under the cursor says and would have done."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Of the rules for mail, and of those for new leads, the first that fits decides; all scores that fit are added "
        "up. A rule acts on what comes from the moment it is switched on; y shows what it would have made of past mail."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self._kept: Sequence[KeptRule] | None = None
        self._played: Play | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Rules", _VIEWS, placeholder="f to find")
        with Container(id="review-body"):
            yield LineList(COLUMNS, key=_key, now=self.now, empty=_EMPTY)
            with VerticalScroll(classes="review-pane"):
                yield Sheet(classes="proposal")

    @property
    def rules(self) -> LineList[RuleRow]:
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.rules.focus()
        self.rules.restart()

    def refresh_data(self) -> None:
        self._kept = None
        self.rules.reload()

    def show_play(self, played: Play) -> None:
        """Show what the rules would have made of these mails."""
        self._played = played
        self.rules.reload()

    @on(FilterBar.Changed)
    def _other_rows(self, changed: FilterBar.Changed) -> None:
        if changed.text:
            self.rules.say_when_empty("No rule has these words.", "Esc in the field shows all again.")
        else:
            self.rules.say_when_empty(*_EMPTY)
        self.rules.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.rules.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        if self._kept is None:
            self.ask(all_rules, then=lambda kept: self._show_page(wanted, kept), group="page")
        else:
            self._show_page(wanted, self._kept)

    def _show_page(self, wanted: LineList.Wanted, kept: Sequence[KeptRule]) -> None:
        bar, self._kept = self.query_one(FilterBar), kept
        found = [self._row(one) for one in kept if _fits(one, bar.view, bar.text)]
        rows, more = page_of(found, wanted.question, _key)
        self.rules.show(wanted.question, rows, more=more)
        self.rules.expect(len(found))
        bar.count = self._count(len(found))

    def _row(self, kept: KeptRule) -> RuleRow:
        if self._played is None or kept.stored.state.kind != "mail":
            return RuleRow(kept)
        names = [mail.decision.rule.name for mail in self._played.mails if mail.decision.rule is not None]
        return RuleRow(kept, names.count(kept.stored.name))

    def _count(self, shown: int) -> str:
        if self._played is None:
            return f"{shown:,} rules"
        left = sum(mail.decision.rule is None for mail in self._played.mails)
        return f"no rule for {left:,} of {len(self._played.mails):,} mails"

    @on(LineList.Highlighted)
    def _show_rule(self, message: LineList.Highlighted) -> None:
        row: RuleRow | None = message.row
        self.query_one(Sheet).show([] if row is None else facts(row, self._played, self.now()))

    # Commands

    @on(LineList.Chosen)
    def action_edit(self) -> None:
        if shares_work(self):
            self._flow("edit")

    def action_write(self) -> None:
        self._flow("write")

    def action_new(self) -> None:
        self._begin("create")

    def action_switch(self) -> None:
        self._flow("switch")

    def action_delete(self) -> None:
        self._flow("delete")

    def action_move(self, steps: int) -> None:
        self._flow("move", steps)

    def action_try(self) -> None:
        self._begin("try_on_past_mail")

    def _flow(self, name: str, *more: Any) -> None:
        if self.rules.row is not None:
            self._begin(name, self.rules.row.kept, *more)

    def _begin(self, name: str, *arguments: Any) -> None:
        from tui.flows import rules as flows

        self.flow(getattr(flows, name)(self, *arguments))

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()


def _key(row: RuleRow) -> str:
    return row.uid


def _fits(kept: KeptRule, view: str, text: str) -> bool:
    state = kept.stored.state
    return view in ("", state.kind) and text.casefold() in f"{state.name} {state.written}".casefold()
