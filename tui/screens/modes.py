"""The screens that are modes, in the order of their digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.screen import Screen

from tui.screens.agenda import AgendaScreen
from tui.screens.inbox import InboxScreen
from tui.screens.records import RecordsScreen
from tui.screens.search import SearchScreen
from tui.screens.sync import SyncScreen

MODE_SCREENS: dict[str, str | Callable[[], Screen[Any]]] = {
    "inbox": InboxScreen,
    "accounts": partial(RecordsScreen, "account"),
    "contacts": partial(RecordsScreen, "contact"),
    "leads": partial(RecordsScreen, "lead"),
    "opportunities": partial(RecordsScreen, "opportunity"),
    "cases": partial(RecordsScreen, "case"),
    "agenda": AgendaScreen,
    "search": SearchScreen,
    "sync": SyncScreen,
}
