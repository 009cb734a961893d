"""The file of weights with other numbers in it: order, comments and thresholds stay as people wrote them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TABLE = re.compile(r"\[(\w+)\]")
_WEIGHT = re.compile(r"(\w+)(\s*=\s*)(-?[\d.]+)(.*)")


def with_weights(text: str, weights: Mapping[str, Mapping[str, float]]) -> str:
    """`text` is a weights file; lines of tables and rules that `weights` does not name stay."""
    lines, table = [], ""
    for line in text.splitlines():
        if found := _TABLE.match(line):
            table = found[1]
        named = _WEIGHT.fullmatch(line)
        if named and named[1] in weights.get(table, {}):
            line = f"{named[1]}{named[2]}{float(weights[table][named[1]])!r}{named[4]}"
        lines.append(line)
    return "\n".join(lines) + "\n"
