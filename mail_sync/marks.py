"""Marks of a text: digests of short runs of its words, by which a mail that quotes it is known. Pure.

Mail programs wrap, indent and trim what they quote, but keep the words and their order. So a mark is a 63-bit digest of
a few words in a row, whatever line breaks, punctuation and quotation signs stand between them. Of a long text those
runs are kept whose cheap checksum is smallest: the choice depends on the words alone, so a mail and its quotation
choose the same ones (bottom-k sketches, Broder 1997).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from hashlib import blake2b
from heapq import nsmallest
from zlib import crc32

RUN = 6  # words in a mark
CJK_RUN = 12  # characters in a mark, where words are not set apart
MOST_WORDS = 6_000  # of one text; what is longer is known by its beginning
_SHOWN_LINES = 400
_LINES_OF_A_RUN = 2
_SHORTEST = 24  # characters of a telling run
_WORDS = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CITED = re.compile(r"^[ \t]*(?:[A-Za-z]{0,4}[>|}][ \t]*)+", re.MULTILINE)  # "> ", "| ", and initials as in "JD> "
_POSITIVE = (1 << 63) - 1


def marks(text: str, most: int) -> tuple[int, ...]:
    """At most `most` marks of the text, sorted; none of a text that says too little to be known by."""
    chosen = nsmallest(most, _runs(text))
    return tuple(sorted({_digest(run) for _, run in chosen}))


def shared_line(text: str, wanted: Collection[int]) -> str:
    """The first telling line of `text` that says one of the wanted marks, without quotation signs; "" if none does."""
    wanted = frozenset(wanted)
    lines = [line for line in text.split("\n")[:_SHOWN_LINES] if line.strip()]
    for index in range(len(lines)):
        together = lines[index : index + _LINES_OF_A_RUN]
        if any(_digest(run) in wanted for _, run in _runs("\n".join(together))):
            return _CITED.sub("", max(together, key=len)).strip()
    return ""


def _runs(text: str) -> set[tuple[int, bytes]]:
    """Every run of words that is long enough to tell, with its checksum."""
    text = _CITED.sub("", text[: MOST_WORDS * 12])
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    found: set[tuple[int, bytes]] = set()
    if not text.isascii() and _CJK.search(text):
        signs = _CJK.findall(text)
        found = {_checked("".join(signs[at : at + CJK_RUN])) for at in range(len(signs) - CJK_RUN + 1)}
        text = _CJK.sub(" ", text)
    words = _WORDS.findall(text)[:MOST_WORDS]
    for at in range(len(words) - RUN + 1):
        run = " ".join(words[at : at + RUN])
        if len(run) >= _SHORTEST:
            found.add(_checked(run))
    return found


def _checked(run: str) -> tuple[int, bytes]:
    said = run.encode()
    return crc32(said), said


def _digest(run: bytes) -> int:
    return int.from_bytes(blake2b(run, digest_size=8).digest(), "big") & _POSITIVE
