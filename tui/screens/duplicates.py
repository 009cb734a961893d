"""Records that seem to be the same: the pairs above, the one under the cursor side by side below; merged, or kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.queries.duplicates import (
    DuplicateDetail,
    DuplicateRow,
    count_duplicates,
    duplicate_detail,
    open_duplicates,
)
from store.queries.paging import Count, Page
from tui.commands import Command, bindings
from tui.glyphs import PLURAL
from tui.regarding_words import how_sure, name_of
from tui.rows.duplicates import FIELDS, LEFT, PAIRS, RIGHT, FieldLine, field_lines, picked, reasons
from tui.screens.review_tabs import TABS, ReviewTab
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

_KINDS = ("", "account", "contact", "lead")


def _on_pair(screen: Any) -> bool:
    return screen.pairs.row is not None


def _has_detail(screen: Any) -> bool:
    return screen.shown is not None


COMMANDS = (
    Command(
        "m",
        "merge",
        "Merge",
        "Make one record of the two; everything of the other follows",
        footer=1,
        available=_has_detail,
    ),
    Command(
        "x", "refuse", "Not the same", "Keep both, and never propose this pair again", footer=2, available=_on_pair
    ),
    Command(
        "left", "keep_left", "Keep older", "Keep the record, or the value, at the left", footer=3, available=_has_detail
    ),
    Command(
        "right",
        "keep_right",
        "Keep newer",
        "Keep the record, or the value, at the right",
        footer=4,
        available=_has_detail,
    ),
    Command(
        "tab",
        "other",
        "Fields",
        "Go between the pairs and the fields of one",
        footer=5,
        palette=False,
        available=_has_detail,
    ),
    Command("enter,o", "open_record", "Open", "Open the record that is kept", footer=6, available=_has_detail),
    Command("O", "open_other", "Open other", "Open the record that would go", footer=7, available=_has_detail),
    Command("t", "next_kind", "Kind", "All, accounts, contacts, leads", footer=20),
    Command("v", "next_view", "View", "To link, to refine, duplicates, new details", footer=21),
)


class DuplicatesScreen(ReviewTab):
    """`winner` is the side that is kept, `chosen` the sides picked for single fields of the pair shown."""

    MODE = "duplicates"
    HERE = COMMANDS
    HELP_WORDS = (
        "Contacts, companies and leads that seem to be there twice, the likeliest first, with the reasons. The dot "
        "marks what is kept: ← and → choose the record, and after Tab the value of a single field. Addresses and "
        "domains of both are kept. Merging moves mail, links, cases and deals along; Ctrl+Z takes all of it back."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self.shown: DuplicateDetail | None = None
        self.winner = LEFT
        self.chosen: dict[str, str] = {}
        self._kind = ""

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Review", TABS, filtered=False, view="duplicates")
        yield LineList(
            PAIRS,
            key=lambda row: row.duplicate_id,
            now=self.now,
            can_jump=False,
            id="pairs",
            empty=("Nobody is here twice.", "Records that look alike would wait here to be merged or kept apart."),
        )
        yield Static("", id="pair-head")
        yield LineList(
            FIELDS, key=lambda one: one.pair.name, now=self.now, can_jump=False, id="pair-fields", empty=("",)
        )

    @property
    def pairs(self) -> LineList[DuplicateRow]:
        return self.query_one("#pairs", LineList)

    @property
    def fields(self) -> LineList[FieldLine]:
        return self.query_one("#pair-fields", LineList)

    def on_mount(self) -> None:
        self._show_pair(None)
        self.pairs.focus()
        self.pairs.restart()

    def refresh_data(self) -> None:
        self.pairs.reload()

    def show_view(self, view: str) -> None:
        self.pairs.restart()

    @on(LineList.Wanted, "#pairs")
    def _page(self, wanted: LineList.Wanted) -> None:
        show = partial(self._show_page, wanted)
        self.ask(open_duplicates, then=show, group="page", kind=self._kind or None, **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[DuplicateRow]) -> None:
        self.pairs.show(wanted.question, page.rows, more=page.more)
        rows = self.pairs.pages.window.rows
        self.pairs.styles.height = len(rows) + 1 if rows else "1fr"
        self.pairs.styles.max_height = "45%" if rows else "100%"
        if wanted.question.direction == "first":
            self.ask(count_duplicates, then=self._show_count, group="count")

    def _show_count(self, count: Count) -> None:
        kind = f"{PLURAL[self._kind].lower()} only, " if self._kind else ""
        self.query_one(FilterBar).count = f"{kind}{count} pair{'s' if count.value != 1 else ''}" if count.value else ""

    @on(LineList.Highlighted, "#pairs")
    def _pair_changed(self, message: LineList.Highlighted) -> None:
        if message.row is None:
            self._show_pair(None)
        elif self.shown is None or message.row != self.shown.row:
            self.ask(duplicate_detail, message.row.uid, then=self._show_pair, group="pair")

    def _show_pair(self, detail: DuplicateDetail | None) -> None:
        if detail is None or self.shown is None or detail.row.uid != self.shown.row.uid:
            self.winner, self.chosen = LEFT, {}
        self.shown = detail
        for widget in (self.query_one("#pair-head"), self.fields):
            widget.display = detail is not None
        if detail is not None:
            self.query_one("#pair-head", Static).update(self._head(detail))
            self.fields.reload()
        self.refresh_bindings()

    def _head(self, detail: DuplicateDetail) -> Content:
        speaking, against = reasons(detail.row.evidence, quoted=True)
        kept, gone = (detail.row.left, detail.row.right)[:: 1 if self.winner == LEFT else -1]
        return Content.assemble(
            ("Keep ", "$quiet"),
            name_of(kept, "b $success"),
            (" and merge ", "$quiet"),
            name_of(gone, ""),
            (" into it", "$quiet"),
            (f"\n{how_sure(detail.row.score)}: ", "$quiet"),
            ", ".join(speaking),
            (f"\nbut {', '.join(against)}" if against else "", "$warning"),
        )

    @on(LineList.Wanted, "#pair-fields")
    def _want_fields(self, wanted: LineList.Wanted) -> None:
        lines = () if self.shown is None else field_lines(self.shown, self.winner, self.chosen)
        self.fields.show(wanted.question, lines, more=False)

    # Commands

    def action_other(self) -> None:
        (self.pairs if self.fields.has_focus else self.fields).focus()

    def action_keep_left(self) -> None:
        self._keep(LEFT)

    def action_keep_right(self) -> None:
        self._keep(RIGHT)

    def _keep(self, side: str) -> None:
        if self.shown is None:
            return
        one = self.fields.row if self.fields.has_focus else None
        if one is None:
            self.winner = side
        elif one.kept:
            self.chosen.update(picked(one.pair.name, side))
        self.query_one("#pair-head", Static).update(self._head(self.shown))
        self.fields.reload()

    def action_merge(self) -> None:
        from tui.flows import duplicates

        if self.shown is not None:
            self.flow(duplicates.merge(self, self.shown, self.winner, self.chosen))

    def action_refuse(self) -> None:
        from tui.flows import duplicates

        if self.pairs.row is not None:
            self.flow(duplicates.refuse(self, self.pairs.row))

    def action_next_kind(self) -> None:
        self._kind = _KINDS[(_KINDS.index(self._kind) + 1) % len(_KINDS)]
        self.pairs.restart()

    @on(LineList.Chosen)
    def action_open_record(self) -> None:
        self._open(self.winner)

    def action_open_other(self) -> None:
        self._open(RIGHT if self.winner == LEFT else LEFT)

    def _open(self, side: str) -> None:
        if self.shown is not None:
            row = self.shown.row
            self.regarding.open_record((row.left if side == LEFT else row.right).record_id)
