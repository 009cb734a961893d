"""A request understood by a language model: it calls the tools that read, with the rights of whoever asks, and says
what they found; what would change something it can only propose. Where it is of no use the grammar understands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.chat.conversing import reply, situation, understood
from assistant.chat.dialogue import Exchange, Heard
from assistant.chat.model.arguments import Read, Reading, arguments_of
from assistant.chat.model.citations import Stated, Statements
from assistant.chat.model.errors import ModelTrouble, NotReached, NoUse, Stopped
from assistant.chat.model.schemas import CANNOT, Described, functions
from assistant.chat.model.settings import ModelSettings
from assistant.chat.model.telling import Ledger, messages
from assistant.chat.model.wire import Call, Said, assistant_message, tool_message
from assistant.chat.naming import StoreNaming
from assistant.chat.registry import Answer, Line, Talk, every_tool
from assistant.chat.understanding.lexicon import lexicon
from assistant.chat.understanding.values import Step, Understood
from store.errors import StoreError

MOST_ROUNDS = 6
MOST_CALLS = 4  # of one round; further ones are not heard
MOST_SHOWN = 100  # lines of one answer, without the one that says what was sent

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NOT_CALLED = "not called, because another call was wrong"


class Speaking(Protocol):
    """A model, for one request."""

    def said(self, messages: Sequence[Any], functions: Sequence[Any], on_text: Callable[[str], None]) -> Said:
        """What it answers; `on_text` hears it while it comes. Raises ModelTrouble."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What hears of a request while it is worked on: each line that may be shown, and each tool that is called.
    `is_stopped` says whether nobody wants it any more."""

    on_line: Callable[[Line], None] = lambda _: None
    on_tool: Callable[[str], None] = lambda _: None
    is_stopped: Callable[[], bool] = lambda: False


class WithModel:
    """What a conversation understands by, with the model of the settings. `speaking` begins a request, and is told
    by what it is stopped; `watching` gives who hears of it."""

    def __init__(
        self,
        settings: ModelSettings,
        speaking: Callable[[Callable[[], bool]], Speaking],
        watching: Callable[[], Watching] = Watching,
    ) -> None:
        self.settings = settings
        self._speaking = speaking
        self._watching = watching

    def __call__(self, talk: Talk, text: str, before: Sequence[Exchange], /) -> Heard:
        watching = self._watching()
        turn = _Turn(talk, text, Ledger(self.settings), watching)
        try:
            return turn.heard(self._speaking(watching.is_stopped), [one.said for one in before])
        except Stopped as stopped:
            return turn.ended(None, stopped.sentence)
        except ModelTrouble as trouble:
            if turn.lines:
                return turn.ended(None, trouble.sentence)
            return turn.ended(understood(talk, text), f"{trouble.sentence} It was understood without it.")


class _Turn:
    """One request, from the first round with the model to what is told."""

    def __init__(self, talk: Talk, text: str, ledger: Ledger, watching: Watching) -> None:
        self.lines: list[Line] = []
        self._talk = talk
        self._text = text
        self._ledger = ledger
        self._watching = watching
        self._statements = Statements(ledger.sources, frozenset({str(talk.now.year)}))
        self._complained = False
        self._is_sent = False
        self._reading = Reading(
            StoreNaming(talk.services, talk.now.date()), situation(talk), lexicon().choices, ledger.shown
        )

    def heard(self, model: Speaking, before: Sequence[str]) -> Heard:
        """Round by round, until it says something or proposes something. Raises ModelTrouble."""
        tools = [Described(one.shape, one.says, one.writes) for one in every_tool().values()]
        offered = functions(tools, self._reading.choices)
        said_so_far = messages(self._talk, self._text, before, self._ledger)
        for _ in range(MOST_ROUNDS):
            said = self._said(model, said_so_far, offered)
            self._show(self._statements.end())
            said = Said(said.text, said.calls[:MOST_CALLS])
            if not said.calls:
                return self._answered()
            meant, results = self._called(said.calls)
            if meant is not None:
                return self.ended(meant)
            said_so_far += [assistant_message(said), *map(tool_message, said.calls, results)]
        return self._answered()

    def _said(self, model: Speaking, so_far: Sequence[Any], offered: Sequence[Any]) -> Said:
        try:
            said = model.said(so_far, offered, self._hear)
        except NotReached:
            raise  # nothing was sent
        except ModelTrouble:
            self._is_sent = True
            raise
        self._is_sent = True
        return said

    # What it says

    def _hear(self, piece: str) -> None:
        self._show(self._statements.feed(piece))

    def _show(self, stated: Iterable[Stated]) -> None:
        for one in stated:
            self._tell(self._ledger.as_lines(one))

    def _tell(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line not in self.lines and len(self.lines) <= MOST_SHOWN:
                self.lines.append(line)
                self._watching.on_line(line)

    def _answered(self) -> Heard:
        """What it said; where none of it rests on anything, what the tools found. Raises NoUse."""
        if self.lines:
            return self.ended(None)
        if not self._ledger.answers:
            raise NoUse(self._ledger.settings.host)
        for answer in self._ledger.answers:
            self._tell(answer.lines)
        return self.ended(None)

    # What it calls

    def _called(self, calls: Sequence[Call]) -> tuple[Understood | None, list[str]]:
        """What is to be done; or what the calls return to the model. Raises NoUse."""
        if any(call.name == CANNOT for call in calls):
            return Understood("out_of_scope"), []
        read = [self._read(call) for call in calls]
        if any(one.wrong for one in read):
            if self._complained:
                raise NoUse(self._ledger.settings.host, "it used the tools wrongly")
            self._complained = True
            return None, [json.dumps({"error": "; ".join(one.wrong) or _NOT_CALLED}) for one in read]
        steps = tuple(Step(call.name, one.values) for call, one in zip(calls, read, strict=True))
        tools = every_tool()
        if any(one.missing for one in read):
            return _to_ask(steps, read), []
        if self._ledger.tells == "request" or any(tools[step.tool].writes for step in steps):
            return _ready(steps), []
        return None, [self._found(step) for step in steps]

    def _read(self, call: Call) -> Read:
        tool = every_tool().get(call.name)
        if tool is None:
            return Read(wrong=[f"there is no function {call.name[:40]}"])
        return arguments_of(tool.shape, call.arguments, self._reading)

    def _found(self, step: Step) -> str:
        """What a tool that reads finds, for the model."""
        self._watching.on_tool(step.tool)
        try:
            found = reply(self._talk, step)
        except StoreError as error:
            return json.dumps({"error": error.sentence})
        assert isinstance(found, Answer)
        return self._ledger.answer(found)

    # What is told

    def ended(self, meant: Understood | None, *notes: str) -> Heard:
        """All that is shown: what it said, what it wants done, and what left this machine for it."""
        sent = self._ledger.sent
        listed = tuple(dict.fromkeys(line.cites[0] for line in self.lines if line.cites))
        said = (*notes, *self._left_out(), *self._beware(meant))
        if self._is_sent and not sent.is_here:
            self._tell([Line(sent.sentence, (*sent.records, *sent.mails))])
        return Heard(meant, tuple(self.lines), listed, " ".join(said))

    def _left_out(self) -> Iterable[str]:
        count = self._statements.left_out
        if count:
            many = f"{count} sentences of the model were" if count > 1 else "1 sentence of the model was"
            yield f"{many} left out, because nothing that was found says so."

    def _beware(self, meant: Understood | None) -> Iterable[str]:
        """A proposal after mails were read may be what their writers want; so may a recipient that nobody named."""
        steps = _steps(meant)
        if self._ledger.has_told_mail and any(every_tool()[step.tool].writes for step in steps):
            yield "The model read mails before it proposed this: look at what it changes and who gets it."
        said = self._text.lower()
        found = {one for step in steps for one in _ADDRESS.findall(json.dumps(dict(step.arguments), default=str))}
        for one in sorted(found):
            if one.lower() not in said:
                yield f"You did not say {one}."


def _ready(steps: tuple[Step, ...]) -> Understood:
    if len(steps) == 1:
        return Understood("ready", steps[0].tool, steps[0].arguments)
    return Understood("ready", steps=steps)


def _to_ask(steps: tuple[Step, ...], read: Sequence[Read]) -> Understood:
    missing = tuple(dict.fromkeys(name for one in read for name in one.missing))
    choices = tuple(choice for one in read for choice in one.choices if choice.argument == missing[0])
    if len(steps) == 1:
        return Understood("ask", steps[0].tool, steps[0].arguments, missing, choices)
    return Understood("ask", None, {}, missing, choices, steps)


def _steps(meant: Understood | None) -> tuple[Step, ...]:
    if meant is None:
        return ()
    return meant.steps or ((Step(meant.tool, meant.arguments),) if meant.tool else ())
