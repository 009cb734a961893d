"""What an answer to a question gives: the value of one argument, read as it would be within a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from assistant.chat.understanding.filling import Filling
from assistant.chat.understanding.lexicon import Lexicon, lexicon
from assistant.chat.understanding.marking import mark
from assistant.chat.understanding.rejoinders import plain, rejoinders
from assistant.chat.understanding.slots import fill
from assistant.chat.understanding.values import Argument, Choice, Naming, Shape, Situation

FREE = ("text", "title", "name")  # types of which every text is a value
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 2_000  # characters
_A_FEW = 2  # words that are no request by themselves


@dataclass(frozen=True, slots=True)
class Given:
    """A value, or choices where several are honest; neither where a text says nothing of the kind. `whole`: the text
    says nothing else."""

    value: Any = None
    choices: tuple[Choice, ...] = ()
    whole: bool = False


def given(
    tool: str, argument: Argument, text: str, naming: Naming, situation: Situation, language: str = "en"
) -> Given:
    """What a text says of an argument. Never raises for any text."""
    said = text.strip()[:_LONGEST]
    if argument.type in FREE:
        return Given(said or None, whole=True)
    if argument.type == "flag":
        return _flag(said, language)
    words = lexicon(language)
    marked = mark(said, replace(situation, screen=None), naming, words)
    wanted = Shape(tool, (replace(argument, required=False),))
    filling = fill(wanted, marked, 0, situation, naming, words)
    value = filling.values.get(argument.name)
    if value is None and argument.type in ("amount", "duration") and (figure := _FIGURE.fullmatch(said)):
        value = float(figure[0]) if "." in figure[0] else int(figure[0])
    return Given(value, tuple(filling.choices) if value is None else (), _is_whole(filling, words, language))


def _is_whole(filling: Filling, words: Lexicon, language: str) -> bool:
    idle = words.filler | words.prepositions | rejoinders(language).edit
    rest = [one for at, one in enumerate(filling.items) if at not in filling.used and one.kind != "mark"]
    return len(filling.items) <= _A_FEW or all(one.kind == "word" and one.text in idle for one in rest)


def _flag(said: str, language: str) -> Given:
    words = rejoinders(language)
    return Given(True if plain(said) in words.yes else False if plain(said) in words.no else None, whole=True)
