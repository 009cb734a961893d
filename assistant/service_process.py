"""The service as a child process of the user interface: it ends with its parent, however that ends."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType
from typing import Self

STOP_SECONDS = 5.0


class ServiceChild:
    """Syncs the store's mailboxes in a child process; one that another process syncs is left to it by its lease.

    A context: what `start` began ends with it.
    """

    def __init__(self, store_url: str) -> None:
        self._store_url = store_url
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin. The user interface does so after its first paint, so that the two do not compete for it."""
        command = [sys.executable, "-m", "tui.entry", "sync", "--watch", "--until-stdin-closes"]
        self._child = subprocess.Popen(
            [*command, "--store", self._store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            stop_child(self._child)


def stop_child(child: subprocess.Popen[bytes]) -> None:
    """Closing its standard input is a request to end, on every platform; after a while it is made to."""
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
