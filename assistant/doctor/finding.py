"""What a check found: good, worth knowing, or in the way; one sentence, and the exact next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A problem keeps mail from coming in or going out; a warning may become one."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at; `steps` are what a person or an administrator does next, '' for good ones."""

    check: str
    level: Level
    sentence: str
    steps: tuple[str, ...] = ()


def ok(check: str, sentence: str) -> Finding:
    return Finding(check, Level.OK, sentence)


def warning(check: str, sentence: str, *steps: str) -> Finding:
    return Finding(check, Level.WARNING, sentence, steps)


def problem(check: str, sentence: str, *steps: str) -> Finding:
    return Finding(check, Level.PROBLEM, sentence, steps)


def has_problem(findings: Sequence[Finding]) -> bool:
    return any(each.level is Level.PROBLEM for each in findings)
