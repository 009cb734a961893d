"""Service, import and commands on one store at the same time: no write fails and nothing is there twice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.secret_store import environment_name
from store.engine import Store, connect, open_store
from store.schema.people import Mailbox
from tests.force import corpus
from tests.force.driver import connect_mailbox
from tests.force.picture import Picture, picture_of
from tests.force.processes import SandboxProcess, command, run, sandbox, service, until

WRITERS = ("Left", "Right")
COUNT = 5
SECRET = {environment_name(corpus.ANNA): "demo"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    mailbox = corpus.write_mailbox(tmp_path_factory.mktemp("served") / "mailbox", mails=100, cards=10, events=10)
    with sandbox(mailbox) as running:
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mailbox's own mails and contacts, and more of them: both ways in meet in the same records and threads."""
    return corpus.write_files(tmp_path_factory.mktemp("imported") / "files", mails=150, cards=15, events=0)


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory, server: SandboxProcess, files: Path) -> Picture:
    """What the same commands leave when each waits for the one before it."""
    alone = str(tmp_path_factory.mktemp("alone") / "alone.db")
    _connect(alone, server)
    for line in _commands(alone, files):
        subprocess.run(line, check=True, capture_output=True)
    assert run("sync", alone, server.url)["error"] == ""
    return picture_of(alone)


def _connect(url: str, server: SandboxProcess) -> None:
    store = open_store(url)
    connect_mailbox(store, server.url)
    store.close()


def _commands(url: str, files: Path) -> list[list[str]]:
    writing = [command("write", url, name, "--count", COUNT) for name in WRITERS]
    return [command("import", url, files), *writing]


def _state(store: Store) -> str:
    with store.read() as tx:
        return tx.execute(select(Mailbox.state).where(Mailbox.address == corpus.ANNA)).scalar_one()


def test_service_import_and_commands_do_not_disturb_each_other(
    empty_url: str, server: SandboxProcess, files: Path, one_by_one: Picture
) -> None:
    _connect(empty_url, server)
    store = connect(empty_url)
    with service(empty_url, **SECRET):
        children = [subprocess.Popen(line, stderr=subprocess.PIPE) for line in _commands(empty_url, files)]
        said = [(child.communicate()[1], child.returncode) for child in children]
        until(lambda: _state(store) == "ready", "the first sync")
    store.close()
    assert said == [(b"", 0)] * 3
    assert picture_of(empty_url).differences(one_by_one) == {}
