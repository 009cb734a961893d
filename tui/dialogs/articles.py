"""Finding a solution, a canned answer or a template to answer a mail with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from store.articles.reading import ArticleRow
from store.articles.ready import ReadyText
from store.articles.searching import Shelf
from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, HIGHEST, Dialog
from tui.rows.articles import facts, offered
from tui.widgets.sheet import Fact, Sheet

_OFFERED = 50
_FRAME = 11  # lines of the dialog besides list and text
_LISTED, _READ = 10, 16  # lines, where there is room


@dataclass(frozen=True, slots=True)
class PickedArticle:
    """What to put in; None: keep what was written as a canned answer."""

    article: ReadyText | None


def _on_article(dialog: Any) -> bool:
    return dialog.article is not None


def _can_keep(dialog: Any) -> bool:
    return bool(dialog.can_keep)


COMMANDS = (
    Command("enter", "choose", "Put in", "Put in the one that is lit", footer=1, palette=False, available=_on_article),
    Command("down", "move(1)", "Next", "Move in the list", footer=2, palette=False, available=_on_article),
    Command(
        "ctrl+n",
        "keep",
        "Keep this text",
        "Keep what you wrote as a canned answer",
        footer=3,
        palette=False,
        available=_can_keep,
    ),
)


class ArticleDialog(Dialog[PickedArticle]):
    """A search field over what fits, with the text of what is lit; before anything is typed, what fits the case."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [*bindings(COMMANDS), Binding("up", "move(-1)", show=False)]

    def __init__(
        self,
        shelf: Shelf[ArticleRow] | Shelf[ReadyText],
        *,
        about: str,
        now: datetime,
        heading: str = "Solutions and canned answers",
        can_keep: bool = True,
    ) -> None:
        super().__init__(heading)
        self._shelf, self._about, self._now, self.can_keep = shelf, about, now, can_keep
        self._found: Sequence[ReadyText] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield Input(placeholder="any words, or how they begin", compact=True)
        yield OptionList(compact=True, classes="articles")
        with VerticalScroll(classes="article", can_focus=False):
            yield Sheet()

    def on_mount(self) -> None:
        self.query_one(".dialog").add_class("wide")
        self.query_one(Input).focus()
        self._look("")

    @property
    def article(self) -> ReadyText | None:
        """The one that is lit."""
        place = self.query_one(OptionList).highlighted if self.is_mounted else None
        return None if place is None or place >= len(self._found) else self._found[place]

    def _fit(self, trouble: int) -> None:
        """The list is as high as a screen allows it, and the text has the rest."""
        room = self.size.height * HIGHEST // 100 - _FRAME - trouble
        listed = min(_LISTED, room // 2)
        self.query_one(OptionList).styles.height = listed
        self.query_one(".article").styles.height = max(min(room - listed, _READ), 2)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look(event.value)

    def _look(self, typed: str) -> None:
        found = self._shelf.find(typed) if typed.strip() else self._shelf.about(self._about)
        self._found = found[:_OFFERED]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(offered(one)) for one in self._found])
        options.highlighted = 0 if self._found else None
        if not self._found:
            self.query_one(Sheet).show([Fact(Content.styled(self._nothing(typed), "$quiet"))])
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _lit(self) -> None:
        if self.article is not None:
            self.query_one(Sheet).show(facts(self.article, self._now))
            self.query_one(".article").scroll_home(animate=False)

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def action_choose(self) -> None:
        if self.article is not None:
            self.dismiss(PickedArticle(self.article))

    def action_keep(self) -> None:
        self.dismiss(PickedArticle(None))

    def _nothing(self, typed: str) -> str:
        if typed.strip():
            return "Nothing has these words."
        return f"There is no article yet.{' ^n keeps what you wrote as one.' if self.can_keep else ''}"
