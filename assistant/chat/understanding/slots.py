"""The arguments of a tool from what is marked in a clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.chat.times.values import Reading, Recurrence
from assistant.chat.understanding import timing
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.matters import the_matter
from assistant.chat.understanding.texts import as_text, texts_of
from assistant.chat.understanding.values import LAST, SCREEN, TEXTS, Argument, Choice, Named, Naming, Shape, Situation

_RECORDS = ("account", "contact", "lead", "opportunity", "case", "booking")
_KINDS = {
    "record": ("account", "contact", "lead"),
    "person": ("colleague", "contact", "lead", "resource"),
    "colleague": ("colleague",),
    "resource": ("resource",),
    "service": ("service",),
    "mailbox": ("mailbox", "colleague"),
}
_PAST = ("timeline", "find_mail")  # tools that look back: "in October" is the last one
_THINGS = ("mail", "appointment", "booking", "task", "follow_up")
_SHOWN_AS = {"mail": ("mail",), "appointment": ("calendar", "appointment"), "booking": ("booking", "calendar")}


@dataclass
class Filling:
    """A tool's arguments while they are gathered from a clause; `used` are items that an argument took."""

    shape: Shape
    marked: Marked
    first: int
    situation: Situation
    naming: Naming
    words: Lexicon
    values: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def type_of(self, name: str) -> str:
        return next(one.type for one in self.shape.arguments if one.name == name)

    def has(self, name: str) -> bool:
        return self.shape.argument(name) is not None

    @property
    def items(self) -> Sequence[Item]:
        return self.marked.items

    def free(self, mark: str, *, inside: bool = False) -> list[int]:
        """The places of unused items with this mark; of those in free texts only where asked for."""
        return [
            at
            for at, item in enumerate(self.items)
            if mark in item.marks and at not in self.used and (inside or at not in self.inside)
        ]

    def before(self, at: int, size: int = 1) -> str:
        return self.items[at - size].text if at >= size else ""

    def take(self, name: str, value: Any, *places: int) -> None:
        self.values[name] = value
        self.used.update(places)


def fill(shape: Shape, marked: Marked, first: int, situation: Situation, naming: Naming, words: Lexicon) -> Filling:
    filling = Filling(shape, marked, first, situation, naming, words)
    texts = texts_of(shape, marked, first, words)
    for start, end in texts.values():
        filling.inside |= set(range(start, end))
    filling.texts = {name: as_text(marked, bounds) for name, bounds in texts.items()}
    for rule in (_fixed, _choices, _names, _things, _lengths, _times):
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


def _names(filling: Filling, argument: Argument) -> None:
    if argument.type in _KINDS:
        kinds = argument.kinds or _KINDS[argument.type]
        if set(kinds) <= {"case", "opportunity", "lead"} and _matter(filling, argument, kinds):
            return
        places = _suited(filling, argument, kinds)
        if places:
            _named(filling, argument, kinds, places)
        elif argument.name == "to" and filling.free("email"):
            at = filling.free("email")[0]
            filling.take("to", filling.items[at].value, at)


def _suited(filling: Filling, argument: Argument, kinds: Sequence[str]) -> list[int]:
    """Where something of these kinds is named, the most fitting first."""
    numbers = [
        at for kind in (*kinds, *(_RECORDS if argument.type == "record" else ())) for at in _numbered(filling, kind)
    ]
    inside = argument.type in ("record", "person") and not argument.required
    named = list(dict.fromkeys(at for kind in kinds for at in filling.free(kind)))
    leading = filling.words.leading(filling.shape.name, argument.name)
    named.sort(key=lambda at: (filling.before(at) not in leading and filling.before(at, 2) not in leading, at))
    pointed = [
        at for at in filling.free("reference") if argument.type in ("record", "person") and _points(filling, at, kinds)
    ]
    later = [at for kind in kinds for at in filling.free(kind, inside=True)] if inside else []
    return list(dict.fromkeys((*numbers, *named, *pointed, *later)))


def _numbered(filling: Filling, kind: str) -> list[int]:
    return [at for at in filling.free(kind) if "number" in filling.items[at].marks]


def _points(filling: Filling, at: int, kinds: Sequence[str]) -> bool:
    return bool(filling.items[at].value)


def _named(filling: Filling, argument: Argument, kinds: Sequence[str], places: Sequence[int]) -> None:
    at = places[0]
    item = filling.items[at]
    if "number" in item.marks:
        filling.take(argument.name, item.value, at)
    elif "reference" in item.marks:
        _pointed(filling, argument, at)
    else:
        _one_of(filling, argument, kinds, at)
        if argument.name == "attendees" and argument.name in filling.values:
            more = [filling.values["attendees"]]
            for other in places[1:]:
                good = (
                    [one for one in filling.items[other].value if one.kind in kinds]
                    if filling.items[other].kind == "span" and "name" in filling.items[other].marks
                    else []
                )
                if good and filling.before(other) in ("and", ",", "with", "&"):
                    more.append(good[0].title)
                    filling.used.add(other)
            filling.values["attendees"] = more


