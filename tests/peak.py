"""The most memory a process held, for the process itself to say."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """The peak of this process in bytes. Linux's ru_maxrss begins at the parent's peak, its VmHWM does not."""
    if _STATUS.exists():
        return _told("VmHWM")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def mapped_bytes() -> int:
    """What of its files this process has in memory now: libraries, and of a SQLite store what it maps."""
    return _told("RssFile") if _STATUS.exists() else 0


def _told(name: str) -> int:
    line = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
