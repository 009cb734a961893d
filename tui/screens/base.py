"""What every screen has: the chrome around it, questions to the store that never block, and crashes told in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState, get_current_worker

from tui.at_hand import AtHand
from tui.commands import Command
from tui.screens.held import HeldScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.line_list import LineList
from tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from assistant.compose import Services
    from store.queries.status import MailboxRow
    from tui.app import RegardingApp
    from tui.widgets.chat_panel import ChatPanel

T = TypeVar("T")

#: Keys that write something, or move, in a text field.
_TYPED = frozenset(
    {
        *("slash", "ctrl+k", "question_mark", "exclamation_mark", "plus", "space", "delete", "backspace"),
        *("left_square_bracket", "right_square_bracket", "dollar_sign"),
    }
)

WRITING = "writing"  # the group of workers that write what is shown as done already
WIDE = 120  # columns from which a preview stands beside a list


@dataclass
class Answered(Message):
    """A worker has read something; `then` shows it."""

    group: str
    then: Callable[[Any], None]
    answer: Any


def shares_work(screen: Any) -> bool:
    """Whoever sees every record changes what is everybody's: queues, rules, articles."""
    return bool(screen.services.actor.sees_every_record)


class BaseScreen(HeldScreen[None]):
    """A screen between the top bar and the key bar. Commands of the class feed keys, footer, palette and help."""

    HERE: ClassVar[tuple[Command, ...]] = ()
    HELP_WORDS: ClassVar[str] = ""
    #: The groups of questions whose first answers belong to the first sight of the screen.
    FIRST: ClassVar[frozenset[str]] = frozenset()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (WIDE, "-wide"), (170, "-huge")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._seen_revision = -1
        self._awaited = set(self.FIRST)
        self.styled_for = ""  # the theme, once there is something to style
        self.chat_panel: ChatPanel | None = None

    @property
    def awaits(self) -> bool:
        return bool(self._awaited)

    @property
    def regarding(self) -> RegardingApp:
        return cast("RegardingApp", self.app)

    @property
    def services(self) -> Services:
        return self.regarding.services

    def now(self) -> datetime:
        """The time in the zone of the reader."""
        return self.regarding.now()

    @property
    def title_words(self) -> str:
        """What the screen is called."""
        return self.regarding.current_mode_name.capitalize()

    def compose(self) -> ComposeResult:
        self.styled_for = self.app.theme
        self.add_class(self.class_for(self.app.size.width))
        yield TopBar()
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between the bars."""
        return ()

    def refresh_data(self) -> None:
        """Read again what is shown, because the store has changed."""

    def show_mailboxes(self, rows: Sequence[MailboxRow]) -> None:
        """The mailboxes have changed; most screens leave that to the top bar."""

    def on_screen_resume(self) -> None:
        if self._seen_revision not in (-1, self.regarding.revision):
            self.refresh_data()
        self._seen_revision = self.regarding.revision
        if "chatting" in vars(self.regarding):  # somebody has wanted it
            self.regarding.chatting.appear_on(self)

    async def action_in_chat(self, action: str) -> None:
        """What the footer offers while the chat has the keys."""
        if self.chat_panel is not None:
            await self.chat_panel.run_action(action)

    @property
    def at_hand(self) -> AtHand:
        """What is open here or under the cursor: "this" in the chat."""
        return AtHand(self.regarding.current_mode_name)

    # Questions to the store

    def ask(
        self, query: Callable[..., T], *args: Any, then: Callable[[T], None], group: str = "ask", **kwargs: Any
    ) -> None:
        """Ask on a thread and show the answer with `then`; a newer question of the same group replaces this one."""

        def job() -> None:
            answer = self.services.read(query, *args, **kwargs)
            if not get_current_worker().is_cancelled:
                self.post_message(Answered(group, then, answer))

        self.run_worker(job, thread=True, group=group, exclusive=True, exit_on_error=False)

    async def fetch(self, query: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """The answer, for a command that goes on with it."""
        return await asyncio.to_thread(partial(self.services.read, query, *args, **kwargs))

    async def perform(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Carry out a use case and let every screen know that the store has changed."""
        result = await asyncio.to_thread(partial(self.services.do, use_case, *args, **kwargs))
        self.regarding.store_changed()
        return result

    async def before_undo(self) -> None:
        """The last act is about to be taken back; what is still being written is waited for."""

    def undone(self) -> None:
        """The last act was taken back."""
        self.regarding.store_changed()

    @property
    def in_haste(self) -> bool:
        """A person is in the middle of a row of acts: what changed besides is read when they rest."""
        return False

    @on(Answered)
    def _show_answer(self, message: Answered) -> None:
        message.stop()
        if self.is_attached:
            message.then(message.answer)
            self._awaited.discard(message.group)
            self.release_soon()
            self.call_after_refresh(self.regarding.painted)

    def flow(self, steps: Coroutine[Any, Any, Any]) -> None:
        """Run a command that asks something on the way; what goes wrong is told in one sentence."""
        self.run_worker(steps, group="flow", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.regarding.report(event.worker.error)

    # Commands

    @property
    def typing(self) -> bool:
        """Keys go into a text field."""
        return isinstance(self.focused, Input | TextArea)

    def commands_here(self) -> tuple[Command, ...]:
        """What this screen offers, with what the app offers everywhere."""
        if self.chat_panel is not None and self.chat_panel.has_keys:
            return (*self.chat_panel.offered(), *self.regarding.EVERYWHERE)
        return (*self.HERE, *self.regarding.EVERYWHERE)

    def can_press(self, command: Command) -> bool:
        """Whether the command does something now, by its key."""
        if not command.available(self):
            return False
        typed = all(len(key) == 1 or key in _TYPED for key in command.key.split(","))
        return not (self.typing and typed and not command.priority)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        command = next((one for one in self.HERE if one.action == action), None)
        return super().check_action(action, parameters) if command is None else command.available(self)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    @on(LineList.Highlighted)
    def _footer_follows(self) -> None:
        self.refresh_bindings()
