"""The screens that are modes, in the order of their digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.screen import Screen

from tui.screens.inbox import InboxScreen

MODE_SCREENS: dict[str, str | Callable[[], Screen[Any]]] = {
    "inbox": InboxScreen,
}
