"""A link as linking decided it, before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Ends the rules that speak for who was copied or named, and not for whom the mail is from or to: such a link is never
#: what it is regarding first of all, unless a person says so.
BESIDE = "_beside"

#: Rules of links that no evidence made: a person said so, or a triage rule did.
BY_PERSON, BY_TRIAGE = "person", "triage"


@dataclass(frozen=True, slots=True)
class DecidedLink:
    """`state` is linked or suggested; `evidence` are JSON objects with `rule`, `quote` and `source`."""

    record_id: int
    state: str
    is_primary: bool
    score: float
    rule: str
    evidence: tuple[Mapping[str, Any], ...]
