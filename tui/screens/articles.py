"""Solutions and canned answers: found by any of their words, written, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from store.actor import Actor
from store.articles.reading import ArticleRow, articles
from store.articles.searching import Shelf
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.articles import COLUMNS, facts
from tui.screens.base import BaseScreen, shares_work
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet

_VIEWS = (("", "All"), ("solution", "Solutions"), ("answer", "Canned answers"))
_EMPTY = ("No article yet.", "n writes one; W on a resolved case keeps its solution.")


def _can_change(screen: Any) -> bool:
    return screen.articles.row is not None and shares_work(screen)


def _with_case(screen: Any) -> bool:
    return screen.articles.row is not None and screen.articles.row.case is not None


COMMANDS = (
    Command("enter,e", "edit", "Change", "Change the article under the cursor", footer=1, available=_can_change),
    Command("n", "new", "New", "Write a solution or a canned answer", footer=2, available=shares_work),
    Command("f", "filter", "Find", "Show those that have these words, the best first", footer=3),
    Command("v", "next_view", "View", "All, solutions, canned answers", footer=20),
    Command("Q,escape", "queues", "Queues", "What waits in each queue", footer=30),
    Command("o", "open_case", "Case", "Open the case that it solved", footer=21, available=_with_case),
    Command("delete", "delete", "Delete", "Delete the article under the cursor", footer=40, available=_can_change),
)


class ArticlesScreen(BaseScreen):
    """All articles, and the text of the one under the cursor."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Solutions and canned answers. While you write a mail, F5 finds them and puts one in with its fields filled; "
        "on a resolved case W keeps its resolution as a solution. Mistyped words are found too."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self._shelf: Shelf[ArticleRow] | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Articles", _VIEWS, placeholder="f to find")
        with Container(id="review-body"):
            yield LineList(COLUMNS, key=_key, now=self.now, empty=_EMPTY)
            with VerticalScroll(classes="review-pane"):
                yield Sheet(classes="proposal")

    @property
    def articles(self) -> LineList[ArticleRow]:
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.articles.focus()
        self.articles.restart()

    def refresh_data(self) -> None:
        self._shelf = None
        self.articles.reload()

    @on(FilterBar.Changed)
    def _other_rows(self, changed: FilterBar.Changed) -> None:
        if changed.text:
            self.articles.say_when_empty("No article has these words.", "Esc in the field shows all again.")
        else:
            self.articles.say_when_empty(*_EMPTY)
        self.articles.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.articles.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        if self._shelf is None:
            self.ask(_shelf, then=lambda shelf: self._show_page(wanted, shelf), group="page")
        else:
            self._show_page(wanted, self._shelf)

    def _show_page(self, wanted: LineList.Wanted, shelf: Shelf[ArticleRow]) -> None:
        bar, self._shelf = self.query_one(FilterBar), shelf
        found = [one for one in shelf.find(bar.text) if bar.view in ("", one.kind)]
        rows, more = page_of(found, wanted.question, _key)
        self.articles.show(wanted.question, rows, more=more)
        self.articles.expect(len(found))
        bar.count = f"{len(found):,} {'found' if bar.text else 'by title'}"

    @on(LineList.Highlighted)
    def _show_text(self, message: LineList.Highlighted) -> None:
        row: ArticleRow | None = message.row
        self.query_one(Sheet).show([] if row is None else facts(row, self.now()))

    # Commands

    @on(LineList.Chosen)
    def action_edit(self) -> None:
        if self.articles.row is not None and shares_work(self):
            self._flow("edit", self.articles.row)

    def action_new(self) -> None:
        self._flow("create")

    def action_delete(self) -> None:
        if self.articles.row is not None:
            self._flow("delete", self.articles.row)

    def _flow(self, name: str, *arguments: ArticleRow) -> None:
        from tui.flows import articles as flows

        self.flow(getattr(flows, name)(self, *arguments))

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_queues(self) -> None:
        self.regarding.action_show_mode("queues")

    def action_open_case(self) -> None:
        row = self.articles.row
        if row is not None and row.case is not None:
            self.regarding.open_record(row.case.record_id)


def _key(row: ArticleRow) -> str:
    return row.uid


def _shelf(tx: Any, *, by: Actor) -> Shelf[ArticleRow]:
    return Shelf(articles(tx, by=by))
