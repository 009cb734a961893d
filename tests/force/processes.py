"""Child processes of these tests: started, watched until something is true, killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

PATIENCE = 90.0  # seconds until a condition that never comes true is an error
_LOOK = 0.01  # seconds; more often would take the time of those that are watched


class TookTooLong(AssertionError):
    """A condition did not come true in time."""


def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition. Raises TookTooLong."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TookTooLong(what)
        time.sleep(_LOOK)


def command(*arguments: object) -> list[str]:
    """The command line of a run of `tests.force.driver`."""
    return [sys.executable, "-m", "tests.force.driver", *map(str, arguments)]


def run(*arguments: object, patience: float = PATIENCE) -> dict[str, Any]:
    """A whole run of the driver; what it printed."""
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=patience, check=False)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """The driver as a process to be killed; its output is nobody's business."""
    return subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def service(store_url: str, **secrets: str) -> Iterator[subprocess.Popen[bytes]]:
    """`regarding sync --watch`, ended in the way the user interface ends it. Passwords by environment name."""
    line = [sys.executable, "-m", "tui.entry", "sync", "--watch", "--until-stdin-closes", "--store", store_url]
    environment = os.environ | secrets
    with subprocess.Popen(line, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as child:
        try:
            yield child
        finally:
            assert child.stdin is not None
            child.stdin.close()
            child.wait(PATIENCE)


def kill(child: subprocess.Popen[bytes]) -> bool:
    """SIGKILL (TerminateProcess on Windows): no handler, no `finally`, no flush. False when it had ended by itself."""
    alive = child.poll() is None
    child.kill()
    child.wait()
    return alive and child.returncode != 0


@dataclass(frozen=True)
class SandboxProcess:
    """A sandbox in a process of its own, and its control endpoint."""

    url: str
    control: str
    token: str

    def do(self, name: str, **fields: object) -> dict[str, Any]:
        """Carry out a command of `mail_sync.sandbox.control`."""
        head = {"Authorization": f"Bearer {self.token}"}
        with urlopen(Request(self.control, json.dumps({"do": name} | fields).encode(), head)) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer

    def requests(self) -> dict[str, int]:
        """Requests since the start, by operation."""
        counts: dict[str, int] = self.do("counts")["counts"]
        return counts


@contextmanager
def sandbox(folder: Path) -> Iterator[SandboxProcess]:
    """Serve a folder for as long as the block lasts."""
    line = [sys.executable, "-m", "mail_sync.sandbox", str(folder), "--until-stdin-closes"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = json.loads(child.stdout.readline())
        try:
            yield SandboxProcess(said["url"], said["control"], said["token"])
        finally:
            child.stdin.close()
            child.wait()
