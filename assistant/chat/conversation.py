"""One user's talk with the chat: what was said goes in, what to show comes out, and nothing is written without a yes.

What a text is taken for is decided in assistant/chat/dialogue.py; here it is looked up, proposed and carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from threading import Lock
from typing import Protocol

from assistant.chat import questions
from assistant.chat.conversing import Unseen, carry_out, replies, situation, steps_of, understood
from assistant.chat.dialogue import (
    Accept,
    Asked,
    Chosen,
    Drop,
    Edit,
    Exchange,
    Heard,
    Nothing,
    Plan,
    Reacted,
    Request,
    State,
    TakeBack,
    Told,
    arguments_of,
    as_before,
    filled,
    move,
    steps_meant,
    tool_of,
    wanted,
    with_value,
    without,
)
from assistant.chat.naming import StoreNaming
from assistant.chat.registry import Answer, Cite, Done, Line, Proposal, Talk, Waiting, every_tool
from assistant.chat.taking_back import correction, take_back
from assistant.chat.understanding.rejoinders import rejoinders
from assistant.chat.understanding.values import Argument, Choice, Understood
from assistant.chat.understanding.values_of import Given, given
from assistant.compose import Services
from store.errors import AlreadySent, StoreError
from store.types import storable

_DROPPED = "What was proposed before is dropped."
_NOT_SEEN = "Who gets the mail was not shown yet: it waits for a yes of its own."
_TOOL = "tool"
#: Nobody is told this: who abandoned a turn does not wait for its answer.
_NOTHING_DONE = Told("dropped", (Line("Stopped; nothing was done."),))


class Understanding(Protocol):
    """Whoever says what a text means: the grammar, or something that understands more."""

    def __call__(self, talk: Talk, text: str, before: Sequence[Exchange], /) -> Understood | Heard:
        """What is to be done, with the tools that there are. `before` is what was said and told so far, the latest
        last. Whatever it says, a write is proposed first. Raises StoreError."""


def by_grammar(talk: Talk, text: str, _before: Sequence[Exchange], /) -> Understood:
    return understood(talk, text)


class Conversation:
    """`state` is all that it knows. One thing is said at a time; `say` may run on any thread."""

    def __init__(self, services: Services, zone: tzinfo, understanding: Understanding = by_grammar) -> None:
        self.state = State()
        self._services = services
        self._zone = zone
        self._understanding = understanding
        self._turn = 0
        self._acting = 0  # the turn that writes, 0 for none
        self._lock = Lock()  # of both, so that what was abandoned never begins to write

    def say(self, text: str, *, screen: Cite | None = None) -> Told:
        """What to show for a text, said with `screen` open. Never raises StoreError: it is told in its sentence."""
        with self._lock:
            self._turn += 1
            turn = self._turn
        said = " ".join(storable(text).split())
        before = self.state
        talk = Talk(self._services, self._services.clock().astimezone(self._zone), screen, before.last)
        try:
            state, told = self._answer(talk, before, said, turn)
        except StoreError as error:
            state, told = replace(before, asked=None, waiting=None), _trouble(error.sentence)
        finally:
            if self._acting == turn:
                self._acting = 0
        if turn == self._turn:
            self.state = state.then(said, told)
        return told

    def abandon(self) -> bool:
        """Forget what is being worked on: its answer changes nothing. False while something is being written, which is
        finished."""
        with self._lock:
            if self._acting:
                return False
            self._turn += 1
            return True

    def _begin_to_act(self, turn: int) -> bool:
        """From now on something is written; False for what was abandoned."""
        with self._lock:
            if turn != self._turn:
                return False
            self._acting = turn
            return True

    def _answer(self, talk: Talk, state: State, text: str, turn: int) -> tuple[State, Told]:
        if not text:
            return state, _trouble("Say what you want to know, or to have done.")
        match move(state, text, rejoinders()):
            case Accept(plan):
                return self._accepted(talk, state, plan, turn)
            case Drop():
                return replace(state, asked=None, waiting=None), Told("dropped", (Line("Dropped; nothing was done."),))
            case Edit(plan, argument, value):
                return self._edit(talk, state, plan, argument, value)
            case Chosen(asked, choice):
                return self._chosen(talk, state, asked, choice)
            case Reacted(asked, said):
                return self._reacted(talk, state, asked, said)
            case TakeBack(acts):
                return self._take_back(talk, state, acts, turn)
            case Nothing(sentence):
                return state, _trouble(sentence)
            case Request(said):
                return self._request(talk, state, said)

    # Requests

    def _request(self, talk: Talk, state: State, text: str) -> tuple[State, Told]:
        found = self._understanding(talk, text, state.before)
        heard = found if isinstance(found, Heard) else Heard(found)
        note = " ".join(one for one in (_DROPPED if state.waiting else "", heard.note) if one)
        state, told = self._heard(talk, replace(state, asked=None, waiting=None), heard, text)
        return state, replace(told, lines=(*told.lines, *heard.lines), note=note)

    def _heard(self, talk: Talk, state: State, heard: Heard, text: str) -> tuple[State, Told]:
        if heard.meant is None:
            return replace(state, last=heard.listed or state.last), Told("answer")
        try:
            return self._meant(talk, state, heard.meant, text)
        except StoreError as error:  # what was heard before it is told all the same
            return state, _trouble(error.sentence)

    def _meant(self, talk: Talk, state: State, meant: Understood, text: str) -> tuple[State, Told]:
        if meant.status == "out_of_scope":
            return state, _out_of_scope()
        if meant.status == "ask":
            return _ask(state, Asked(meant, text, _options(meant, text)))
        return self._do(talk, state, Plan(steps_of(meant), talk.now, talk.screen, talk.last, ()))

    def _do(self, talk: Talk, state: State, plan: Plan) -> tuple[State, Told]:
        """Read at once; where anything would be written, show it and wait."""
        tools = every_tool()
        if not any(tools[step.tool].writes for step in plan.steps):
            found = carry_out(_of(talk, plan), Understood("ready", steps=plan.steps))
            return _answered(state, [one for one in found if isinstance(one, Answer)])
        shown = tuple(replies(_of(talk, plan), Understood("ready", steps=plan.steps)))
        return _propose(state, replace(plan, shown=shown))

    # What waits

    def _accepted(self, talk: Talk, state: State, plan: Plan, turn: int) -> tuple[State, Told]:
        state = replace(state, waiting=None)
        if plan.ready is not None:
            return _done(state, [plan.ready.carry_out()]) if self._begin_to_act(turn) else (state, _NOTHING_DONE)
        talk, meant = _of(talk, plan), Understood("ready", steps=plan.steps)
        again = tuple(replies(talk, meant))
        if not as_before(plan.shown, again):
            state, told = _propose(state, replace(plan, shown=again))
            return state, replace(told, note="It has changed meanwhile; look again.")
        if not self._begin_to_act(turn):
            return state, _NOTHING_DONE
        done: list[Answer | Done] = []
        unseen: Unseen | None = None
        try:
            for one in carry_out(talk, meant):
                if isinstance(one, Unseen):
                    unseen = one
                else:
                    done.append(one)  # what was done is told also where a later step fails
        except AlreadySent as error:
            plan = _correcting(talk, correction(talk, error, _last_operation(talk)), error.sentence)
            return _propose(_done(state, done)[0], plan)
        except StoreError as error:
            state, told = _done(state, done)
            return state, replace(told, kind="trouble", lines=(*told.lines, Line(error.sentence)))
        new = [one for one, before in zip(done, again, strict=False) if not isinstance(before, Answer)]
        state, told = _done(state, new)
        return (state, told) if unseen is None else _show(talk, state, told, unseen)

    def _edit(self, talk: Talk, state: State, plan: Plan, argument: str, value: str) -> tuple[State, Told]:
        if plan.ready is not None:
            state, told = _propose(state, plan)
            return state, replace(told, note="Nothing of it can be different: say yes or no.")
        if not argument:
            options = tuple(Choice("", one.name, _named(plan, one)) for one in arguments_of(plan.steps))
            asked = Asked(Understood("ask"), "", options, plan)
            told = Told("question", (Line("What shall be different?"),), tuple(one.shown for one in options))
            return replace(state, asked=asked, waiting=None), told
        asked = Asked(Understood("ask", None, {}, (argument,), (), without(plan.steps, argument)), "", (), plan)
        found = self._given(talk, asked, value) if value else Given()
        if found.value is not None:
            return self._filled(talk, state, asked, argument, found.value)
        return _ask(replace(state, waiting=None), replace(asked, options=found.choices))

    def _take_back(self, talk: Talk, state: State, acts: tuple[Done, ...], turn: int) -> tuple[State, Told]:
        dropped = _DROPPED if state.waiting else ""
        if not self._begin_to_act(turn):
            return state, _NOTHING_DONE
        back = take_back(talk, acts)
        state = replace(state, done=(*state.done[:-1], *([back.left] if back.left else [])), waiting=None)
        if back.correction is None:
            lines = (Line(back.sentence),) if back.sentence else ()
            return state, Told("trouble" if lines else "done", lines, done=back.done, note=dropped, taken_back=True)
        state, told = _propose(state, _correcting(talk, back.correction, back.sentence))
        return state, replace(told, done=back.done, taken_back=True)

    # The open question

    def _chosen(self, talk: Talk, state: State, asked: Asked, choice: Choice) -> tuple[State, Told]:
        if choice.argument == _TOOL:
            return self._request(talk, replace(state, asked=None), str(choice.value))
        if asked.plan is not None and not choice.argument:
            return self._edit(talk, replace(state, asked=None), asked.plan, str(choice.value), "")
        return self._filled(talk, state, asked, choice.argument, choice.value)

    def _reacted(self, talk: Talk, state: State, asked: Asked, text: str) -> tuple[State, Told]:
        """A value that was typed, or else another request; where it is neither, the question stays open."""
        about = wanted(asked)
        found = self._given(talk, asked, text)
        if about is not None and (found.whole or understood(talk, text).status != "ready"):
            if found.value is not None:
                return self._filled(talk, state, asked, about[1].name, found.value)
            if found.choices:
                return _ask(state, replace(asked, options=found.choices))
        waiting = state.waiting or asked.plan  # another request drops it, and says so
        fresh, told = self._request(talk, replace(state, asked=None, waiting=waiting), text)
        if told.kind != "out_of_scope":
            return fresh, told
        state, told = _ask(replace(state, waiting=None), asked)
        return state, replace(told, note="That is no answer to it.")

    def _given(self, talk: Talk, asked: Asked, text: str) -> Given:
        about = wanted(asked)
        if about is None:
            return Given()
        return given(*about, text, StoreNaming(talk.services, talk.now.date()), situation(talk))

    def _filled(self, talk: Talk, state: State, asked: Asked, argument: str, value: object) -> tuple[State, Told]:
        state = replace(state, asked=None)
        if asked.plan is None:
            return self._meant(talk, state, filled(asked.meant, argument, value), asked.said)
        changed = with_value(steps_meant(asked.meant), argument, value)
        try:
            return self._do(talk, state, replace(asked.plan, steps=changed, shown=()))
        except StoreError as error:
            state, told = _propose(state, asked.plan)
            return state, replace(told, note=f"{error.sentence} It stays as it was.")


def _of(talk: Talk, plan: Plan) -> Talk:
    """Where and when a plan was said: what it points at does not move while it waits."""
    return replace(talk, now=plan.now, screen=plan.screen, last=plan.last)


def _last_operation(talk: Talk) -> str:
    from store.queries.history import last_undoable

    last = talk.services.read(last_undoable)
    return last.uid if last else ""


def _show(talk: Talk, state: State, told: Told, unseen: Unseen) -> tuple[State, Told]:
    """What was done, and the mail that waits for a yes of its own."""
    plan = Plan(unseen.steps, talk.now, talk.screen, unseen.last, ())
    shown = tuple(replies(_of(talk, plan), Understood("ready", steps=plan.steps)))
    state, proposed = _propose(state, replace(plan, shown=shown))
    return state, replace(proposed, lines=(*told.lines, *proposed.lines), done=told.done, note=_NOT_SEEN)


def _correcting(talk: Talk, proposal: Proposal, sentence: str) -> Plan:
    shown = replace(proposal, text=f"{sentence} {proposal.text}")
    return Plan((), talk.now, talk.screen, talk.last, (shown,), shown)


def _named(plan: Plan, argument: Argument) -> str:
    """An argument with the value that it has."""
    tool = tool_of(plan.steps, argument.name)
    value = next((step.arguments.get(argument.name) for step in plan.steps if step.tool == tool), None)
    name = argument.name.replace("_", " ")
    return name if value is None or str(value).startswith("$") else f"{name}: {value}"


# What is told


def _options(meant: Understood, text: str) -> tuple[Choice, ...]:
    if meant.missing and meant.missing[0] != _TOOL:
        return meant.choices
    name = text.strip().rstrip("?!.")
    return tuple(Choice(_TOOL, said := one.format(name), said) for one in rejoinders().requests)


def _ask(state: State, asked: Asked) -> tuple[State, Told]:
    told = Told("question", (Line(questions.asked(asked.meant)),), tuple(one.shown for one in asked.options))
    return replace(state, asked=asked), told


def _out_of_scope() -> Told:
    return Told("out_of_scope", tuple(Line(said) for said in questions.what_can_be_done()))


def _trouble(sentence: str) -> Told:
    return Told("trouble", (Line(sentence),))


def _answered(state: State, found: Sequence[Answer | Done]) -> tuple[State, Told]:
    answers = [one for one in found if isinstance(one, Answer)]
    listed = next((one.listed for one in reversed(answers) if one.listed), state.last)
    once = {(one.kind, one.id): one for one in reversed(listed)}  # several lines may rest on one thing
    return replace(state, last=tuple(reversed(once.values()))), Told(
        "answer", tuple(line for one in answers for line in one.lines)
    )


def _propose(state: State, plan: Plan) -> tuple[State, Told]:
    lines = tuple(line for one in plan.shown if isinstance(one, Answer) for line in one.lines)
    waiting: tuple[Proposal | Waiting, ...] = tuple(one for one in plan.shown if not isinstance(one, Answer))
    return replace(state, waiting=plan), Told("proposal", lines, proposals=waiting)


def _done(state: State, found: Sequence[Answer | Done]) -> tuple[State, Told]:
    acts = tuple(one for one in found if isinstance(one, Done))
    state, told = _answered(state, found)
    made = next((one.about for one in reversed(acts) if one.about), None)
    state = replace(state, last=(made,) if made else state.last, done=(*state.done, acts) if acts else state.done)
    return state, replace(told, kind="done", done=acts)
