"""One request from text to answer: understood, then read at once, or proposed and carried out after a yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.chat.naming import StoreNaming
from assistant.chat.registry import Answer, Cite, Done, Proposal, Reply, Talk, Waiting, every_tool, shapes
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import LAST, Open, Situation, Step, Understood
from store.errors import Invalid


def understood(talk: Talk, text: str) -> Understood:
    """What is meant by a text, here and now."""
    return understand(text, shapes(), StoreNaming(talk.services, talk.now.date()), situation(talk))


def situation(talk: Talk) -> Situation:
    """Where something is said, as understanding sees it."""
    screen = Open(talk.screen.kind, talk.screen.title) if talk.screen else None
    return Situation(talk.now, screen, tuple(one.title for one in talk.last))


def steps_of(meant: Understood) -> tuple[Step, ...]:
    """What is to be done, one after the other; nothing where something is still to be asked."""
    if meant.status != "ready":
        return ()
    return meant.steps or (Step(str(meant.tool), meant.arguments),)


def replies(talk: Talk, meant: Understood) -> Iterator[Reply]:
    """Answers, and proposals of which nothing is done yet. Raises StoreError with the sentence a user reads."""
    for place, step in enumerate(steps_of(meant)):
        if _waits(place, step):
            yield Waiting(step)
        else:
            yield reply(talk, step)


def _waits(place: int, step: Step) -> bool:
    """Whether it is about what the step before it makes or finds."""
    return place > 0 and LAST in step.arguments.values()


def reply(talk: Talk, step: Step) -> Answer | Proposal:
    """What a tool finds, or what it would do. Raises StoreError."""
    tool = every_tool()[step.tool]
    act = tool.read or tool.propose
    assert act is not None
    try:
        return act(talk, step.arguments)
    except OverflowError as error:
        raise Invalid("That lies too far away.") from error


@dataclass(frozen=True, slots=True)
class Unseen:
    """A step that would mail somebody and could not be shown in full before: it is not done. `steps` are it and those
    after it, `last` is what the step before made."""

    proposal: Proposal
    steps: tuple[Step, ...]
    last: tuple[Cite, ...]


def carry_out(talk: Talk, meant: Understood) -> Iterator[Answer | Done | Unseen]:
    """Do all of it, each step with what the one before made or found; ends before a mail that nobody has seen.
    Raises StoreError."""
    steps = steps_of(meant)
    for place, step in enumerate(steps):
        told = reply(talk, step)
        if isinstance(told, Proposal) and told.mails and _waits(place, step):
            yield Unseen(told, steps[place:], talk.last)
            return
        result = _carried_out(told) if isinstance(told, Proposal) else told
        yield result
        if isinstance(result, Done):
            talk = replace(talk, last=(result.about,) if result.about else ())
        else:
            talk = replace(talk, last=result.listed)


def _carried_out(proposed: Proposal) -> Done:
    try:
        return proposed.carry_out()
    except OverflowError as error:
        raise Invalid("That lies too far away.") from error