def _pointed(filling: Filling, argument: Argument, at: int) -> None:
    value = filling.items[at].value
    if value == LAST and len(filling.situation.last) > 1 and filling.situation.screen is None:
        _ask(filling, argument, [(f"${n}", shown) for n, shown in enumerate(filling.situation.last, 1)])
        filling.used.add(at)
    else:
        filling.take(argument.name, value, at)


def _one_of(filling: Filling, argument: Argument, kinds: Sequence[str], at: int) -> None:
    """The one that is meant, or a question which: by how well the name fits, and by the company that is named too."""
    good = [one for one in filling.items[at].value if one.kind in kinds]
    best = max(one.score for one in good)
    tied = [one for one in good if one.score >= best - 0.005]
    preferred = [kind for kind in kinds if any(one.kind == kind for one in tied)]
    tied = [one for one in tied if one.kind == preferred[0]] if preferred else tied
    companies = {
        one.title
        for place in (*filling.free("account", inside=True), *filling.used)
        for one in _named_at(filling, place)
    }
    if len(tied) > 1 and (there := [one for one in tied if one.company in companies]):
        tied = there
        filling.used |= {
            place
            for place in filling.free("account", inside=True)
            if any(one.title in {each.company for each in there} for one in _named_at(filling, place))
        }
    titles = {(one.kind, one.title, one.company if one.kind == "contact" else "") for one in tied}
    if len(titles) > 1:
        _ask(filling, argument, [(_shown(one, tied), _shown(one, tied)) for one in tied])
        filling.used.add(at)
    else:
        filling.take(argument.name, tied[0].title, at)


def _named_at(filling: Filling, at: int) -> Sequence[Named]:
    item = filling.items[at]
    return [one for one in item.value if one.kind == "account"] if "name" in item.marks else ()


def _shown(one: Named, among: Sequence[Named]) -> str:
    same = sum(other.title == one.title for other in among) > 1
    return f"{one.title} ({one.company})" if same and one.company else one.title


def _ask(filling: Filling, argument: Argument, offered: Sequence[tuple[Any, str]]) -> None:
    filling.missing.append(argument.name)
    filling.choices += [Choice(argument.name, value, shown) for value, shown in dict(offered).items()]


def _matter(filling: Filling, argument: Argument, kinds: Sequence[str]) -> bool:
    """A case, an opportunity or a lead: by number, by what is open, or by its customer and words of its title."""
    for kind in kinds:
        for at in _numbered(filling, kind)[:1]:
            filling.take(argument.name, filling.items[at].value, at)
            return True
    if kinds == ("lead",) and filling.free("lead"):
        return False
    shown = filling.situation.screen
    pointed = [at for at in filling.free("reference") if filling.items[at].value]
    names = [at for kind in ("account", "contact") for at in filling.free(kind, inside=True)]
    if pointed and not (names and filling.items[pointed[0]].text in ("it", "they")):
        _pointed(filling, argument, pointed[0])
        return True
    found, places = the_matter(filling.items, names, kinds, filling.naming, filling.words, filling.inside)
    if len(found) == 1:
        filling.take(argument.name, found[0].title, *places)
        return True
    if shown is not None and shown.kind in kinds and not names:
        filling.values[argument.name] = SCREEN
        return True
    if len(found) > 1:
        _ask(filling, argument, [(one.number or one.title, f"{one.title} {one.number}".strip()) for one in found[:6]])
        filling.used.update(places)
        return True
    return False


def _things(filling: Filling, argument: Argument) -> None:
    """A mail, an appointment, a booking, a task: by number, by what is open, else as it is described."""
    if argument.type not in _THINGS:
        return
    for at in filling.free(argument.type):
        if "number" in filling.items[at].marks:
            filling.take(argument.name, filling.items[at].value, at)
            return
    shown = filling.situation.screen
    at_hand = shown is not None and shown.kind in _SHOWN_AS.get(argument.type, (argument.type,))
    pointed = [at for at in filling.free("reference") if filling.items[at].value]
    if pointed:
        _pointed(filling, argument, pointed[0])
    elif at_hand and not _described(filling, argument, keep=False):
        filling.values[argument.name] = SCREEN
    elif described := _described(filling, argument, keep=True):
        filling.values[argument.name] = described
    elif argument.required and filling.situation.last and shown is None:
        if len(filling.situation.last) == 1:
            filling.values[argument.name] = LAST
        else:
            _ask(filling, argument, [(f"${n}", said) for n, said in enumerate(filling.situation.last, 1)])
    elif argument.required and at_hand:
        filling.values[argument.name] = SCREEN


