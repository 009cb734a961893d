"""The screens that are modes, in the order of their keys. Each is imported when it is first shown."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.screen import Screen

#: What is imported on a thread after the first paint, so that no key has to wait for it.
LATER = (
    *(
        f"tui.screens.{name}"
        for name in (
            *("inbox", "records", "record", "read", "calendar", "search", "sync", "outbox", "compose", "review"),
            *("triage", "meeting_card"),
            "queues",
        )
    ),
    *(
        f"tui.flows.{name}"
        for name in ("records", "activities", "links", "files", "writing", "mails", "triage", "follow_ups")
    ),
    "tui.ringing",
    "tui.today_words",
    "assistant.following.day.background",
    "tui.dialogs.help",
    "tui.dialogs.form",
    "tui.undoing",
    "tui.chatting",
)


def _screen(module: str, name: str, *arguments: str) -> Screen[Any]:
    found: Screen[Any] = getattr(importlib.import_module(f"tui.screens.{module}"), name)(*arguments)
    return found


MODE_SCREENS: dict[str, str | Callable[[], Screen[Any]]] = {
    "today": partial(_screen, "today", "TodayScreen"),
    "inbox": partial(_screen, "inbox", "InboxScreen"),
    "accounts": partial(_screen, "records", "RecordsScreen", "account"),
    "contacts": partial(_screen, "records", "RecordsScreen", "contact"),
    "leads": partial(_screen, "records", "RecordsScreen", "lead"),
    "opportunities": partial(_screen, "records", "RecordsScreen", "opportunity"),
    "cases": partial(_screen, "records", "RecordsScreen", "case"),
    "calendar": partial(_screen, "calendar", "CalendarScreen"),
    "search": partial(_screen, "search", "SearchScreen"),
    "sync": partial(_screen, "sync", "SyncScreen"),
    "outbox": partial(_screen, "outbox", "OutboxScreen"),
    "review": partial(_screen, "review", "ReviewScreen"),
    "triage": partial(_screen, "triage", "TriageScreen"),
    "queues": partial(_screen, "queues", "QueuesScreen"),
    "notices": partial(_screen, "notices", "NoticesScreen"),
    "duplicates": partial(_screen, "duplicates", "DuplicatesScreen"),
    "proposals": partial(_screen, "proposals", "ProposalsScreen"),
    "articles": partial(_screen, "articles", "ArticlesScreen"),
    "rules": partial(_screen, "rules", "RulesScreen"),
    "numbers": partial(_screen, "numbers", "NumbersScreen"),
    "board": partial(_screen, "board", "BoardScreen"),
    "chat": partial(_screen, "chat", "ChatScreen"),
}


def import_later() -> None:
    """Import what the first paint did without."""
    for name in LATER:
        importlib.import_module(name)
