"""The service as a child process of the user interface: it ends with its parent, however that ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STOP_SECONDS = 5.0


@contextmanager
def running_service(store_url: str) -> Iterator[None]:
    """Sync the store's mailboxes in a child process; one that another process syncs is left to it by its lease."""
    command = [sys.executable, "-m", "tui.entry", "sync", "--watch", "--until-stdin-closes", "--store", store_url]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        stop_child(child)


def stop_child(child: subprocess.Popen[bytes]) -> None:
    """Closing its standard input is a request to end, on every platform; after a while it is made to."""
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
