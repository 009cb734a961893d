"""What is wrong with a world: every problem is one sentence with its file and line, and the rest goes on."""

from __future__ import annotations

from dataclasses import dataclass, field


class WorldRefused(Exception):
    """There is no world to read; its text is the one sentence a user reads."""


@dataclass(slots=True)
class Problems:
    """Collects the sentences, in the order in which they were found."""

    sentences: list[str] = field(default_factory=list)

    def say(self, file: str, sentence: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        self.sentences.append(f"{place}: {sentence}")
