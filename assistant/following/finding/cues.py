"""The words by which the engine of follow-ups knows what a mail is about; they stand in cues.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def cue(name: str) -> re.Pattern[str]:
    """The pattern of one list of words; it finds them as whole words, in any case."""
    return re.compile(rf"\b(?:{'|'.join(_words()[name])})\b", re.IGNORECASE)


@cache
def _words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(files(__package__).joinpath("cues.toml").read_text("utf-8"))
    return found
