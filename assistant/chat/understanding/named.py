"""Who and what is named: customers, people, cases and deals, resources and services."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.filling import RECORDS, Filling, ask, take_pointed
from assistant.chat.understanding.matters import the_matter
from assistant.chat.understanding.values import SCREEN, Argument, Named
from assistant.chat.understanding.weights import weights

_MATTERS = ("case", "opportunity")
_CUSTOMERS = {"contact", "lead"}  # two of one name are two people
_AND = ("and", ",", "with", "w", "&", "n")
_SEVERAL = ("attendees", "to")  # arguments that may be several people
KINDS = {
    "record": ("account", "contact", "lead"),
    "person": ("colleague", "contact", "lead", "resource"),
    "colleague": ("colleague",),
    "resource": ("resource",),
    "service": ("service",),
    "mailbox": ("mailbox", "colleague"),
}


def names(filling: Filling, argument: Argument) -> None:
    if argument.type in KINDS:
        kinds = argument.kinds or KINDS[argument.type]
        if _is_matter(filling, argument, kinds):
            return
        places = _suited(filling, argument, kinds)
        if places:
            _named(filling, argument, kinds, places)
        elif argument.required and "case" in argument.kinds:
            _titled(filling, argument, _MATTERS)
        elif (argument.name == "to" or argument.type == "mailbox") and filling.free("email"):
            at = filling.free("email")[0]
            filling.take(argument.name, filling.items[at].value, at)
        elif argument.type == "colleague" and _is_own(filling, argument):
            filling.values[argument.name] = "me"
        elif argument.type == "record" and not argument.required and _is_here(filling, argument):
            filling.values[argument.name] = SCREEN
        elif _names_somebody_unknown(filling, argument):
            filling.missing.append(argument.name)


def _is_own(filling: Filling, argument: Argument) -> bool:
    """Whether "my" or "for me" is said, or who is asked for a colleague says to be one."""
    said = [item.text for at, item in enumerate(filling.items) if at not in filling.inside]
    wanted = filling.words.own["required" if argument.required else "said"]
    return any(tuple(said[at : at + len(each)]) == each for each in wanted for at in range(len(said)))


def _names_somebody_unknown(filling: Filling, argument: Argument) -> bool:
    """Whether a name is said that nobody has ("mail from Zorro") where it narrows what is shown: without it, all would
    be."""
    if filling.missing or any(one.required for one in filling.shape.arguments):
        return False
    leading, learned = filling.words.leading(filling.shape.name, argument.name), weights()
    return any(
        item.kind == "word"
        and item.text.isalpha()
        and not item.corrected
        and filling.before(at) in leading
        and at not in filling.used | filling.inside
        and not learned.row(f"1 {item.text}")
        for at, item in enumerate(filling.items)
    )


def _is_here(filling: Filling, argument: Argument) -> bool:
    """Whether what is open is meant by "here"."""
    shown = filling.situation.screen
    if shown is None or shown.kind not in (argument.kinds or RECORDS):
        return False
    return any(item.text in filling.words.here and at not in filling.inside for at, item in enumerate(filling.items))


def _is_matter(filling: Filling, argument: Argument, kinds: Sequence[str]) -> bool:
    """Whether it is a case or a deal, by what is said of one."""
    said = _spoken_of(filling, argument)
    if set(kinds) <= {"case", "opportunity", "lead"}:
        wanted = argument.required or bool(said) or len(filling.shape.arguments) == 1
        return wanted and _matter(filling, argument, kinds)
    return argument.type == "record" and bool(said) and _titled(filling, argument, said)


def _spoken_of(filling: Filling, argument: Argument) -> Sequence[str]:
    """The kinds of matters that are said ("the Fabrikam deal") where the argument may be one."""
    may = [kind for kind in _MATTERS if kind in (argument.kinds or RECORDS)]
    said = {item.text for at, item in enumerate(filling.items) if at not in filling.inside}
    known = filling.words.choices["kind"]
    return [kind for kind in may if any(set(phrase) <= said for phrase in known[kind])]


def _titled(filling: Filling, argument: Argument, kinds: Sequence[str]) -> bool:
    """A case or an opportunity by words of its title, or by its customer, where that is one."""
    if any(_numbered(filling, kind) for kind in RECORDS):
        return False
    names = [at for kind in ("account", "contact") for at in filling.free(kind)]
    found, places = the_matter(filling.items, names, kinds, filling.naming, filling.words, filling.inside)
    if len(found) == 1:
        filling.take(argument.name, found[0].title, *places)
    return len(found) == 1


def _suited(filling: Filling, argument: Argument, kinds: Sequence[str]) -> list[int]:
    """Where something of these kinds is named, the most fitting first."""
    numbers = [
        at for kind in (*kinds, *(RECORDS if argument.type == "record" else ())) for at in _numbered(filling, kind)
    ]
    inside = argument.type in ("record", "person") and not argument.required
    named = list(dict.fromkeys(at for kind in kinds for at in filling.free(kind)))
    leading = filling.words.leading(filling.shape.name, argument.name)
    named.sort(key=lambda at: (filling.before(at) not in leading and filling.before(at, 2) not in leading, at))
    mailed = any(one.type == "mail" and one.required for one in filling.shape.arguments)  # "it" is the mail
    pointed = [
        at
        for at in filling.free("reference")
        if argument.type in ("record", "person") and not mailed and _points(filling, at, kinds)
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
        take_pointed(filling, argument, at)
    else:
        _one_of(filling, argument, kinds, at)
        if argument.name in _SEVERAL and argument.name in filling.values:
            _and_more(filling, argument, kinds, places)


def _and_more(filling: Filling, argument: Argument, kinds: Sequence[str], places: Sequence[int]) -> None:
    """The others of "with Jane and Tom"; of one alone a list only where it is always one."""
    last, more = places[0], [filling.values[argument.name]]
    for other in sorted(places[1:]):
        item = filling.items[other]
        good = [one for one in item.value if one.kind in kinds] if "name" in item.marks else []
        beside = argument.name == "attendees" or (_follows(filling, last, other) and other not in filling.inside)
        if good and beside and (argument.name != "attendees" or filling.before(other) in _AND):
            more.append(good[0].title)
            filling.used.add(other)
            last = other
    if argument.name == "attendees" or len(more) > 1:
        filling.values[argument.name] = more


def _follows(filling: Filling, last: int, other: int) -> bool:
    """Whether only "and", and how somebody is addressed, stands between."""
    between = [item.text for item in filling.items[last + 1 : other]]
    return bool(between) and between[0] in _AND and all(each in filling.words.addressing for each in between[1:])


def _one_of(filling: Filling, argument: Argument, kinds: Sequence[str], at: int) -> None:
    """The one that is meant, or a question which: by how well the name fits, and by the company that is named too."""
    good = [one for one in filling.items[at].value if one.kind in kinds]
    best = max(one.score for one in good)
    tied = [one for one in good if one.score >= best - 0.005]
    preferred = [kind for kind in kinds if any(one.kind == kind for one in tied)]
    tied = (
        [one for one in tied if one.kind == preferred[0] or {one.kind, preferred[0]} <= _CUSTOMERS]
        if preferred
        else tied
    )
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
        ask(filling, argument, [_offered(one, tied) for one in tied])
        filling.used.add(at)
    else:
        filling.take(argument.name, tied[0].title, at)


def _named_at(filling: Filling, at: int) -> Sequence[Named]:
    item = filling.items[at]
    return [one for one in item.value if one.kind == "account"] if "name" in item.marks else ()


def _offered(one: Named, among: Sequence[Named]) -> tuple[str, str]:
    """The value of one choice, and how it is shown: a lead that is called as somebody else is by its number."""
    shown = _shown(one, among)
    if one.kind == "lead" and shown == one.title and sum(other.title == one.title for other in among) > 1:
        return one.number, f"{one.title} (lead {one.number})"
    return shown, shown


def _shown(one: Named, among: Sequence[Named]) -> str:
    same = sum(other.title == one.title for other in among) > 1
    return f"{one.title} ({one.company})" if same and one.company else one.title


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
        take_pointed(filling, argument, pointed[0])
        return True
    found, places = the_matter(filling.items, names, kinds, filling.naming, filling.words, filling.inside)
    if len(found) == 1:
        filling.take(argument.name, found[0].title, *places)
        return True
    if shown is not None and shown.kind in kinds and not names:
        filling.values[argument.name] = SCREEN
        return True
    if len(found) > 1:
        ask(filling, argument, [(one.number or one.title, f"{one.title} {one.number}".strip()) for one in found[:6]])
        filling.used.update(places)
        return True
    return False
