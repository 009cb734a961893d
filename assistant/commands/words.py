"""How times and sizes are written for people, and how text from mails is made harmless on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mail_sync.mime.plain import visible

__all__ = ["ago", "one_line", "size", "table", "until", "visible"]


def ago(then: datetime | None, now: datetime) -> str:
    """ "5 min ago"; "never" for None."""
    if then is None:
        return "never"
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return "just now"


def until(then: datetime, now: datetime) -> str:
    """ "in 5 min"; "now" for what is over."""
    seconds = int((then - now).total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= length:
            return f"in {seconds // length} {unit}"
    return "now"


def size(count: int) -> str:
    """Bytes in decimal units: "1.2 MB"."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def one_line(text: str, width: int) -> str:
    """Text from outside, harmless, on one line of at most `width` characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows in aligned columns; the last column is as long as it is."""
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
