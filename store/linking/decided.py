"""A link as linking decided it, before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DecidedLink:
    """`state` is linked or suggested; `evidence` are JSON objects with `rule`, `quote` and `source`."""

    record_id: int
    state: str
    is_primary: bool
    score: float
    rule: str
    evidence: tuple[Mapping[str, Any], ...]
