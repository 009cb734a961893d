"""A conversation as values: what is open in it, what a text is taken for, and what is shown. Nothing is done here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from assistant.chat.registry import Answer, Cite, Done, Line, Proposal, Reply, Waiting, every_tool
from assistant.chat.understanding.rejoinders import Rejoinders, chosen, edited, plain
from assistant.chat.understanding.values import Argument, Choice, Step, Understood

_KEPT = 6  # exchanges that are remembered for whoever understands what is said next

Kind = Literal["answer", "question", "proposal", "done", "dropped", "out_of_scope", "trouble"]


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown after something was said. `lines` are read first; then `choices`, which a number answers, or
    `proposals`, which wait for yes, edit or no, or what was `done`. `note` stands before all: what became of what
    waited before, and how it was understood."""

    kind: Kind
    lines: tuple[Line, ...] = ()
    choices: tuple[str, ...] = ()
    proposals: tuple[Proposal | Waiting, ...] = ()
    done: tuple[Done, ...] = ()
    note: str = ""
    taken_back: bool = False  # what was `done` is that something was taken back


@dataclass(frozen=True, slots=True)
class Heard:
    """A text understood by somebody who looked things up: what is to be done, if anything, and lines to be shown with
    it, of which `listed` is what "the second one" means next. `note` says how it came to that."""

    meant: Understood | None
    lines: tuple[Line, ...] = ()
    listed: tuple[Cite, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    said: str
    told: Told


@dataclass(frozen=True, slots=True)
class Plan:
    """What waits for a yes: its steps, when and where they were said (`now` aware, in the user's zone), and what was
    shown of them. `ready` is what has no steps of tools: a correction of what was sent."""

    steps: tuple[Step, ...]
    now: datetime
    screen: Cite | None
    last: tuple[Cite, ...]
    shown: tuple[Reply, ...]
    ready: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that is open: the first of `meant.missing`, with what may be chosen. `said` is the request, `plan`
    the proposal of which an argument is to be different."""

    meant: Understood
    said: str
    options: tuple[Choice, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class State:
    """`last` is what was listed or made last, `done` what can be taken back, the latest last."""

    last: tuple[Cite, ...] = ()
    asked: Asked | None = None
    waiting: Plan | None = None
    done: tuple[tuple[Done, ...], ...] = ()
    before: tuple[Exchange, ...] = ()

    def then(self, said: str, told: Told) -> State:
        return replace(self, before=(*self.before, Exchange(said, told))[-_KEPT:])


# What a text is taken for


@dataclass(frozen=True, slots=True)
class Accept:
    plan: Plan


@dataclass(frozen=True, slots=True)
class Drop:
    pass


@dataclass(frozen=True, slots=True)
class Edit:
    """Change an argument of what waits; without a name it is asked which one, without a value which value."""

    plan: Plan
    argument: str
    value: str


@dataclass(frozen=True, slots=True)
class Chosen:
    asked: Asked
    choice: Choice


@dataclass(frozen=True, slots=True)
class Reacted:
    """Something else than one of the choices, said while a question is open."""

    asked: Asked
    text: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    done: tuple[Done, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A yes or a no to nothing."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Request:
    text: str


Move = Accept | Drop | Edit | Chosen | Reacted | TakeBack | Nothing | Request


def move(state: State, text: str, words: Rejoinders) -> Move:
    """What a text means where the conversation stands. Never raises."""
    said = plain(text)
    if state.asked is not None:
        if said in words.undo or (said in words.no and not _is_flag(state.asked)):
            return Drop()
        place = chosen(text, [one.shown for one in state.asked.options], words)
        return Reacted(state.asked, text) if place is None else Chosen(state.asked, state.asked.options[place])
    if state.waiting is not None:
        if said in words.yes:
            return Accept(state.waiting)
        if said in words.no:
            return Drop()
        change = edited(text, [one.name for one in arguments_of(state.waiting.steps)], words)
        if change is not None:
            return Edit(state.waiting, *change)
    elif said in words.yes | words.no:
        return Nothing("Nothing waits for a yes or a no.")
    if said in words.undo and (state.done or state.waiting):
        return TakeBack(state.done[-1]) if state.done else Drop()
    return Request(text)


def _is_flag(asked: Asked) -> bool:
    return any(one.type == "flag" for one in _missing(asked.meant)[:1])


# Arguments of what is to be done


def steps_meant(meant: Understood) -> tuple[Step, ...]:
    """The steps of a request, whole or not."""
    return meant.steps or ((Step(meant.tool, meant.arguments),) if meant.tool else ())


def arguments_of(steps: Sequence[Step]) -> tuple[Argument, ...]:
    """What can be said of the steps, each name once."""
    found = {one.name: one for step in reversed(steps) for one in reversed(every_tool()[step.tool].arguments)}
    return tuple(reversed(found.values()))


def tool_of(steps: Sequence[Step], argument: str) -> str:
    """The step that takes an argument: the one in which it is still missing, else the first that has it."""
    taking = [step for step in steps if every_tool()[step.tool].shape.argument(argument) is not None]
    open_ones = [step for step in taking if argument not in step.arguments]
    return (open_ones or taking)[0].tool if taking else ""


def _missing(meant: Understood) -> list[Argument]:
    known = {one.name: one for one in arguments_of(steps_meant(meant))}
    return [known[name] for name in meant.missing if name in known]


def wanted(asked: Asked) -> tuple[str, Argument] | None:
    """The tool and the argument that an open question is about; None where it is what to do at all."""
    found = _missing(asked.meant)[:1]
    return (tool_of(steps_meant(asked.meant), found[0].name), found[0]) if found else None


def filled(meant: Understood, argument: str, value: Any) -> Understood:
    """A request with an answer in it; ready, or with what is still missing."""
    steps = with_value(steps_meant(meant), argument, value)
    missing = tuple(one for one in meant.missing if one != argument)
    if meant.steps:
        return Understood("ask" if missing else "ready", None, {}, missing, (), steps)
    return Understood("ask" if missing else "ready", meant.tool, steps[0].arguments, missing)


def with_value(steps: Sequence[Step], argument: str, value: Any) -> tuple[Step, ...]:
    """The steps with another value, in the one step that takes it."""
    tool = tool_of(steps, argument)
    place = next((at for at, step in enumerate(steps) if step.tool == tool), -1)
    return tuple(
        Step(step.tool, {**step.arguments, argument: value}) if at == place else step for at, step in enumerate(steps)
    )


def without(steps: Sequence[Step], argument: str) -> tuple[Step, ...]:
    """The steps with one value less: of the first that has it."""
    place = next((at for at, step in enumerate(steps) if argument in step.arguments), -1)
    return tuple(
        Step(step.tool, {name: value for name, value in step.arguments.items() if name != argument})
        if at == place
        else step
        for at, step in enumerate(steps)
    )


def as_before(shown: Sequence[Reply], again: Sequence[Reply]) -> bool:
    """Whether what would be done now is what somebody was shown."""
    return [_seen(one) for one in shown] == [_seen(one) for one in again]


def _seen(one: Reply) -> object:
    if isinstance(one, Proposal):
        return one.text, one.about, one.changes, one.mails
    return None if isinstance(one, Answer) else one
