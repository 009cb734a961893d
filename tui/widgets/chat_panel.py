"""The chat as it stands on a screen: what was said, what is going on, and a line to type in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.chat_words import pieces
from tui.commands import Command, always, bindings
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from tui.app import RegardingApp
    from tui.chatting import Talk

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TICK = 0.1  # seconds
_HINT = "↑ earlier requests   Tab what was answered"


def _waits(panel: Any) -> bool:
    return bool(panel.waits)


def _works(panel: Any) -> bool:
    return bool(panel.works)


def _rests(panel: Any) -> bool:
    return not panel.works


def _not_full(panel: Any) -> bool:
    return not panel.is_full


#: What the footer offers while the chat has the keys; the actions are those of the panel.
COMMANDS = (
    Command("ctrl+y", "consent('yes')", "Yes", "Do what is proposed", footer=1, available=_waits, palette=False),
    Command("ctrl+e", "consent('edit')", "Edit", "Change it first", footer=2, available=_waits, palette=False),
    Command("ctrl+n", "consent('no')", "No", "Drop what is proposed", footer=3, available=_waits, palette=False),
    Command("escape", "leave", "Stop", "Leave what is worked on", footer=1, available=_works, palette=False),
    Command("escape", "leave", "Back", "Give the keys back", footer=6, available=_rests, palette=False),
    Command("tab", "other", "Answers", "Go to the cited lines, and back", footer=5, palette=False),
    Command("ctrl+l", "enlarge", "Full screen", "With what was said before", 7, available=_not_full, palette=False),
)


class ChatInput(Input):
    """A line to type in; arrows go through earlier requests."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up", "earlier(1)", "Earlier", show=False),
        Binding("down", "earlier(-1)", "Later", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="ask, or say what to do", compact=True, id="chat-input")
        self.requests: list[str] = []
        self._back = 0  # how far back, 0 for what is being typed
        self._typing = ""

    def action_earlier(self, by: int) -> None:
        back = min(max(self._back + by, 0), len(self.requests))
        if back == self._back:
            return
        if not self._back:
            self._typing = self.value
        self._back = back
        self.value = self.requests[-back] if back else self._typing
        self.cursor_position = len(self.value)

    def begin_anew(self) -> None:
        self._back, self._typing, self.value = 0, "", ""


class ChatPanel(Vertical):
    """Shows the talk it is given and says what was typed. `is_full`: it is the screen's own, not docked on it."""

    BINDINGS: ClassVar[list[Any]] = [
        *(binding for binding in bindings(COMMANDS) if binding.key != "escape"),
        Binding("escape", "leave", "Leave", show=False),
        Binding("shift+tab", "other", "Other", show=False),
    ]

    def __init__(self, *, is_full: bool = False) -> None:
        super().__init__(classes="full" if is_full else "docked")
        self.is_full = is_full
        self.waits = False
        self.works = False
        self._before: Widget | None = None  # what had the keys
        self._ticks: Timer | None = None
        self._tick = 0

    def compose(self) -> ComposeResult:
        yield Transcript()
        yield Static("", id="chat-state")
        yield ChatInput()

    @property
    def regarding(self) -> RegardingApp:
        return cast("RegardingApp", self.app)

    @property
    def input(self) -> ChatInput:
        return self.query_one(ChatInput)

    def offered(self) -> tuple[Command, ...]:
        """What the footer shows while the chat has the keys."""
        return tuple(
            replace(one, action=f"in_chat({one.action!r})", available=always) for one in COMMANDS if one.available(self)
        )

    @property
    def has_keys(self) -> bool:
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors_with_self

    def show(self, talk: Talk, *, focus: bool = False) -> None:
        """Bring it up to date; with `focus` the keys go to its line."""
        if not self.is_attached:
            return
        self.waits, self.works = talk.waits, talk.working is not None
        self.input.requests = talk.requests
        self.query_one(Transcript).show(pieces(talk.turns, self.regarding.now(), talk.leaves))
        self._say_state()
        if focus:
            if not self.has_keys:
                self._before = self.screen.focused
            self.input.focus()
        self.screen.refresh_bindings()

    def leave(self) -> None:
        """The screen has the keys again."""
        before = self._before
        if before is not None and before.is_attached and before.focusable:
            before.focus()
        else:
            self.screen.set_focus(None)
            self.screen.focus_next()

    # What is going on

    def _say_state(self) -> None:
        if self.works and self._ticks is None:
            self._ticks = self.set_interval(_TICK, self._spin)
        elif not self.works and self._ticks is not None:
            self._ticks.stop()
            self._ticks = None
        self.query_one("#chat-state", Static).update(self._state(), layout=False)

    def _spin(self) -> None:
        self._tick += 1
        self._say_state()

    def _state(self) -> Content:
        if self.works:
            sign = _SPINNER[self._tick % len(_SPINNER)]
            return Content.assemble((f"{sign} looking", "$accent"), ("   Esc stops it", "$quiet"))
        if self.waits:
            return Content("  ").join(_button(*one) for one in (("Yes", "^y"), ("Edit", "^e"), ("No", "^n")))
        return Content.styled(_HINT, "$faint")

    def on_click(self, event: Click) -> None:
        said = event.style.meta.get("consent")
        if said:
            self.action_consent(said)

    # What is typed

    @on(Input.Submitted)
    def _say(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        text = submitted.value.strip()
        if text:
            self.input.begin_anew()
            self._tell(text)

    @on(Transcript.Typed)
    def _type(self, typed: Transcript.Typed) -> None:
        self.input.focus()
        self.input.insert_text_at_cursor(typed.character)

    @on(Transcript.Chosen)
    def _choose(self, chosen: Transcript.Chosen) -> None:
        from tui.flows import chat

        if chosen.piece.choice:
            self._tell(str(chosen.piece.choice))
            self.input.focus()
        else:
            screen = self.regarding.screen
            self.regarding.run_worker(chat.open_cited(screen, chosen.piece.cites[0]), group="flow", exit_on_error=False)

    def _tell(self, text: str) -> None:
        screen: Any = self.screen
        self.regarding.chatting.say(text, screen.at_hand)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "consent":
            return self.waits and not self.input.value
        return super().check_action(action, parameters)

    def action_consent(self, said: str) -> None:
        self.input.focus()
        self._tell(said)

    def action_other(self) -> None:
        (self.query_one(Transcript) if self.input.has_focus else self.input).focus()

    def action_leave(self) -> None:
        """Stop what is worked on; else give the keys back."""
        if self.works:
            self.regarding.chatting.stop()
        else:
            self.leave()

    def action_enlarge(self) -> None:
        if not self.is_full:
            self.regarding.action_show_mode("chat")


def _button(word: str, key: str) -> Content:
    said = Content.assemble((f" {word} ", "b $foreground on $boost"), (f" {key}", "$quiet"))
    return said.stylize(Style.from_meta({"consent": word.casefold()}))
