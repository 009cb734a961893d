"""A progress bar on standard error: drawn on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.commands.base import Context, Progress

_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 5.0


@contextmanager
def progress_bar(context: Context, title: str) -> Iterator[Progress]:
    """A function to call with the share done (0 to 1) and what is being done."""
    bar = _Bar(context, title)
    try:
        yield bar.show
    finally:
        bar.clear()


class _Bar:
    def __init__(self, context: Context, title: str) -> None:
        self._context = context
        self._title = title
        self._drawn_at = 0.0
        self._terminal = context.err.isatty()

    def show(self, share: float, label: str) -> None:
        now = time.monotonic()
        if now - self._drawn_at < (_REDRAW_SECONDS if self._terminal else _LINE_SECONDS):
            return
        self._drawn_at = now
        share = min(max(share, 0.0), 1.0)
        safe = "".join(c if c.isprintable() else "·" for c in label)
        if not self._terminal:
            self._context.say(f"{self._title} {share:4.0%}  {safe}")
            return
        width = shutil.get_terminal_size().columns
        filled = round(share * 30)
        line = f"{self._title} {'━' * filled}{'╌' * (30 - filled)} {share:4.0%}  {safe}"
        self._context.err.write(f"\r\x1b[2K{line[: width - 1]}")
        self._context.err.flush()

    def clear(self) -> None:
        if self._terminal:
            self._context.err.write("\r\x1b[2K")
            self._context.err.flush()
