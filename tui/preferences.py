"""What the UI remembers between runs: theme and habits, in one small file of the user's configuration folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_config_path

from tui.themes import DARK, LIGHT

READ_AFTER = 3.0  # seconds
_LONGEST = 600.0


@dataclass(frozen=True, slots=True)
class Preferences:
    """`read_after` is for how many seconds a mail is previewed before it counts as read; 0 for never.
    `desktop`: what rings is shown on the desktop, too."""

    theme: str = DARK
    read_after: float = READ_AFTER
    desktop: bool = True


def preferences_path() -> Path:
    return user_config_path("regarding", appauthor=False) / "ui.json"


def load(path: Path) -> Preferences:
    """What was remembered; the defaults where nothing readable is there."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    theme, seconds = found.get("theme"), found.get("read_after")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST:
        seconds = READ_AFTER
    return Preferences(theme if theme in (DARK, LIGHT) else DARK, float(seconds), found.get("desktop") is not False)


def save(path: Path, preferences: Preferences) -> None:
    """Remember it; a folder that cannot be written only means it is forgotten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(preferences)), encoding="utf-8")
    except OSError:
        return
