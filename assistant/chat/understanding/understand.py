"""From what a person types to what is to be done: pure, and without a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.chat.understanding.filling import Filling
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon, lexicon
from assistant.chat.understanding.marking import Marked, mark
from assistant.chat.understanding.scoring import by_example, close, ranked
from assistant.chat.understanding.slots import fill
from assistant.chat.understanding.values import (
    LAST,
    OUTSIDE,
    SCREEN,
    Choice,
    Naming,
    Shape,
    Situation,
    Step,
    Understood,
)

_PEOPLE = frozenset({"contact", "lead", "colleague"})
_SHORT = 4  # words and names at most of what is asked about rather than refused
_SURELY_OUTSIDE = 0.5  # share from which it is refused all the same
_ENDS = (".", ";", "!")
_LONGEST = 2_000  # characters; what is longer is a mail and no request
_A_STEP, _BEFORE_IT = 0.45, 0.3  # shares from which a second clause is a step of its own, and what stands before it
_BEHIND_A_NOTE = 0.85  # notes say "and" of anything
_TORN = 0.25  # of the share of the likeliest: where nothing but names and times is said, this is as likely

_OUT = Understood("out_of_scope")


def understand(
    text: str, shapes: Mapping[str, Shape], naming: Naming, situation: Situation, language: str = "en"
) -> Understood:
    """What is meant, with the tools that there are. Never raises for any text."""
    words = lexicon(language)
    marked = mark(text[:_LONGEST], situation, naming, words)
    if not marked.items:
        return _OUT
    plan = _two_steps(marked, shapes, naming, situation, words)
    return plan or _meant(marked, shapes, naming, situation, words)[0]


def _meant(
    marked: Marked, shapes: Mapping[str, Shape], naming: Naming, situation: Situation, words: Lexicon
) -> tuple[Understood, float]:
    first = where_it_begins(marked.items, words)
    if new := by_example(" ".join(item.text for item in marked.items), shapes):
        return _answer(fill(shapes[new], marked, first, situation, naming, words)), 1.0
    scored = ranked(marked.items, first, situation)
    if scored[0].tool not in shapes:  # what nobody can do is not taken for what is next to it
        return _unclear(marked, scored[0].share), 0.0
    if _is_bare(marked.items, words) and len(scored) > 1 and scored[1].share >= scored[0].share * _TORN:
        return Understood("ask", missing=("tool",)), 0.0
    filled = [
        (one.share, fill(shapes[one.tool], marked, first, situation, naming, words))
        for one in close(scored)
        if one.tool in shapes
    ]
    share, filling = min(filled, key=lambda each: (len(each[1].missing), -each[0]))
    return _answer(filling), share


def where_it_begins(items: Sequence[Item], words: Lexicon) -> int:
    """Where a request begins behind "could you please"; all of it where there is nothing else."""
    first = 0
    while first < len(items) and (_is_filler(items[first], words) or _is_when(items, first, words)):
        first += 1
    return first if first < len(items) else 0


def _is_filler(item: Item, words: Lexicon) -> bool:
    return item.text in words.filler or (item.kind == "mark" and item.text in ",.!-:")


def _is_when(items: Sequence[Item], at: int, words: Lexicon) -> bool:
    """A time that is said before anything else ("on Friday at 8 remind me ..."), and the word that leads to it."""
    if "time" in items[at].marks:
        return at + 1 < len(items)
    following = items[at + 1 : at + 3]
    return items[at].text in words.prepositions and any("time" in item.marks for item in following[:1])


def _is_bare(items: Sequence[Item], words: Lexicon) -> bool:
    """Whether several names and times are all that is said ("lena friday")."""
    said = [item for item in items if item.kind == "span" or not _is_filler(item, words)]
    return len(said) > 1 and all(item.kind == "span" for item in said)


def _unclear(marked: Marked, outside: float) -> Understood:
    """A name and nothing to do with it is asked about; anything else is not for us."""
    named = any("name" in item.marks for item in marked.items)
    if named and len(marked.items) <= _SHORT and outside < _SURELY_OUTSIDE:
        return Understood("ask", missing=("tool",))
    return _OUT


def _answer(filling: Filling) -> Understood:
    missing = tuple(dict.fromkeys(filling.missing))
    values = {name: value for name, value in filling.values.items() if name not in missing}
    ordered = {one.name: values[one.name] for one in filling.shape.arguments if one.name in values}
    choices: tuple[Choice, ...] = tuple(one for one in filling.choices if missing and one.argument == missing[0])
    return Understood("ask" if missing else "ready", filling.shape.name, ordered, missing, choices)


def _two_steps(
    marked: Marked, shapes: Mapping[str, Shape], naming: Naming, situation: Situation, words: Lexicon
) -> Understood | None:
    """A plan, where what stands behind "and" or "then" is a request by itself, and so is what stands before."""
    for at, end in _joints(marked.items, words):
        left = replace(marked, items=marked.items[:at])
        right = replace(marked, items=tuple(_pointing(item) for item in marked.items[end:]))
        if not left.items or not right.items:
            continue
        if (marked.items[at].text in _ENDS and not (_says(left) and _says(right))) or _joins_people(
            marked.items, at, end
        ):
            continue
        second = ranked(right.items, where_it_begins(right.items, words), situation)[0]
        if second.tool == OUTSIDE or second.share < _A_STEP:
            continue
        one, share = _meant(left, shapes, naming, situation, words)
        if one.tool is None or share < _BEFORE_IT or (one.tool == "add_note" and second.share < _BEHIND_A_NOTE):
            continue
        if second.tool not in shapes:
            return _OUT  # half of what is wanted is not done
        if str(one.tool).startswith("create_"):
            right = replace(right, items=tuple(_made(item, str(one.tool)) for item in right.items))
        other, _ = _meant(right, shapes, naming, _after(one, situation), words)
        if other.tool is None or other.status == "out_of_scope" or other.tool == one.tool:
            continue
        return _plan(one, other)
    return None


def _says(part: Marked) -> bool:
    """Whether it may be a request: two words or names at least, and not names alone."""
    said = [item for item in part.items if item.kind != "mark"]
    return len(said) > 1 and any(item.kind == "word" for item in said)


def _joins_people(items: Sequence[Item], at: int, end: int) -> bool:
    """Whether it only joins two people, with nothing to be done behind them ("to Tomasz and Lena: ...")."""
    beside = (items[at - 1], items[end])
    return all("name" in item.marks and not item.marks.isdisjoint(_PEOPLE) for item in beside) and (
        end + 1 == len(items) or items[end + 1].kind == "mark" or "time" in items[end + 1].marks
    )


def _pointing(item: Item) -> Item:
    """In a second step "it" and "her" are what the first one is about."""
    if "reference_last" in item.marks or item.text in ("it", "this"):
        return replace(
            item, kind="span", marks=item.marks | {"reference", "reference_last", "known"}, value=item.value or LAST
        )
    return item


def _made(item: Item, tool: str) -> Item:
    """Behind a step that makes something "it" is what was made, whatever a screen shows, and "there" a new customer."""
    if item.text == "there" and tool == "create_account":
        return replace(item, kind="span", marks=frozenset({"reference", "reference_last", "known"}), value=LAST)
    return replace(item, value=LAST) if "reference" in item.marks and item.value == SCREEN else item


def _after(one: Understood, situation: Situation) -> Situation:
    """What the second step may point at: what the first one makes, or is about."""
    about = (
        LAST
        if str(one.tool).startswith("create_")
        else _shared(one, "record", "case", "lead", "opportunity", "booking", "mail")
    )
    return replace(situation, follows=about or LAST, last=(LAST,))


def _plan(one: Understood, other: Understood) -> Understood:
    about = _shared(one, "record", "lead", "case", "opportunity", "to", "person", "resource")
    said = _shared(one, "resolution", "reason", "text")
    made = str(one.tool).startswith("create_")
    arguments = {
        name: about if value == LAST and about and not made else value for name, value in other.arguments.items()
    }
    if other.tool in ("remind", "create_task") and about and "record" not in arguments:
        arguments["record"] = about
    if other.tool == "write_mail" and said and "text" not in arguments:
        arguments["text"] = said
    steps = (Step(str(one.tool), one.arguments), Step(str(other.tool), arguments))
    unsaid = [name for name in other.missing if name not in arguments]
    missing = tuple(dict.fromkeys((*one.missing, *unsaid)))
    if missing:
        asked = one if one.missing else other
        return Understood("ask", None, {}, missing, asked.choices, steps)
    return Understood("ready", steps=steps)


def _shared(one: Understood, *names: str) -> str:
    found = (one.arguments[name] for name in names if name in one.arguments)
    return next((each for each in found if isinstance(each, str)), "")


def _joints(items: tuple[Item, ...], words: Lexicon) -> list[tuple[int, int]]:
    """Where two steps may meet: "and", "then", and the end of a sentence; the widest first."""
    found: list[tuple[int, int]] = []
    at = 1
    while at < len(items) - 1:
        for phrase in words.joiners:
            if tuple(item.text for item in items[at : at + len(phrase)]) == phrase:
                found.append((at, at + len(phrase)))
                at += len(phrase) - 1
                break
        else:
            if items[at].kind == "mark" and items[at].text in _ENDS:
                found.append((at, at + 1))
        at += 1
    return found


__all__ = ["LAST", "understand"]
