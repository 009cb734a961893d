"""What each feature of a request says for each tool: weights that were learned from phrasings (tests/fitting), read
from `words/<language>.weights.txt`.

The first line names the tools, with "-" for what no tool does, and the letter of each. Every other line is a feature, a
tab, and pairs of a tool's letter and a weight's: '!' is -8.8, and each character after it 0.2 more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, sqrt

from assistant.chat.understanding.values import OUTSIDE

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FIRST, ZERO, STEP = ord("!"), 44, 0.2


@dataclass(frozen=True, slots=True)
class Weights:
    """`tools` by their letters; `rows` as they stand in the file, in order: most of them are never looked at."""

    tools: Mapping[str, str]
    rows: Sequence[str]

    def row(self, feature: str) -> str:
        """The pairs of a feature; '' for one that nothing is known of."""
        key = f"{feature}\t"
        at = bisect_left(self.rows, key)
        return self.rows[at][len(key) :] if at < len(self.rows) and self.rows[at].startswith(key) else ""

    def likely(self, features: Iterable[str]) -> dict[str, float]:
        """How likely each tool is, together 1."""
        known = [row for feature in features if (row := self.row(feature))]
        scores = dict.fromkeys(self.tools, 0)
        for row in known:
            for letter, weight in zip(row[::2], row[1::2], strict=True):
                scores[letter] += ord(weight) - FIRST - ZERO
        scale = STEP / sqrt(len(known) or 1)
        shares = {letter: exp(score * scale) for letter, score in scores.items()}
        total = sum(shares.values())
        return {self.tools[letter]: share / total for letter, share in shares.items()}


def parse(text: str) -> Weights:
    head, *lines = text.split("\n")
    tools = dict(pair.split("=") for pair in head.split())
    named = {letter: OUTSIDE if tool == "-" else tool for letter, tool in tools.items()}
    return Weights(named, [line for line in lines if line])


def printed(tools: Sequence[str], rows: Mapping[str, Mapping[str, float]]) -> str:
    """The text of a file that `parse` reads: weights to a fifth."""
    letters = dict(zip(tools, LETTERS, strict=False))
    head = " ".join(f"{letters[tool]}={tool or '-'}" for tool in tools)
    lines = (
        feature + "\t" + "".join(letters[tool] + _letter(weight) for tool, weight in sorted(row.items()))
        for feature, row in sorted(rows.items())
    )
    return "\n".join((head, *lines)) + "\n"


def _letter(weight: float) -> str:
    return chr(FIRST + ZERO + max(-ZERO, min(ZERO, round(weight / STEP))))


@cache
def weights(language: str = "en") -> Weights:
    return parse(files("assistant.chat.understanding.words").joinpath(f"{language}.weights.txt").read_text("utf-8"))
