"""A copy of the sample store for each test, and the app on it with a frozen clock."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from textual.events import Paste
from textual.notifications import Notification
from textual.pilot import Pilot

from assistant.compose import Services
from store.engine import open_store
from tests.tui import world
from tui.app import RegardingApp

Run = Callable[..., AbstractAsyncContextManager[tuple[RegardingApp, Pilot[None]]]]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample store as one closed file."""
    path = tmp_path_factory.mktemp("world") / "sample.db"
    world.fill(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def path(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample, tmp_path / "store.db"))


@pytest.fixture
def services(path: Path) -> Iterator[Services]:
    """For the test itself to look and to prepare with."""
    store = open_store(str(path))
    yield Services(store, world.me(store), lambda: world.NOW)
    store.close()


@pytest.fixture
def shown(path: Path, services: Services) -> Iterator[Services]:
    """For the app: SQL on the event loop is an error."""
    store = open_store(str(path), refuse_event_loop=True)
    yield Services(store, services.actor, services.clock)
    store.close()


class InboxFirst(RegardingApp):
    """Most tests begin with a mail at hand."""

    DEFAULT_MODE = "inbox"


@pytest.fixture
def run(shown: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Open the app in a terminal of `size`, with the inbox; `pressed` are the keys to begin with.

    What it says is not forgotten after some seconds: on a slow machine that would be before a test looks.
    """
    monkeypatch.setattr(Notification, "has_expired", False)

    @asynccontextmanager
    async def opened(
        *pressed: str, size: tuple[int, int] = (120, 40), on: Services | None = None
    ) -> AsyncIterator[tuple[RegardingApp, Pilot[None]]]:
        app = InboxFirst(on or shown, preferences_path=tmp_path / "ui.json", zone=UTC)
        app.preferences = replace(app.preferences, read_after=0.0)  # a slow machine reads no mail by itself
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for key in pressed:
                await pilot.press(key)
                await settle(pilot)
            yield app, pilot
            app.desk.clear()

    return opened


async def typed(pilot: Pilot[None], text: str) -> None:
    """Put text where the cursor is, all at once as a terminal pastes it: each key by itself would take its time."""
    await pilot.pause()
    pilot.app.post_message(Paste(text))
    await settle(pilot)


ASKING = {"flow", "undo"}  # workers that wait for a person


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is being read and everything that was read is shown."""
    for _ in range(3):
        await pilot.pause()
        reading = [worker.wait() for worker in pilot.app.workers if worker.group not in ASKING]
        await asyncio.gather(*reading, return_exceptions=True)
    await pilot.pause()


def screen_text(app: RegardingApp) -> list[str]:
    """What stands on the screen, line by line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return [strip.text[:width].rstrip() for strip in lines[:height]]
