"""What can go wrong between a client and its server, at the n-th call of a sync or at the n-th commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from mail_sync.errors import CursorInvalid, MailboxUnavailable, OutcomeUnknown, Throttled
from tests.assistant.outbox.world import Death

T = TypeVar("T")

KINDS = ("kill", "throttle", "unavailable", "lost", "unheard", "cursor", "resync", "meddle", "stale")

_STREAMS = ("changes", "fetch_messages", "fetch_contacts", "fetch_events", "list_ids")
_VERSIONED = ("update_contact", "delete", "update_event", "delete_event")
_WRITES = (
    *_VERSIONED,
    "create_contact",
    "mark",
    "move",
    "save_draft",
    "send_draft",
    "create_event",
    "update_occurrence",
    "delete_occurrence",
    "answer",
)


@dataclass
class Trouble:
    """Comes at call `at`. `lost`: the request never arrives; `unheard`: it is done and its answer never arrives;
    `cursor`: cursors are refused; `resync`: they are taken for none; `meddle`: somebody else writes right then;
    `stale`: the same, and the server takes change keys that are old by then."""

    kind: str = ""
    at: int = 0
    after: bool = False
    meddle: Callable[[], None] = field(default=lambda: None)
    calls: int = 0

    @property
    def death(self) -> Death | None:
        return Death(self.at, self.after) if self.kind == "kill" else None

    def meet(self, name: str, act: Callable[[], T]) -> T:
        """Carry out one call as far as it is let."""
        self.calls += 1
        if self.calls != self.at:
            return act()
        match self.kind:
            case "throttle":
                raise Throttled("ErrorServerBusy", timedelta(seconds=30))
            case "unavailable":
                raise MailboxUnavailable("no route")
            case "lost" if name in _WRITES:
                raise OutcomeUnknown("the connection broke off")
            case "unheard" if name in _WRITES:
                act()
                raise OutcomeUnknown("the connection broke off")
            case "lost" | "unheard":
                raise MailboxUnavailable("the connection broke off")
            case "meddle" | "stale":
                self.meddle()
        return act()


class Troubled:
    """A provider whose calls meet trouble."""

    def __init__(self, inner: Any, trouble: Trouble, death: Death | None) -> None:
        self._inner, self._trouble, self._death = inner, trouble, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        if name in _STREAMS:
            return partial(self._stream, name, found)
        return partial(self._call, name, found)

    def _call(self, name: str, method: Callable[..., Any], *args: Any, **more: Any) -> Any:
        if self._trouble.kind == "stale" and name in _VERSIONED:
            args = (args[0], "", *args[2:])
        return self._step(name, partial(method, *args, **more))

    def _stream(self, name: str, method: Callable[..., Iterator[Any]], *args: Any) -> Iterator[Any]:
        if name == "changes" and args[1] is not None and self._trouble.kind in ("cursor", "resync"):
            if self._trouble.kind == "cursor":
                raise CursorInvalid
            args = (args[0], None)
        pages = iter(method(*args))
        end = object()
        while (page := self._step(name, partial(next, pages, end))) is not end:
            yield page

    def _step(self, name: str, act: Callable[[], T]) -> T:
        met = partial(self._trouble.meet, name, act)
        return met() if self._death is None else self._death.step(met)
