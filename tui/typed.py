"""What to search for while somebody is still typing."""

from __future__ import annotations


def searchable(text: str) -> str:
    """The typed text without a last word of one letter: it is just being begun, and would find nothing by itself.

    A word of one letter counts where it is all there is, inside quotes, and in scripts that write words so.
    """
    words = text.split()
    if len(words) > 1 and len(words[-1]) == 1 and words[-1].isascii() and text.count('"') % 2 == 0:
        return " ".join(words[:-1])
    return " ".join(words)
