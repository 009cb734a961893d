"""The arguments of a tool from what is marked in a clause."""

from __future__ import annotations

from datetime import timedelta

from assistant.chat.understanding import timing
from assistant.chat.understanding.described import things
from assistant.chat.understanding.filling import RECORDS, SHOWN_AS, THINGS, Filling
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.named import names
from assistant.chat.understanding.texts import as_text, texts_of
from assistant.chat.understanding.timed import lengths, times
from assistant.chat.understanding.values import LAST, SCREEN, TEXTS, Argument, Naming, Shape, Situation

_TODAY = ("agenda",)  # tools that show today unless another time is said
_SAYING = ("write_mail",)  # tools that need a text unless they make a draft, or follow on what has one


def fill(shape: Shape, marked: Marked, first: int, situation: Situation, naming: Naming, words: Lexicon) -> Filling:
    filling = Filling(shape, marked, first, situation, naming, words)
    texts = texts_of(shape, marked, first, words)
    for start, end in texts.values():
        filling.inside |= set(range(start, end))
    filling.texts = {name: as_text(marked, bounds) for name, bounds in texts.items()}
    for rule in (_fixed, _choices, names, things, lengths, times):
        for argument in shape.arguments:
            if argument.name not in filling.values and argument.name not in filling.missing:
                rule(filling, argument)
    for name, text in filling.texts.items():
        filling.values.setdefault(name, text if filling.type_of(name) in TEXTS else {"text": text})
    _finish(filling)
    return filling


def _fixed(filling: Filling, argument: Argument) -> None:
    if argument.type in ("phone", "email", "amount"):
        for at in filling.free(argument.type, inside=argument.type == "phone")[:1]:
            filling.take(argument.name, filling.items[at].value, at)


def _choices(filling: Filling, argument: Argument) -> None:
    if argument.type not in ("choice", "flag"):
        return
    texts = [item.corrected or item.text for item in filling.items]
    for value, phrases in filling.words.choices.get(argument.name, {}).items():
        for phrase in phrases:
            for at in range(len(texts) - len(phrase) + 1):
                if at in filling.inside or tuple(texts[at : at + len(phrase)]) != phrase:
                    continue
                if argument.name not in filling.values:
                    filling.take(argument.name, True if argument.type == "flag" else value)
    if argument.name == "direction" and argument.name not in filling.values:
        _calling(filling, argument)


def _calling(filling: Filling, argument: Argument) -> None:
    """Who called whom: "Jane rang" and "they called" are incoming, "rang Jane" is not."""
    for at, item in enumerate(filling.items):
        if item.text in filling.words.calling and at not in filling.inside:
            said = at > 0 and filling.items[at - 1].kind == "span" and "time" not in filling.items[at - 1].marks
            filling.take(argument.name, "incoming" if said else "outgoing")
            return


def _finish(filling: Filling) -> None:
    """What is required and was not said: what is open, what was spoken of, else it is asked for."""
    if filling.shape.name in _TODAY and not filling.values.keys() & {"period"}:
        today = filling.situation.now.replace(hour=0, minute=0, second=0, microsecond=0)
        filling.values["period"] = {"start": timing.local(today), "end": timing.local(today + timedelta(days=1))}
    if (
        filling.shape.name in _SAYING
        and not filling.values.keys() & {"text", "draft"}
        and not filling.situation.follows
    ):
        filling.missing.append("text")
    for argument in filling.shape.arguments:
        if argument.name in filling.values or argument.name in filling.missing or not argument.required:
            continue
        value = _at_hand(filling, argument)
        if value:
            filling.values[argument.name] = value
        else:
            filling.missing.append(argument.name)


def _at_hand(filling: Filling, argument: Argument) -> str:
    if filling.situation.follows and (argument.type in THINGS or argument.type == "record"):
        return filling.situation.follows
    shown = filling.situation.screen
    kinds = argument.kinds or RECORDS
    if argument.type == "record":
        if shown is not None and shown.kind in (
            *kinds,
            "mail" if argument.name == "record" and not argument.kinds else "",
        ):
            return SCREEN
        return LAST if len(filling.situation.last) == 1 and shown is None else ""
    if argument.type in THINGS and shown is not None and shown.kind in SHOWN_AS.get(argument.type, (argument.type,)):
        return SCREEN
    return ""
