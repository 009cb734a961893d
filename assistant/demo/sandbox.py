"""The demo's Exchange: the sandbox as a process of its own, which ends with us however we end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 5.0


class SandboxFailed(Exception):
    """The embedded Exchange did not start."""


@contextmanager
def running_sandbox(folder: Path) -> Iterator[str]:
    """The EWS address of a sandbox that serves `folder`. Raises SandboxFailed."""
    command = [sys.executable, "-m", "mail_sync.sandbox", str(folder), "--until-stdin-closes"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise SandboxFailed("The embedded Exchange did not start; its own words stand above.")
        yield str(json.loads(line)["url"])
    finally:
        # Its standard input is our life line: closing it is a request to end, on every platform.
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