_DESCRIBING = {
    "mail": (("sender", ("contact", "account", "colleague", "lead")),),
    "appointment": (("person", ("contact", "colleague", "lead")), ("record", ("account",))),
    "booking": (("service", ("service",)), ("record", ("account", "contact")), ("resource", ("resource",))),
    "task": (("record", ("contact", "account", "lead")),),
    "follow_up": (("record", ("contact", "account", "lead")),),
}  # fmt: skip


def _described(filling: Filling, argument: Argument, *, keep: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"text": said} if (said := filling.texts.get(argument.name)) else {}
    places: list[int] = []
    others = {one.name for one in filling.shape.arguments}
    new = filling.words.before["new"]
    for name, kinds in _DESCRIBING[argument.type]:
        for at in dict.fromkeys(at for kind in kinds for at in filling.free(kind)):
            moved = name in others and filling.before(at) in new
            good = (
                [one for one in filling.items[at].value if one.kind in kinds]
                if "name" in filling.items[at].marks
                else []
            )
            if good and not moved and at not in places and name not in described:
                described[name] = good[0].title
                places.append(at)
    times = filling.free("time")
    moving = any(one.name in ("start", "until") for one in filling.shape.arguments)
    old = [at for at in times if filling.before(at) not in new] if moving else times
    if moving and len(times) == 1 and "resource" not in filling.values:
        old = []
    for at in old[:1]:
        when = timing.as_when(filling.items[at].value)
        if when:
            described["start" if "T" in when.value else "day"] = when.value
            places.append(at)
    if keep:
        filling.used.update(places)
    return described


def _lengths(filling: Filling, argument: Argument) -> None:
    """Durations and rules go first: what is left says when."""
    if argument.type in ("duration", "repeat"):
        _times(filling, argument)


def _times(filling: Filling, argument: Argument) -> None:
    if argument.type not in ("when", "day", "period", "since", "duration", "repeat"):
        return
    places = filling.free("time")
    if argument.type in ("when", "day") and argument.name in ("start", "until"):
        places.sort(key=lambda at: filling.before(at) not in filling.words.before["new"])
    for at in places:
        reading: Reading = filling.items[at].value
        if _timed(filling, argument, at, reading):
            return


def _timed(filling: Filling, argument: Argument, at: int, reading: Reading) -> bool:
    now = filling.situation.now
    found: timing.Timed | None = None
    match argument.type:
        case "duration":
            minutes = timing.as_minutes(reading) if reading.kind == "duration" or not filling.has("period") else None
            if minutes:
                filling.values[argument.name] = minutes
                if reading.kind == "duration":
                    filling.used.add(at)
                return True
            return False
        case "repeat":
            rule = timing.as_rule(reading)
            if rule:
                filling.values[argument.name] = rule
            return bool(rule)
        case "when" if isinstance(reading.value, Recurrence):
            found = timing.Timed(timing.first_of(reading.value, now))
        case "when":
            found = timing.as_when(reading)
        case "day":
            found = timing.as_day(reading)
        case "period":
            found = timing.as_period(reading, now)
            if found and filling.shape.name in _PAST:
                found = timing.in_the_past(found, now)
        case _:
            found = timing.as_since(reading)
    if found is None:
        return False
    if found.others:
        _ask(filling, argument, [(str(one), str(one)) for one in (found.value, *found.others)])
        filling.used.add(at)
    else:
        filling.take(argument.name, found.value, at)
    return True


def _finish(filling: Filling) -> None:
    """What is required and was not said: what is open, what was spoken of, else it is asked for."""
    for argument in filling.shape.arguments:
        if argument.name in filling.values or argument.name in filling.missing or not argument.required:
            continue
        value = _at_hand(filling, argument)
        if value:
            filling.values[argument.name] = value
        else:
            filling.missing.append(argument.name)


def _at_hand(filling: Filling, argument: Argument) -> str:
    if filling.situation.follows and (argument.type in _THINGS or argument.type == "record"):
        return filling.situation.follows
    shown = filling.situation.screen
    kinds = argument.kinds or _RECORDS
    if argument.type == "record":
        if shown is not None and shown.kind in (
            *kinds,
            "mail" if argument.name == "record" and not argument.kinds else "",
        ):
            return SCREEN
        return LAST if len(filling.situation.last) == 1 and shown is None else ""
    if argument.type in _THINGS and shown is not None and shown.kind in _SHOWN_AS.get(argument.type, (argument.type,)):
        return SCREEN
    return ""
