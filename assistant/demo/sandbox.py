"""The demo's Exchange: the sandbox as a process of its own, which ends with us however we end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.service_process import stop_child


class SandboxFailed(Exception):
    """The embedded Exchange did not start."""


@contextmanager
def running_sandbox(folder: Path) -> Iterator[str]:
    """The EWS address of a sandbox that serves `folder`. Raises SandboxFailed."""
    command = [sys.executable, "-m", "mail_sync.sandbox", str(folder), "--until-stdin-closes"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        line = child.stdout.readline() if child.stdout else b""
        if not line:
            raise SandboxFailed("The embedded Exchange did not start; its own words stand above.")
        yield str(json.loads(line)["url"])
    finally:
        stop_child(child)
        if child.stdout:
            child.stdout.close()
