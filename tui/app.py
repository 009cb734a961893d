"""The application: its modes, themes, what can be done everywhere, and the pulse that notices changes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property, partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dateutil.tz import tzlocal
from textual import on
from textual.app import App, SystemCommand
from textual.dom import DOMNode
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import Worker, WorkerState, get_current_worker

from tui import preferences
from tui.commands import Command, bindings
from tui.screens.base import WRITING, Answered, BaseScreen
from tui.screens.modes import MODE_SCREENS, import_later
from tui.stylesheet import KeptStylesheet
from tui.themes import THEMES, other
from tui.trouble import said
from tui.viewing import Desk
from tui.widgets.top_bar import DIGITS

if TYPE_CHECKING:
    from assistant.compose import Services
    from store.queries.notices import NoticeRow
    from store.queries.outbox import OutboxCounts
    from store.queries.paging import Count
    from store.queries.pulse import Pulse
    from store.queries.status import MailboxRow
    from tui.chatting import Chatting

POLL_SECONDS = 2.0
_PULSE = "pulse"
_GARBAGE = (20_000, 20, 50)  # objects and rounds: looking through all of them takes 40 ms in the middle of a key
_MOST_PUT_OFF = 7  # beats
_TOGETHER = 0.01  # seconds
_NOTICES, _TOASTS = 20, 2  # that are looked at, and shown one by one
_LATEST = 2.0  # seconds after the start at which the rest begins even if nothing could be read


def _not_typing(screen: Any) -> bool:
    # In a text field and in a dialog ctrl+z is about what is being typed.
    return isinstance(screen, BaseScreen) and not screen.typing


def _conflicts_wait(screen: Any) -> bool:
    # A screen's own meaning of the key comes first; the top bar still says that there are conflicts.
    own = {key for command in getattr(screen, "HERE", ()) for key in command.key.split(",")}
    return _not_typing(screen) and "c" not in own and screen.regarding.conflicts > 0


def _on_screen(screen: Any) -> bool:
    return isinstance(screen, BaseScreen)


EVERYWHERE = (
    Command("f1,question_mark", "help", "Help", "What can be done on this screen", footer=90, shown_key="F1"),
    Command("ctrl+k,slash", "search", "Search", "Find any record, mail or meeting", footer=80, shown_key="/"),
    Command(
        "c", "conflicts", "Conflicts", "Where Outlook and we say different things", footer=85, available=_conflicts_wait
    ),
    Command("ctrl+g", "chat", "Chat", "Ask, or have things done", footer=79, available=_on_screen, priority=True),
    Command("ctrl+n", "notices", "Notices", "What you have to know, such as a case that is late", footer=0),
    Command("ctrl+p", "command_palette", "Commands", "Every command, by name", footer=95, palette=False),
    Command("ctrl+z", "undo", "Undo", "Take back the last change you made", footer=92, available=_not_typing),
    Command("ctrl+t", "toggle_theme", "Theme", "Switch between the dark and the light theme", footer=0),
    Command("ctrl+r", "reload", "Reload", "Read this screen again from the store", footer=0),
    Command("ctrl+q", "quit", "Quit", "Leave the program", footer=96, priority=True),
)


class RegardingApp(App[None]):
    """Regarding in the terminal. Screens are modes; `services` does all reading and writing, on threads."""

    TITLE = "Regarding"
    CSS_PATH = Path(__file__).with_name("regarding.tcss")
    EVERYWHERE: ClassVar[tuple[Command, ...]] = EVERYWHERE
    MODES = MODE_SCREENS
    DEFAULT_MODE = "today"
    BINDINGS: ClassVar[list[Any]] = [
        *bindings(EVERYWHERE),
        *(
            (key.replace("^", "ctrl+"), f"show_mode('{mode}')", mode)
            for key, mode in zip(DIGITS, MODE_SCREENS, strict=False)
        ),
    ]

    current_mode_name: reactive[str] = reactive(DEFAULT_MODE)
    who: reactive[str] = reactive("")
    sync_state: reactive[tuple[str, str]] = reactive(("", "quiet"))
    outgoing: reactive[OutboxCounts | None] = reactive(None)
    told: reactive[int] = reactive(0)  # notices that nobody saw yet

    @dataclass
    class Beat(Message):
        """The store was looked at."""

        pulse: Pulse
        mailboxes: tuple[MailboxRow, ...]
        outgoing: OutboxCounts
        conflicts: int
        again: Count
        notices: tuple[NoticeRow, ...]  # the newest that nobody saw yet
        told: int

    def __init__(self, services: Services, *, preferences_path: Path | None = None, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.services = services
        self.revision = 0
        self.conflicts = 0  # that wait for a choice
        self.again: Count | None = None  # what linking looks at again
        self._said: set[str] = set()  # the notices that were shown
        self.desk = Desk()
        self._zone = zone or tzlocal()
        self._beat: RegardingApp.Beat | None = None
        self._put_off = 0  # beats in a row whose changes were not shown yet
        self._preferences_path = preferences_path or preferences.preferences_path()
        self.preferences = preferences.load(self._preferences_path)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._styled_for = self.preferences.theme
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())
        self._is_painted = False
        self.set_reactive(RegardingApp.current_mode_name, self.DEFAULT_MODE)

    def on_mount(self) -> None:
        store = self.services.store
        self.who = " · ".join([self.services.actor.name, store.path.name if store.path else "PostgreSQL"])
        self.set_timer(_LATEST, self.painted)

    def painted(self) -> None:
        """The first rows are on the screen: everything begins that was put off for them."""
        if self._is_painted:
            return
        self._is_painted = True
        if not gc.isenabled():
            # What is there by now stays until the end; looking through it would only delay keys.
            gc.freeze()
            gc.set_threshold(*_GARBAGE)
            gc.enable()
        self.set_interval(POLL_SECONDS, self.look)
        self.look()
        self.run_worker(self.services.painted, thread=True, group="painted", exit_on_error=False)
        self.run_worker(self._import_later(), group="imports", exit_on_error=False)

    async def _import_later(self) -> None:
        await asyncio.to_thread(import_later)
        from tui.ringing import Ringing

        Ringing(self).start()

    def delay_update(self, delay: float = _TOGETHER) -> None:
        """Paint what arrives within the delay together. Textual's own 50 ms are all that a key may take."""
        super().delay_update(min(delay, _TOGETHER))

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything again after a change of the theme.

        Textual also asks for it whenever a screen is shown for the first time, when all of it has just been styled.
        """
        screens = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        if self._styled_for == self.theme and all(one.styled_for in ("", self.theme) for one in screens):
            return
        self._styled_for = self.theme
        super().refresh_css(animate)
        for one in screens:
            one.styled_for = self.theme

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """A widget that stands nowhere yet is styled when it is mounted; Textual does so for each of its classes."""
        if node is self or node.parent is not None:
            super().update_styles(node, animate)

    def now(self) -> datetime:
        """The time in the zone of the reader."""
        return self.services.clock().astimezone(self._zone)

    # Changes

    def store_changed(self) -> None:
        """Let the screen on top read again; the others do so when they come back."""
        self.revision += 1
        screens = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        if screens and screens[-1].is_mounted:  # one that is still being put together reads when it stands
            screens[-1].refresh_data()
            screens[-1].on_screen_resume()

    def look(self) -> None:
        """See whether the store has changed, on a thread."""
        self.run_worker(self._read_pulse, thread=True, group=_PULSE, exclusive=True, exit_on_error=False)

    def _read_pulse(self) -> None:
        from store.queries.conflicts import count_conflicts
        from store.queries.linking.progress import looked_at_again
        from store.queries.notices import count_notices, notices
        from store.queries.outbox import outbox_counts
        from store.queries.pulse import pulse
        from store.queries.status import mailboxes

        read = self.services.read
        counts = read(outbox_counts), read(count_conflicts), read(looked_at_again)
        told = read(notices, unseen=True, limit=_NOTICES).rows, read(count_notices).value
        beat = self.Beat(read(pulse), read(mailboxes), *counts, *told)
        if not get_current_worker().is_cancelled:
            self.post_message(beat)

    def on_regarding_app_beat(self, beat: Beat) -> None:
        from tui import sync_words

        before, self._beat = self._beat, beat
        self.sync_state = sync_words.overall(beat.mailboxes, self.now(), beat.conflicts, beat.again)
        self.outgoing, self.conflicts, self.again = beat.outgoing, beat.conflicts, beat.again
        self.told = beat.told
        self._say(beat.notices)
        if before is None:
            return
        if (before.pulse, before.outgoing, before.conflicts) != (beat.pulse, beat.outgoing, beat.conflicts):
            self._changed(before, beat)
        if (before.mailboxes, before.again) != (beat.mailboxes, beat.again) and isinstance(self.screen, BaseScreen):
            self.screen.show_mailboxes(beat.mailboxes)

    def _changed(self, before: Beat, beat: Beat) -> None:
        """Show what changed now, or with a later beat when nobody is in haste any more, but do not wait for long."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        if screens and screens[-1].in_haste and self._put_off < _MOST_PUT_OFF:
            self._put_off += 1
            self._beat = replace(beat, pulse=before.pulse, outgoing=before.outgoing, conflicts=before.conflicts)
        else:
            self._put_off = 0
            self.store_changed()

    def _say(self, notices: tuple[NoticeRow, ...]) -> None:
        """Show what was not shown yet; the top bar goes on saying how many there are."""
        new = [one for one in notices if one.uid not in self._said]
        self._said.update(one.uid for one in new)
        if len(new) > _TOASTS:
            self.notify(f"{len(new)} notices: ^n lists them.", severity="warning", timeout=8)
        else:
            for one in new:
                self.notify(one.text, severity="warning", timeout=8, markup=False)

    # Trouble

    def report(self, error: BaseException) -> None:
        """Tell a person in one sentence what went wrong."""
        self.log.error(repr(error))
        self.notify(said(error), severity="error", timeout=8, markup=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is not WorkerState.ERROR or event.worker.error is None:
            return
        if event.worker.group == _PULSE:
            # It comes again every few seconds; a toast each time would bury the screen.
            self.sync_state = ("the store cannot be read", "error")
        else:
            self.report(event.worker.error)

    # Commands

    def open_record(self, record_id: int) -> None:
        """Show a record over the current screen."""
        from tui.screens.record import RecordScreen

        self.push_screen(RecordScreen(record_id))

    def open_activity(self, activity_id: int) -> None:
        """Read a mail, meeting, call, task or note over the current screen."""
        from tui.screens.read import ReadScreen

        self.push_screen(ReadScreen(activity_id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        command = next((one for one in self.EVERYWHERE if one.action == action), None)
        return super().check_action(action, parameters) if command is None else command.available(self.screen)

    def action_show_mode(self, mode: str) -> None:
        self.current_mode_name = mode
        self.switch_mode(mode)

    async def action_search(self) -> None:
        from tui.screens.search import SearchScreen

        self.current_mode_name = "search"
        await self.switch_mode("search")
        if isinstance(self.screen, SearchScreen):
            self.screen.action_filter()

    def action_toggle_theme(self) -> None:
        self.theme = other(self.theme)
        self._prefer(replace(self.preferences, theme=self.theme))

    def toggle_read_after(self) -> float:
        """Let previewed mail count as read, or no longer; returns after how many seconds, 0 for never."""
        seconds = 0.0 if self.preferences.read_after else preferences.READ_AFTER
        self._prefer(replace(self.preferences, read_after=seconds))
        return seconds

    def toggle_desktop(self) -> bool:
        """Let what rings be shown on the desktop, or no longer; returns whether it is."""
        self._prefer(replace(self.preferences, desktop=not self.preferences.desktop))
        return self.preferences.desktop

    def _prefer(self, chosen: preferences.Preferences) -> None:
        self.preferences = chosen
        self.run_worker(partial(preferences.save, self._preferences_path, chosen), thread=True, exit_on_error=False)

    def action_reload(self) -> None:
        self.store_changed()

    def action_help(self) -> None:
        from tui.dialogs.help import HelpDialog

        screen = self.screen
        if isinstance(screen, BaseScreen):
            self.push_screen(HelpDialog(screen.title_words, screen.HELP_WORDS, screen.HERE, self.EVERYWHERE))

    @cached_property
    def chatting(self) -> Chatting:
        """The talk with the chat, which is begun when it is first wanted."""
        from tui.chatting import Chatting

        return Chatting(self)

    def action_chat(self) -> None:
        if isinstance(self.screen, BaseScreen):
            self.chatting.toggle(self.screen)

    @on(Answered)
    def _take_answer(self, message: Answered) -> None:
        message.then(message.answer)

    def action_notices(self) -> None:
        self.action_show_mode("notices")

    def action_conflicts(self) -> None:
        from tui.screens.conflicts import ConflictsScreen

        self.push_screen(ConflictsScreen())

    def _set_up_writing(self, screen: BaseScreen) -> None:
        from tui.flows.mailboxes import writing_somewhere

        screen.flow(writing_somewhere(screen))

    async def action_quit(self) -> None:
        """Leave once all that was decided is written: it is shown as done already."""
        writing = [worker.wait() for worker in self.workers if worker.group == WRITING]
        await asyncio.gather(*writing, return_exceptions=True)
        await super().action_quit()

    def action_undo(self) -> None:
        self.run_worker(self._undo(), group="undo", exit_on_error=False)

    async def _undo(self) -> None:
        from tui.undoing import undo_last

        await undo_last(self)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: what the screen offers, what is offered everywhere, and the screens."""
        offered = screen.commands_here() if isinstance(screen, BaseScreen) else self.EVERYWHERE
        for command in offered:
            if command.palette and command.available(screen):
                words = f"{command.title}  ({command.key_words})"
                yield SystemCommand(command.help, words, partial(screen.run_action, command.action))
        if isinstance(screen, BaseScreen) and not any(one.action == "writing" for one in screen.HERE):
            words = "Signature, aliases and what else a mailbox needs for writing"
            yield SystemCommand(words, "Writing", partial(self._set_up_writing, screen))
        for key, mode in zip_longest(DIGITS, self.MODES):
            words = f"Screen  ({key})" if key else "Screen"
            yield SystemCommand(f"Go to {mode}", words, partial(self.action_show_mode, mode))


def open_ui(services: Services) -> None:
    """Show the UI until the user leaves."""
    app = RegardingApp(services)
    try:
        app.run()
    finally:
        app.desk.clear()
