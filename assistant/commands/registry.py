"""Every command, in the order in which help lists them. A command's module is imported when it is asked for.

Importing all of them takes half a second (Exchange, calendars, files), which the user interface would wait for.
"""

from __future__ import annotations

from importlib import import_module

from assistant.commands.base import Command

#: Command -> its module and the name it has there.
_PLACES: dict[str, tuple[str, str]] = {
    "demo": ("demo", "COMMAND"),
    "connect": ("connect", "COMMAND"),
    "mailbox": ("mailbox", "COMMAND"),
    "import": ("import_", "COMMAND"),
    "export": ("export", "COMMAND"),
    "sync": ("sync", "COMMAND"),
    "status": ("status", "COMMAND"),
    "doctor": ("doctor", "COMMAND"),
    "ui": ("ui", "COMMAND"),
    "ask": ("ask", "COMMAND"),
    "chat": ("chat", "COMMAND"),
    "today": ("today", "COMMAND"),
    "follow-up": ("follow_up", "COMMAND"),
    "search": ("reading", "SEARCH"),
    "show": ("reading", "SHOW"),
    "timeline": ("reading", "TIMELINE"),
    "account": ("records", "ACCOUNT"),
    "contact": ("records", "CONTACT"),
    "lead": ("lead", "COMMAND"),
    "opportunity": ("records", "OPPORTUNITY"),
    "case": ("case", "COMMAND"),
    "sla": ("sla", "COMMAND"),
    "calendar": ("calendar", "COMMAND"),
    "link": ("link", "COMMAND"),
    "triage": ("triage", "COMMAND"),
    "queue": ("queue", "COMMAND"),
    "contract": ("contract", "COMMAND"),
    "site": ("site", "COMMAND"),
    "resource": ("resource", "COMMAND"),
    "service": ("service", "COMMAND"),
    "schedule": ("schedule", "COMMAND"),
    "booking": ("records", "BOOKING"),
    "notices": ("notices", "COMMAND"),
    "numbers": ("numbers", "COMMAND"),
    "duplicates": ("duplicates", "COMMAND"),
    "proposals": ("proposals", "COMMAND"),
    "undo": ("undo", "COMMAND"),
    "template": ("template", "COMMAND"),
    "article": ("article", "COMMAND"),
    "outbox": ("outbox", "COMMAND"),
    "conflicts": ("conflicts", "COMMAND"),
    "history": ("history", "COMMAND"),
    "quarantine": ("quarantine", "COMMAND"),
    "backup": ("backup", "COMMAND"),
    "rebuild": ("rebuild", "COMMAND"),
}

DEFAULT = "ui"
NAMES = tuple(_PLACES)


def command(name: str) -> Command:
    """The command of this name. Raises KeyError."""
    module, attribute = _PLACES[name]
    found: Command = getattr(import_module(f"assistant.commands.{module}"), attribute)
    return found


def every_command() -> tuple[Command, ...]:
    """All of them, for help and documentation."""
    return tuple(map(command, NAMES))
