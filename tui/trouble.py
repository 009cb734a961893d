"""What went wrong, as one sentence for a person."""

from __future__ import annotations

from store.errors import StoreError
from tui.viewing import NotOpened

_LONGEST = 160  # characters of a message that was not made for people


def said(error: BaseException) -> str:
    """One sentence about what went wrong, for a person."""
    if isinstance(error, StoreError):
        return error.sentence
    if isinstance(error, NotOpened):
        return str(error)
    cause = error.__cause__ or error.__context__
    if isinstance(cause, StoreError):
        return cause.sentence
    first = (str(error).splitlines() or [""])[0][:_LONGEST]
    return f"Something went wrong here ({type(error).__name__}: {first})."
