"""A mail's new text cut into sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 600  # characters; what runs on longer is a table or a log
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•–]|\d{1,2}[.)]|[a-z]\))\s)")
_QUOTED = re.compile(r"^\s*[\w.-]{0,12}>.*$", re.MULTILINE)  # "> ..." and "Jo> ..."
_END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s)|[。！？]|(?<=\s)[:;]-?[)(D](?=\s)""")  # a smiley ends one, too
_SHORT = re.compile(
    r"(?:\b(?i:e\.g|i\.e|a\.m|p\.m|z\.b|d\.h|u\.a|nr|approx|ca|bzw|vgl|inkl|incl|excl|dr|mr|mrs|ms|hr|fr|prof|ing|tel|str|"
    r"max|min|vs|jan|feb|mar|mär|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)|\b[A-ZÄÖÜ]|\b\d{1,2})\.\Z"
)


def sentences(text: str) -> Iterator[str]:
    """The sentences in their order, blanks and line breaks made one blank; of none longer than 600 characters."""
    for block in _BLOCK.split(_QUOTED.sub("", text)):
        line = " ".join(block.split())
        start = 0
        for end in _ends(line):
            if 0 < end - start <= _LONGEST:
                yield line[start:end].strip()
            start = end


def _ends(line: str) -> Iterator[int]:
    for found in _END.finditer(line):
        if not _is_shortened(line[max(0, found.start() - 8) : found.end()]):
            yield found.end()
    if line:
        yield len(line)


def _is_shortened(tail: str) -> bool:
    """Whether the full stop at the end belongs to a short word, a single capital or a small number before it."""
    return _SHORT.search(tail) is not None
