"""Every command, in the order in which help lists them."""

from __future__ import annotations

from assistant.commands import (
    backup,
    connect,
    demo,
    export,
    import_,
    link,
    quarantine,
    reading,
    status,
    sync,
    ui,
    undo,
)
from assistant.commands.base import Command
from assistant.commands.records import record_command

COMMANDS: tuple[Command, ...] = (
    demo.COMMAND,
    connect.COMMAND,
    import_.COMMAND,
    export.COMMAND,
    sync.COMMAND,
    status.COMMAND,
    ui.COMMAND,
    reading.SEARCH,
    reading.SHOW,
    reading.TIMELINE,
    *(record_command(kind) for kind in ("account", "contact", "lead", "opportunity", "case")),
    link.COMMAND,
    undo.COMMAND,
    quarantine.COMMAND,
    backup.COMMAND,
)

DEFAULT = ui.COMMAND
