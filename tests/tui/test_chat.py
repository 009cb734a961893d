"""The chat on every screen: answers that can be opened, proposals that wait for a yes, and what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from json import dumps
from threading import Event

from assistant.chat.model.conversing_with_model import WithModel
from assistant.chat.model.errors import Stopped
from assistant.chat.model.settings import ModelSettings
from assistant.chat.model.wire import Call, Said
from assistant.compose import Services
from store.queries.chat import chat_turns
from store.queries.records import list_records
from tests.tui import world
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.test_changes import press, until
from tests.tui.test_screens import assert_fits
from tui.app import RegardingApp
from tui.screens.base import BaseScreen
from tui.screens.chat import ChatScreen
from tui.screens.record import RecordScreen
from tui.screens.records import RecordsScreen
from tui.widgets.line_list import LineList
from tui.widgets.transcript import Transcript


def _shown(app: RegardingApp) -> str:
    return "\n".join(screen_text(app))


async def test_chat_answers_opens_proposes_and_takes_back_on_any_screen(run: Run, services: Services) -> None:
    today = world.NOW.date()
    first = services.read(list_records, "account", today=today, sort="title", limit=1).rows[0]
    async with run("2", "ctrl+g", size=(80, 24)) as (app, pilot):
        assert isinstance(app.screen, RecordsScreen)
        assert_fits(app)
        await typed(pilot, "add a note: they want the offer")
        await press(pilot, "enter")
        await until(pilot, lambda: "they want the offer\n" in _shown(app) and "^y" in _shown(app))
        assert first.number in _shown(app)
        await press(pilot, "ctrl+y")
        await until(pilot, lambda: "✓ The note stands at" in _shown(app))
        await typed(pilot, "undo")
        await press(pilot, "enter")
        await until(pilot, lambda: "Taken back" in _shown(app))
        await press(pilot, "up", "up", "up")
        assert app.screen.chat_panel is not None
        assert app.screen.chat_panel.input.value == "add a note: they want the offer"
        await press(pilot, "tab")
        assert isinstance(app.screen.focused, Transcript)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.record_id == first.record_id)
        assert "Taken back" in _shown(app)
        await press(pilot, "ctrl+g", "escape")
        assert app.screen.chat_panel is not None
        assert not app.screen.chat_panel.has_keys
        await press(pilot, "ctrl+g", "ctrl+l")
        assert isinstance(app.screen, ChatScreen)
        assert_fits(app)
        rows = app.screen.query_one("#turns", LineList).pages.window.rows
        assert [row.said for row in rows] == ["undo", "yes", "add a note: they want the offer"]
        assert [row.said for row in services.read(chat_turns, "offer").rows] == ["add a note: they want the offer"]


class Unending:
    """A model that looks a customer up, says so, and then says nothing until it is stopped."""

    def __init__(self, title: str, is_stopped: Callable[[], bool]) -> None:
        self._title = title
        self._is_stopped = is_stopped

    def said(self, messages: Sequence[object], functions: Sequence[object], on_text: Callable[[str], None]) -> Said:
        if len(messages) <= 3:
            return Said("", (Call("c1", "find_records", dumps({"text": self._title})),))
        on_text("They are a customer [1].\n")
        while not self._is_stopped():
            Event().wait(0.01)
        raise Stopped("api.models.example")


async def test_chat_shows_what_a_model_says_while_it_does_is_stopped_and_put_away(
    run: Run, services: Services, shown: Services
) -> None:
    title = services.read(list_records, "account", today=world.NOW.date(), sort="title", limit=1).rows[0].title
    settings = ModelSettings("https://api.models.example/v1", "large", "records", always=True)
    model = replace(shown, model=partial(WithModel, settings, partial(Unending, title)))
    async with run("ctrl+g", on=model) as (app, pilot):
        assert "goes to api.models.example" in " ".join(_shown(app).split())
        await typed(pilot, "do we know them?")
        await pilot.press("enter")
        while "They are a customer." not in _shown(app):  # what is being read will not end by itself
            await pilot.pause()
        assert "Esc stops it" in _shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped; nothing was done." in _shown(app))
        assert "They are a customer." not in _shown(app)
        assert isinstance(app.screen, BaseScreen)
        await press(pilot, "ctrl+g")
        assert app.screen.chat_panel is None
        assert app.screen.focused is not None
