"""Utterances of ../shared/data/chat with the tools that are right for them (tests/requests/utterances.toml).

Each set is cut in two by a hash of the text: words and weights may be worked on with one half ("tuned"), figures are
those of the other ("unread").
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parents[3] / "shared" / "data" / "chat"
_MAPPING = Path(__file__).parents[1] / "requests" / "utterances.toml"
_OUTSIDE = "outside"
_ENTITY = re.compile(r"\{@?(\w+)\s*=\s*([^{}]*)\}")
_UNFILLED = re.compile(r"[{}()\[\]|]")
_LISTED = re.compile(r"\s*-\s*(.+)")
_SKILL = re.compile(r"(calendar|email|itsm|todo)", re.IGNORECASE)

Half = Literal["tuned", "unread"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """`tools` are right, any of them; none: it is out of scope. `entities` are the parts that its set names."""

    source: str
    intent: str
    text: str
    tools: tuple[str, ...]
    entities: tuple[tuple[str, str], ...] = ()


def utterances(half: Half) -> Iterator[Utterance]:
    """All that are mapped, each text once for each set."""
    mapping = tomllib.loads(_MAPPING.read_text("utf-8"))
    seen: set[tuple[str, str]] = set()
    for source, intent, text in (*_hwu64(), *_clinc150(), *_lu()):
        entities = tuple((name, value.strip()) for name, value in _ENTITY.findall(text))
        said = _ENTITY.sub(lambda match: match[2].strip(), text).strip()
        right = mapping[source].get(intent)
        if right is None or (source, said) in seen or not said or _UNFILLED.search(said) or half_of(said) != half:
            continue
        seen.add((source, said))
        yield Utterance(source, intent, said, () if right == [_OUTSIDE] else tuple(right), entities)


def half_of(text: str) -> Half:
    return "tuned" if sha256(text.encode()).digest()[0] % 2 == 0 else "unread"


def _hwu64() -> Iterator[tuple[str, str, str]]:
    for text, intent in json.loads((DATA / "hwu64" / "train.json").read_text("utf-8")):
        yield "hwu64", intent, text


def _clinc150() -> Iterator[tuple[str, str, str]]:
    for text, intent in json.loads((DATA / "clinc150_train_in_domain.json").read_text("utf-8")):
        yield "clinc150", intent, text


def _lu() -> Iterator[tuple[str, str, str]]:
    """Lines of an intent; what stands under definitions ("@ ml contact") are not utterances."""
    for file in sorted((DATA / "lu").glob("*.lu")):
        skill = _SKILL.search(file.name)
        intent = ""
        for line in file.read_text("utf-8-sig").splitlines():
            if line.startswith("#"):
                intent = line.strip("# ").strip()
            elif line.startswith(("@", "$")):
                intent = ""
            elif (listed := _LISTED.match(line)) and intent and skill:
                yield "lu", f"{skill[1].lower()}.{intent}", listed[1]
