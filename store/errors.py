"""What the store refuses, each with the sentence a user reads.

StoreError
├── StoreTooNew         written by a newer version
├── StoreUnreachable    cannot be opened
├── StoreFull           the disk or the quota is full
├── StoreBusy           another process holds the store too long
├── NotFound            no such record, activity, operation
│   └── Ambiguous       several could be meant
├── NotAllowed          this user may not
├── Invalid             a value that cannot be stored
├── Taken               a resource is booked already
├── Stale               somebody changed it in the meantime
├── CannotUndo          the operation cannot be taken back
│   └── AlreadySent     a person was mailed: a correction can be
└── CannotBackUp        no copy was made
"""

from __future__ import annotations


class StoreError(Exception):
    """Something is wrong with the store."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What a user reads: the class's sentence, then the detail in brackets."""
        said = (self.__class__.__doc__ or "").strip().splitlines()[0]
        return f"{said.rstrip('.')} ({self.detail})." if self.detail else said


class StoreTooNew(StoreError):
    """This store was written by a newer version of Regarding; please update the program."""


class StoreUnreachable(StoreError):
    """The store cannot be opened."""


class StoreFull(StoreError):
    """The disk is full: nothing was lost, free some space and run it again."""


class StoreBusy(StoreError):
    """Another program has been writing to the store for too long; try again in a moment."""


class NotFound(StoreError):
    """There is nothing with that number or name."""


class Ambiguous(NotFound):
    """Several could be meant; give the number."""

    @property
    def sentence(self) -> str:
        return self.detail or super().sentence


class NotAllowed(StoreError):
    """You may not do that."""


class Invalid(StoreError):
    """That value cannot be stored."""

    @property
    def sentence(self) -> str:
        return self.detail or super().sentence


class Taken(StoreError):
    """That is booked already."""

    @property
    def sentence(self) -> str:
        return self.detail or super().sentence


class Stale(StoreError):
    """Somebody changed it in the meantime; look again before you change it."""

    def __init__(self, detail: str = "", fields: tuple[str, ...] = ()) -> None:
        self.fields = fields  # labels of what differs
        super().__init__(detail)


class CannotUndo(StoreError):
    """This cannot be undone."""

    @property
    def sentence(self) -> str:
        return self.detail or super().sentence


class AlreadySent(CannotUndo):
    """This was sent and cannot be taken back."""

    def __init__(self, detail: str = "", outgoing_uid: str = "") -> None:
        self.outgoing_uid = outgoing_uid  # of the mail that a correction would follow
        super().__init__(detail)


class CannotBackUp(StoreError):
    """The backup could not be made."""

    @property
    def sentence(self) -> str:
        return self.detail or super().sentence
