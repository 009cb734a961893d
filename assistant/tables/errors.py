"""Why a table cannot be taken in, each with the sentence a user reads."""

from __future__ import annotations


class TableRefused(Exception):
    """The file is no table that can be imported."""

    @property
    def sentence(self) -> str:
        """The reason, as one sentence."""
        return str(self.args[0]) if self.args else (self.__doc__ or "")
