"""What the UI remembers between runs: the theme, in one small file of the user's configuration folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_config_path

from tui.themes import DARK, LIGHT


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = DARK


def preferences_path() -> Path:
    return user_config_path("regarding", appauthor=False) / "ui.json"


def load(path: Path) -> Preferences:
    """What was remembered; the defaults where nothing readable is there."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    theme = found.get("theme") if isinstance(found, dict) else None
    return Preferences(theme=theme) if theme in (DARK, LIGHT) else Preferences()


def save(path: Path, preferences: Preferences) -> None:
    """Remember it; a folder that cannot be written only means it is forgotten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(preferences)), encoding="utf-8")
    except OSError:
        return
