"""Fields that were changed in Outlook and here at once, and choosing between the sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.queries.conflicts import ConflictRow
from store.queries.paging import Page
from store.sync.conflicts import MINE, THEIRS
from tui.commands import Command, bindings
from tui.conflict_words import facts_of
from tui.flows import history
from tui.flows.common import announce
from tui.rows.conflicts import COLUMNS, ConflictLine, conflict_lines, conflicts_of, settle
from tui.screens.base import BaseScreen
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet, lay_out

GOES_ON = "Only these fields wait. Everything else goes on being synced meanwhile, in both directions."
_HEAD = 2  # lines above the first field


def _on_row(screen: Any) -> bool:
    return screen.row is not None


def _several(screen: Any) -> bool:
    return len(screen.fields) > 1


COMMANDS = (
    Command("escape,backspace,c", "back", "Back", "Go back to where you came from", footer=1),
    Command("t", "theirs", "Outlook's", "Take what Outlook says for this field", footer=2, available=_on_row),
    Command("m", "mine", "Ours", "Keep what is said here, and write it to Outlook", footer=3, available=_on_row),
    Command(
        "T",
        "all_theirs",
        "All Outlook's",
        "Take Outlook's side in all fields of the item",
        footer=4,
        available=_several,
    ),
    Command("M", "all_mine", "All ours", "Keep our side in all fields of the item", footer=5, available=_several),
    Command("enter,o", "open", "Open", "Open the contact or the appointment", footer=10, available=_on_row),
    Command("h", "history", "History", "Everything that happened to this item", footer=11, available=_on_row),
)


class ConflictsScreen(BaseScreen):
    """The fields in conflict above; below, all those of the item under the cursor with their three values."""

    HERE = COMMANDS
    HELP_WORDS = (
        "A field stands here when it was changed in Outlook and here to different values before either heard of the "
        "other. Choose a side for each; until then both keep theirs. Words that changed are marked. Ctrl+Z asks again."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self.fields: Sequence[ConflictLine] = ()

    @property
    def title_words(self) -> str:
        return "Conflicts"

    def compose_body(self) -> Iterable[Widget]:
        yield Static(Content.assemble(("Conflicts  ", "b $primary"), (GOES_ON, "$quiet")), id="goes-on")
        yield LineList(
            COLUMNS,
            key=lambda one: one.row.conflict_id,
            now=self.now,
            can_jump=False,
            empty=(
                "Nothing is in conflict.",
                "What is changed in Outlook and here at once would wait here for a choice.",
            ),
        )
        with VerticalScroll(id="sides", can_focus=True):
            yield Sheet()

    @property
    def list_of_conflicts(self) -> LineList[ConflictLine]:
        return self.query_one(LineList)

    @property
    def row(self) -> ConflictRow | None:
        one = self.list_of_conflicts.row if self.is_mounted else None
        return None if one is None else one.row

    def on_mount(self) -> None:
        self.list_of_conflicts.focus()
        self.list_of_conflicts.restart()

    def refresh_data(self) -> None:
        self.list_of_conflicts.reload()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        self.ask(conflict_lines, then=partial(self._show_page, wanted), group="page", **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[ConflictLine]) -> None:
        self.list_of_conflicts.show(wanted.question, page.rows, more=page.more)
        rows = self.list_of_conflicts.pages.window.rows
        self.list_of_conflicts.styles.height = len(rows) + 1 if rows else "1fr"

    @on(LineList.Highlighted)
    def _row_changed(self) -> None:
        row = self.row
        if row is None:
            self._show_fields(())
        else:
            self.ask(conflicts_of, row.item_id, then=self._show_fields, group="fields")

    def _show_fields(self, fields: Sequence[ConflictLine]) -> None:
        self.fields = fields
        chosen = 0 if self.row is None else self.row.conflict_id
        self.query_one("#sides").display = bool(fields)
        sides = self.query_one("#sides", VerticalScroll)
        self.query_one(Sheet).show(facts_of(fields, chosen, self.now()))
        before = facts_of([one for one in fields if one.row.conflict_id < chosen], 0, self.now())
        # What belongs to the item alone stays above the first field.
        line = len(lay_out(before, sides.scrollable_content_region.width)) + 1 if len(before) > _HEAD else 0
        self.call_after_refresh(sides.scroll_to, y=line, animate=False)
        self.refresh_bindings()

    # Commands

    def action_back(self) -> None:
        self.dismiss()

    def action_theirs(self) -> None:
        self._choose(THEIRS)

    def action_mine(self) -> None:
        self._choose(MINE)

    def action_all_theirs(self) -> None:
        self._choose(THEIRS, every=True)

    def action_all_mine(self) -> None:
        self._choose(MINE, every=True)

    def _choose(self, choice: str, *, every: bool = False) -> None:
        if self.row is not None:
            uids = [one.row.uid for one in self.fields] if every else [self.row.uid]
            self.flow(self._settle(uids, choice))

    async def _settle(self, uids: Sequence[str], choice: str) -> None:
        await self.perform(settle, uids, choice)
        await announce(self)

    @on(LineList.Chosen)
    def action_open(self) -> None:
        row = self.row
        if row is not None and row.record_id is not None:
            self.regarding.open_record(row.record_id)
        elif row is not None and row.activity_id is not None:
            self.regarding.open_activity(row.activity_id)

    def action_history(self) -> None:
        if self.row is not None:
            self.flow(history.of_item(self, self.row.item_id))
