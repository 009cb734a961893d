"""Sorts of conditions: how a value is checked, when it fits, and the words for both. Pure.

A condition is made ready once for the values of its rule, so that nothing is parsed while mails wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Generic, TypeVar

from assistant.triage.facts import Written
from assistant.triage.model import NO, YES
from assistant.triage.patterns import UnsafePattern, compile_pattern
from assistant.triage.phrases import either, every, quoted
from store.search_text import fold

FactsT = TypeVar("FactsT")

#: The value that fits, '' where none does.
Test = Callable[[FactsT], str]

_FLAGS = (YES, NO)
ANYTHING = "*"  # within a value: any part


@dataclass(frozen=True, slots=True)
class Sort(Generic[FactsT]):
    """A sort of condition.

    `wrong` says what is the matter with a value, as the end of a sentence that begins with it; '' for a good one.
    `ready` makes the test for a rule's values. `holds` says why it holds, for the value that fits; `fails` why it does
    not, for all of them. `is_flag`: true or false in a file. `cost` orders the conditions of a rule: 0 compares values,
    1 looks into a line, 2 into a text.
    """

    wrong: Callable[[str], str]
    ready: Callable[[Sequence[str]], Test[FactsT]]
    holds: Callable[[str, FactsT], str]
    fails: Callable[[Sequence[str], FactsT], str]
    is_flag: bool = False
    cost: int = 0


def anything(value: str) -> str:
    return "" if fold(value) else "has no letter or digit"


def flag(get: Callable[[FactsT], bool | None], yes: str, no: str, unclear: str = "") -> Sort[FactsT]:
    """True or false. Where nobody knows (None), neither holds."""

    def ready(values: Sequence[str]) -> Test[FactsT]:
        value = values[0]
        wanted = value == YES
        return lambda facts: value if get(facts) is wanted else ""

    def fails(values: Sequence[str], facts: FactsT) -> str:
        return unclear if get(facts) is None else no if values[0] == YES else yes

    return Sort(
        wrong=lambda value: "" if value in _FLAGS else "is neither true nor false",
        ready=ready,
        holds=lambda value, facts: yes if value == YES else no,
        fails=fails,
        is_flag=True,
    )


def one_of(
    get: Callable[[FactsT], Sequence[str]],
    is_: str,
    nothing: str,
    *,
    names: Sequence[str] = (),
    key: Callable[[str], str] = fold,
    of: str = "",
) -> Sort[FactsT]:
    """Equal to one of the values, as `key` makes them alike. `names`: the only values there are. `of` follows a value
    in a sentence."""
    shown: Callable[[Sequence[str]], str] = " or ".join if names else either
    alike: Callable[[str], str] = str if names else key

    def ready(values: Sequence[str]) -> Test[FactsT]:
        wanted = {alike(value): value for value in reversed(values)}

        def test(facts: FactsT) -> str:
            for one in get(facts):
                if hit := wanted.get(alike(one)):
                    return hit
            return ""

        return test

    def fails(values: Sequence[str], facts: FactsT) -> str:
        found = [one for one in get(facts) if one]
        told = every(found) if not names else ", ".join(found)
        return f"{is_} {told}{of}, not {shown(values)}" if found else nothing

    return Sort(
        wrong=(lambda value: "" if value in names else f"is none of {', '.join(names)}") if names else anything,
        ready=ready,
        holds=lambda value, facts: f"{is_} {shown([value])}{of}",
        fails=fails,
    )


def like(get: Callable[[FactsT], Sequence[str]], is_: str, nothing: str) -> Sort[FactsT]:
    """Equal to one of the values, of which `*` is any part."""

    def ready(values: Sequence[str]) -> Test[FactsT]:
        exact = {value.casefold(): value for value in reversed(values) if ANYTHING not in value}
        globs = [(_glob(value), value) for value in values if ANYTHING in value]

        def test(facts: FactsT) -> str:
            for found in get(facts):
                if hit := exact.get(found) or next((value for glob, value in globs if glob.match(found)), ""):
                    return hit
            return ""

        return test

    def fails(values: Sequence[str], facts: FactsT) -> str:
        found = get(facts)
        return f"{is_} {every(found)}, not {either(values)}" if found else nothing

    return Sort(_no_glob, ready, lambda value, facts: f"{is_} {every(get(facts))}", fails)


def _glob(value: str) -> re.Pattern[str]:
    """Only `*` is special; the parts between are looked for one after another without going back."""
    literal = re.sub(r"\*+", "*", value.casefold()).replace("[", "[[]").replace("?", "[?]")
    return re.compile(translate(literal))


def _no_glob(value: str) -> str:
    return "" if value.strip(" *") else "fits everything"


def domains(get: Callable[[FactsT], str]) -> Sort[FactsT]:
    """The domain itself or one below it."""

    def ready(values: Sequence[str]) -> Test[FactsT]:
        wanted = {value.casefold().lstrip("@"): value for value in reversed(values)}

        def test(facts: FactsT) -> str:
            labels = get(facts).split(".")
            return next((hit for i in range(len(labels)) if (hit := wanted.get(".".join(labels[i:])))), "")

        return test

    def wrong(value: str) -> str:
        name = value.lstrip("@")
        return "" if "." in name and not re.search(r"[\s@*/]", name) else "is no domain; write it as contoso.com"

    def fails(values: Sequence[str], facts: FactsT) -> str:
        found = get(facts)
        return f"the sender's domain is {quoted(found)}, not {either(values)}" if found else "the sender has no domain"

    return Sort(wrong, ready, lambda value, facts: f"the sender's domain is {quoted(get(facts))}", fails)


def words(get: Callable[[FactsT], tuple[Written, ...]], what: str, *, cost: int) -> Sort[FactsT]:
    """Says one of the values: words that stand side by side (`print*`: the beginning of one), or a /pattern/."""

    def ready(values: Sequence[str]) -> Test[FactsT]:
        needles = [(_needle(value), value) for value in values if not is_pattern(value)]
        patterns = [(compile_pattern(value[1:-1]), value) for value in values if is_pattern(value)]

        def test(facts: FactsT) -> str:
            for written in get(facts):
                said = written.words
                for needle, value in needles:
                    if needle in said:
                        return value
                for pattern, value in patterns:
                    if pattern.fits(written.plain, written.caseless):
                        return value
            return ""

        return test

    def fails(values: Sequence[str], facts: FactsT) -> str:
        first = get(facts)[0].text
        said = f"{what}, {quoted(first)}," if cost == 1 and first.strip() else what
        return f"{said} says nothing of {either(values)}"

    return Sort(wrong_words, ready, lambda value, facts: f"{what} says {quoted(value)}", fails, cost=cost)


def is_pattern(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] == "/"


def wrong_words(value: str) -> str:
    """What is the matter with words or a /pattern/, '' where nothing is."""
    if not is_pattern(value):
        return anything(value)
    try:
        compile_pattern(value[1:-1])
    except UnsafePattern as error:
        return str(error)
    return ""


def _needle(value: str) -> str:
    return f" {fold(value)}" if value.endswith(ANYTHING) else f" {fold(value)} "
