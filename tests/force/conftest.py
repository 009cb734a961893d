"""A mailbox that is read by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.force import corpus
from tests.force.picture import Picture
from tests.force.world import CARDS, EVENTS, MAILS, World, picture_undisturbed, running


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the server of each world serves."""
    folder = tmp_path_factory.mktemp("served") / "mailbox"
    return corpus.write_mailbox(folder, mails=MAILS, cards=CARDS, events=EVENTS)


@pytest.fixture
def world(
    tmp_path: Path, mailbox: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A connected mailbox that was never read."""
    with running(tmp_path, mailbox, capsys, monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, mailbox: Path) -> Picture:
    """What a sync without trouble leaves of that mailbox."""
    return picture_undisturbed(tmp_path_factory.mktemp("undisturbed"), mailbox)
