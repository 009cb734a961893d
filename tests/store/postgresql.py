"""A throw-away PostgreSQL server for a test session: its own directory, its own loopback port, no durability."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=128MB",
    "max_connections=50",
    "listen_addresses=127.0.0.1",
)


@dataclass(frozen=True)
class Server:
    """A running server; `url` is that of its maintenance database."""

    port: int

    @property
    def url(self) -> str:
        return self.database("postgres")

    def database(self, name: str) -> str:
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/{name}"


def programs() -> Path | None:
    """The folder with initdb and postgres, the newest version's; None when PostgreSQL's server is not installed."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def server(bin_dir: Path) -> Iterator[Server]:
    """Start a server and stop it at the end of the block."""
    # Not pytest's directory: an unprivileged user could not enter it.
    home = Path(tempfile.mkdtemp(prefix="regarding-pg-"))
    user = _unprivileged_user()
    if user is not None:
        shutil.chown(home, user)
    data, log, port = home / "data", home / "log", _free_port()
    _run(user, bin_dir / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"port={port}", f"unix_socket_directories={home}"))
    _run(user, bin_dir / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        yield Server(port)
    finally:
        _run(user, bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """Who runs the server: PostgreSQL refuses root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(user: str | None, *command: object) -> None:
    finished = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        # A pipe would be held open by the server that pg_ctl leaves behind.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{command[0]} failed with {finished.returncode}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
