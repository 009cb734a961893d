"""A mailbox on a sandbox in this process, read by the command line: what a user types and what a user reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from assistant import cli, connecting
from assistant.secret_store import environment_name
from mail_sync.providers.exchange.connection import connect
from mail_sync.providers.exchange.settings import ExchangeSettings
from mail_sync.providers.retry import Retry
from mail_sync.sandbox.loader import load
from mail_sync.sandbox.model import Item, Mailbox
from mail_sync.sandbox.server import Sandbox, serve
from store.engine import open_store
from tests.force import corpus
from tests.force.driver import connect_mailbox
from tests.force.picture import Picture, picture_of

MAILS, CARDS, EVENTS = 60, 8, 8


@dataclass(frozen=True)
class Told:
    """What a command left: its exit code, its JSON line, and its standard error."""

    code: int
    said: dict[str, Any]
    errors: str

    @property
    def sync(self) -> dict[str, Any]:
        """What a sync says of the only mailbox."""
        (mailbox,) = self.said["mailboxes"]
        return dict(mailbox)


@dataclass
class World:
    """A store beside a sandbox. `slept` are the seconds that were waited for the server, without waiting them."""

    store: Path
    sandbox: Sandbox
    capsys: pytest.CaptureFixture[str]
    slept: list[float] = field(default_factory=list)

    @property
    def mailbox(self) -> Mailbox:
        return self.sandbox.model.mailbox(corpus.ANNA)

    def items(self, folder: str) -> list[Item]:
        """The server's items in a folder, oldest first."""
        return list(self.mailbox.folder(folder).items)

    def connect(self, settings: ExchangeSettings) -> Any:
        """As the product connects, but waiting costs no time."""
        return connect(settings, Retry(sleep=self.slept.append, clock=lambda: sum(self.slept)))

    def run(self, *arguments: str) -> Told:
        """Run one command with --json."""
        self.capsys.readouterr()
        code = cli.main([*arguments, "--json", "--store", str(self.store)], open_ui=lambda _: None)
        captured = self.capsys.readouterr()
        lines = captured.out.splitlines()
        assert len(lines) <= 1, captured.out
        return Told(code, json.loads(lines[0]) if lines else {}, captured.err)

    def sync(self) -> Told:
        return self.run("sync")

    def state(self) -> str:
        """The mailbox's state as `regarding status` shows it."""
        rows = self.run("status").said["mailboxes"]
        return next(str(row["state"]) for row in rows if row["address"] == corpus.ANNA)

    def picture(self) -> Picture:
        return picture_of(self.store)


def connected_store(path: Path, url: str, **settings: object) -> Path:
    """A store that knows Anna's mailbox on the server at `url`."""
    store = open_store(str(corpus.new_store(path)))
    connect_mailbox(store, url, **settings)
    store.close()
    return path


@contextmanager
def running(
    folder: Path, mailbox: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A world whose server serves the files in `mailbox`; its store lies in `folder`."""
    with serve(load(mailbox)) as sandbox:
        world = World(connected_store(folder / "store.db", sandbox.url), sandbox, capsys)
        monkeypatch.setattr(connecting, "connect", world.connect)
        monkeypatch.setenv(environment_name(corpus.ANNA), "demo")
        monkeypatch.setenv("REGARDING_STORE", str(world.store))
        yield world


def picture_undisturbed(folder: Path, mailbox: Path) -> Picture:
    """What one sync without trouble leaves in a store."""
    with serve(load(mailbox)) as sandbox, pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(StringIO()):
        store = connected_store(folder / "undisturbed.db", sandbox.url)
        monkeypatch.setenv(environment_name(corpus.ANNA), "demo")
        assert cli.main(["sync", "--json", "--store", str(store)], open_ui=lambda _: None) == 0
    return picture_of(store)
