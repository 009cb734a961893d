"""The talk with the chat while the user interface runs: one for all screens, each of which may show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from threading import local
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from assistant.chat.conversation import Conversation, Understanding, by_grammar
from assistant.chat.dialogue import Told
from assistant.chat.history import keep, lines_of
from assistant.chat.registry import Cite, Line
from assistant.compose import Services
from store.errors import NotFound
from store.queries.activities import activity_detail
from store.queries.chat import TurnRow, chat_turns
from store.queries.refs import refs
from tui.at_hand import AtHand
from tui.screens.base import Answered, BaseScreen
from tui.trouble import said as said_of
from tui.widgets.chat_panel import ChatPanel

if TYPE_CHECKING:
    from tui.app import RegardingApp

_KEPT = 40  # turns that are shown; history holds all
_REMEMBERED = 200  # earlier requests that the arrow keys bring back
GROUP = "chat"  # of the workers

#: Screens on which things can be meant without one of them being at hand.
_PLACES = {"inbox": "inbox", "board": "board", "calendar": "calendar_view", "today": "today"}
_SAID = {"email": "mail"}  # kinds of activities that the chat calls otherwise


@dataclass
class Turn:
    """Something that was said; `told` is None while it is worked on, and `heard` is what came of its answer until then.
    `kept` is an answer out of the history."""

    said: str
    told: Told | None = None
    kept: TurnRow | None = None
    stopped: bool = False
    heard: list[Line] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.told is None and not self.stopped


@dataclass
class Talk:
    """What panels show. `requests` are the earlier ones, the latest last; `waits`: a proposal waits for a yes; `leaves`
    says what a language model is sent, '' for nothing."""

    turns: list[Turn] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    waits: bool = False
    leaves: str = ""

    @property
    def working(self) -> Turn | None:
        return next((turn for turn in self.turns if turn.is_open), None)


class Chatting:
    """`is_shown`: the panel stands on every screen."""

    def __init__(self, app: RegardingApp) -> None:
        self.talk = Talk()
        self.is_shown = False
        self._app = app
        self._working = local()  # the turn that a thread works on
        self._conversation = Conversation(app.services, app.now().tzinfo or UTC, self._understanding())
        self._read_requests()

    def _understanding(self) -> Understanding:
        """The grammar, or the language model that is to understand everything."""
        begin = self._app.services.model
        if begin is None:
            return by_grammar
        from assistant.chat.model.conversing_with_model import Watching
        from assistant.chat.model.settings import what_leaves

        def watching() -> Watching:
            turn: Turn = self._working.turn
            worker = get_current_worker()  # it is cancelled when the user leaves
            return Watching(partial(self._hear, turn), is_stopped=lambda: turn.stopped or worker.is_cancelled)

        model = begin(watching)
        self.talk.leaves = "" if model.settings.is_here else what_leaves(model.settings)
        return model

    def _hear(self, turn: Turn, line: Line) -> None:
        """A line of an answer that is still coming; called on the thread that works on it."""
        self._app.post_message(Answered(GROUP, partial(self._take_line, turn), line))

    def _take_line(self, turn: Turn, line: Line) -> None:
        if turn.is_open:
            turn.heard.append(line)
            self._show()

    def _read_requests(self) -> None:
        def job() -> None:
            page = self._app.services.read(chat_turns, limit=_REMEMBERED)
            earlier = [row.said for row in reversed(page.rows)]
            self._app.post_message(Answered(GROUP, self._take_requests, earlier))

        self._app.run_worker(job, thread=True, group=GROUP, exit_on_error=False)

    def _take_requests(self, earlier: list[str]) -> None:
        self.talk.requests[:0] = earlier

    # Where it is seen

    def toggle(self, screen: BaseScreen) -> None:
        """Bring it up and type; from within it, put it away."""
        panel = screen.chat_panel
        if panel is not None and panel.has_keys and not panel.is_full:
            self.is_shown = False
            panel.leave()
        else:
            self.is_shown = True
        self.appear_on(screen, focus=self.is_shown)

    def appear_on(self, screen: BaseScreen, *, focus: bool = False) -> None:
        """Bring a screen up to date with whether the panel is shown, and with what was said."""
        panel = screen.chat_panel
        if panel is not None and not panel.is_full and not self.is_shown:
            panel.remove()
            panel = None
        elif panel is not None:
            panel.show(self.talk, focus=focus)
        elif self.is_shown:
            panel = ChatPanel()
            screen.mount(panel)
            panel.call_after_refresh(panel.show, self.talk, focus=focus)
        screen.chat_panel = panel

    def _show(self) -> None:
        screen = self._app.screen
        if isinstance(screen, BaseScreen):
            self.appear_on(screen)

    # Saying

    def say(self, text: str, at_hand: AtHand) -> None:
        """Say something; what is still worked on is waited for no longer."""
        text = " ".join(text.split())
        if not text or not self.stop():
            return
        turn, self.talk.waits = Turn(text), False
        self.talk.turns = [*self.talk.turns[1 - _KEPT :], turn]
        if self.talk.requests[-1:] != [text]:
            self.talk.requests.append(text)
        self._show()
        self._app.run_worker(partial(self._work, turn, at_hand), thread=True, group=GROUP, exit_on_error=False)

    def stop(self) -> bool:
        """Leave what is worked on; False while something is being written, which is finished."""
        turn = self.talk.working
        if turn is None:
            return True
        if not self._conversation.abandon():
            self._app.notify("It is being written; a moment.", markup=False)
            return False
        turn.stopped = True
        self.talk.waits = self._conversation.state.waiting is not None
        self._show()
        return True

    def _work(self, turn: Turn, at_hand: AtHand) -> None:
        services = self._app.services
        self._working.turn = turn
        try:
            told = self._conversation.say(turn.said, screen=cite_of(services, at_hand))
        except Exception as error:  # noqa: BLE001 - the edge of a worker: the panel has to say something
            told = Told("trouble", (Line(said_of(error)),))
        self._app.post_message(Answered(GROUP, partial(self._told, turn), told))
        if not turn.stopped:
            keep(services, turn.said, told)

    def _told(self, turn: Turn, told: Told) -> None:
        if turn.stopped:
            return
        turn.told = told
        self.talk.waits = self._conversation.state.waiting is not None
        self._show()
        if told.done:
            self._app.store_changed()
            self._app.look()

    # What was said before

    def bring_back(self, row: TurnRow) -> None:
        """Show an answer of the history once more, with what it rests on."""
        if self.talk.working is None and (not self.talk.turns or self.talk.turns[-1].kept != row):
            self.talk.turns.append(Turn(row.said, Told("answer", lines_of(row)), kept=row))
            self._show()


def cite_of(services: Services, at_hand: AtHand) -> Cite | None:
    """What is at hand as the chat names it; None for nothing, and for what its user may not see."""
    if at_hand.record_id is not None:
        ref = services.read(refs, {at_hand.record_id}).get(at_hand.record_id)
        return Cite(ref.kind, ref.number, ref.title) if ref else None
    if at_hand.activity_id is not None:
        try:
            detail = services.read(activity_detail, at_hand.activity_id)
        except NotFound:
            return None
        return Cite(_SAID.get(detail.kind, detail.kind), detail.uid, detail.subject)
    place = _PLACES.get(at_hand.mode, "")
    return Cite(place, "", place) if place else None
