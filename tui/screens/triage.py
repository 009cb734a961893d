"""Mail that waits for a decision: the list, the mail, and its customer at a glance; one key for each decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from assistant.triage.suggesting import Act, suggested
from store.queries.triage_list import Fit, TriageRow
from tui.commands import Command, bindings
from tui.screens.mail_actions import MAIL, SELECTING
from tui.screens.reading_actions import READING
from tui.screens.triage_keys import TRIAGE
from tui.screens.triage_pages import VIEWS
from tui.screens.triage_reading import ReadsAhead
from tui.widgets.filter_bar import FilterBar
from tui.widgets.glance_pane import GlanceLine, GlancePane
from tui.widgets.line_list import LineList

#: Where decisions stand in the footer, and how far behind them everything else that is done with mail.
_FIRST = {"agree": 2, "link": 3, "new_case": 4, "not_relevant": 5, "give": 6, "defer": 7, "quick_answer": 8, "join": 9}
_LATER = 60


def _on_row(screen: Any) -> bool:
    return screen.rows.row is not None


def _has_suggestion(screen: Any) -> bool:
    return bool(screen.selected) or (screen.rows.row is not None and act_for(screen.rows.row) is not Act.NOTHING)


def act_for(row: TriageRow) -> Act:
    """What is suggested for a mail."""
    return suggested(row).act


COMMANDS = (
    Command(
        "enter", "open", "Read", "Read the mail under the cursor on the whole screen", footer=40, available=_on_row
    ),
    Command("Y", "agree", "Accept", "Do what is suggested", footer=2, available=_has_suggestion),
    Command("S", "never", "Never sender", "Nothing from this sender waits here any more", footer=18, available=_on_row),
    Command("v", "next_view", "View", "All, yours, nobody's, put off, and each queue", footer=19),
    Command("f", "filter", "Filter", "Show only mail with these words", footer=20),
    Command("o", "open_record", "Record", "Open the record that is suggested", footer=30, available=_on_row),
)
_OWN = {command.action for command in COMMANDS}


class TriageScreen(ReadsAhead):
    """What is undecided, the longest waiting first."""

    HERE = (*COMMANDS, *TRIAGE, *SELECTING, *(one for one in READING if one.action not in _OWN), *MAIL)
    HELP_WORDS = (
        "Mail that nobody has decided on yet; what waits longest comes first. Y does what is suggested, l links it to "
        "another record, e makes a case of it, X says that it is regarding nothing, d puts it off. The next mail is "
        "there at once. Space selects several; Ctrl+Z takes back each decision."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Triage", VIEWS)
        with Container(id="triage-body"):
            yield self.rows
            yield GlanceLine("", classes="triage-line")
            yield self._mail
            yield GlancePane(classes="triage-glance")
        yield Static("", id="triage-said", markup=False)

    def commands_here(self) -> tuple[Command, ...]:
        """Here one decides; what else is done with mail stands further back in the footer."""
        offered = super().commands_here()
        later = [replace(one, footer=one.footer + _LATER) if one in MAIL and one.footer else one for one in offered]
        return tuple(replace(one, footer=_FIRST[one.action]) if one.action in _FIRST else one for one in later)

    # Commands

    def action_agree(self) -> None:
        if self._moves is None:
            self._triage("accept")
        else:
            self._move(self._moves)

    def action_visit(self) -> None:
        if self._moves is None:
            super().action_visit()
        else:
            self._move(self._moves)

    @property
    def _moves(self) -> Fit | None:
        """The booking for which the mail at hand may want another time."""
        row = self.rows.row
        return None if row is None or self.selected else row.booking

    def _move(self, booking: Fit) -> None:
        from tui.flows import triage

        if self.activity_id is not None:
            self.flow(triage.about_booking(self, self.activity_id, booking.record.record_id))

    def action_never(self) -> None:
        self._triage("never")

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    def action_open_record(self) -> None:
        row = self.rows.row
        fit = None if row is None else row.booking or (row.work if act_for(row) is Act.WORK else row.party or row.work)
        if fit is not None:
            self.regarding.open_record(fit.record.record_id)
