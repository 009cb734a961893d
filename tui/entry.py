"""The console script: hands the UI to the command line, which shows it when a command asks for it."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.compose import Services


def open_ui(services: Services) -> None:
    """Show the UI until the user leaves. Textual is imported here, so that other commands start without it."""
    gc.disable()  # what is imported now stays; the app turns it on again when it has painted
    from tui.app import open_ui as show

    show(services)


def main() -> None:
    """`regarding`: run the command line with this UI."""
    gc.disable()
    from assistant.cli import main as run

    gc.freeze()
    gc.enable()
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows or an old locale cannot say every character that stands in a mail.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:], open_ui=open_ui))


if __name__ == "__main__":
    main()
