"""Setting things up that are kept for a team: a list for each sort under tabs, with forms to add, change and delete."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tui.columns import Column
from tui.commands import Command
from tui.pages import page_of
from tui.screens.base import BaseScreen, shares_work
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList


@dataclass(frozen=True, slots=True)
class Tab:
    """One list: its name and columns, the key of a row, and what stands there while it is empty."""

    label: str
    columns: tuple[Column[Any], ...]
    key: Callable[[Any], Hashable]
    empty: tuple[str, str]


def can_change(screen: Any) -> bool:
    """Whether something is under the cursor that the reader may change."""
    return screen.row is not None and shares_work(screen)


EDIT = Command("enter,e", "edit", "Edit", "Change what is under the cursor", footer=1, available=can_change)
NEW = Command("n", "new", "New", "Add one", footer=2, available=shares_work)
DELETE = Command("delete", "delete", "Delete", "Delete what is under the cursor", footer=40, available=can_change)
BACK = Command("escape", "back", "Back", "Go back", footer=99, palette=False)


class SetUpScreen(BaseScreen):
    """`tab` is the list that is shown. A screen names its `TABS`, asks in `read` for what they show, hands it to
    `show`, and says in `ready` whether forms can be opened yet."""

    TABS: ClassVar[Mapping[str, Tab]]

    def __init__(self, tab: str) -> None:
        super().__init__()
        self.tab = tab
        self._rows: dict[str, Sequence[Any]] = {}

    @property
    def title_words(self) -> str:
        return "Set up"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Set up", [(name, tab.label) for name, tab in self.TABS.items()], filtered=False, view=self.tab)
        with ContentSwitcher(initial=self.tab, id="set-up-lists"):
            for name, tab in self.TABS.items():
                yield LineList(tab.columns, key=tab.key, now=self.now, can_jump=False, id=name, empty=tab.empty)

    @property
    def list(self) -> LineList[Any]:
        return self.query_one(f"#{self.tab}", LineList)

    @property
    def row(self) -> Any:
        """What is under the cursor."""
        return self.list.row if self.is_mounted else None

    @property
    def ready(self) -> bool:
        """Whether what forms need is known."""
        raise NotImplementedError

    def read(self) -> None:
        """Ask for what the lists show."""
        raise NotImplementedError

    def form(self, name: str) -> Coroutine[Any, Any, None]:
        """What happens on "new", "edit" and "delete"."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.list.focus()
        self.read()

    def refresh_data(self) -> None:
        self.read()

    def show(self, name: str, rows: Sequence[Any]) -> None:
        """These are the rows of a list now."""
        self._rows[name] = rows
        self.query_one(f"#{name}", LineList).reload()
        self._count()

    def _count(self) -> None:
        self.query_one(FilterBar).count = f"{len(self._rows.get(self.tab, ())):,}"

    @on(LineList.Wanted)
    def _want(self, wanted: LineList.Wanted) -> None:
        name = wanted.list.id or ""
        rows, more = page_of(self._rows.get(name, ()), wanted.question, self.TABS[name].key)
        wanted.list.show(wanted.question, rows, more=more)

    @on(FilterBar.Changed)
    def _other_tab(self, changed: FilterBar.Changed) -> None:
        self.tab = changed.view
        self.query_one(ContentSwitcher).current = self.tab
        self.list.focus()
        self._count()
        self.refresh_bindings()

    # Commands

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    @on(LineList.Chosen)
    def action_edit(self) -> None:
        if shares_work(self):
            self._do("edit")

    def action_new(self) -> None:
        self._do("new")

    def action_delete(self) -> None:
        self._do("delete")

    def _do(self, name: str) -> None:
        if self.ready and (name == "new" or self.row is not None):
            self.flow(self.form(name))

    def action_back(self) -> None:
        self.dismiss()
