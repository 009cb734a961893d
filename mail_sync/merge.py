"""The three-way merge of an item that a mailbox and the store both hold: what to change here, there, and what to ask.

Fields are flat maps of JSON values. An empty value is as good as none and is written None. A field that a map leaves
out is unknown on that side (the server was not asked for it) and is left alone, so that nothing is emptied by mistake.

The base is what both sides agreed on last. A side that differs from it was edited. Where one side was, the other one
follows; where both were and differ, the field is a conflict: both sides and the base stay as they are until a person
chooses, so planning again finds the same conflict, or finds it settled. No side ever wins by being later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

Fields = Mapping[str, Any]
_EMPTY: tuple[Any, ...] = (None, "", [], (), {})


class Direction(StrEnum):
    """Whose edits of a field reach the other side."""

    TWO_WAY = "two_way"
    TO_CRM = "to_crm"
    TO_OUTLOOK = "to_outlook"
    NONE = "none"

    @property
    def comes_here(self) -> bool:
        return self in (Direction.TWO_WAY, Direction.TO_CRM)

    @property
    def goes_there(self) -> bool:
        return self in (Direction.TWO_WAY, Direction.TO_OUTLOOK)


class FieldKind(StrEnum):
    """A scalar changes as a whole; the entries of a set come and go one by one and have no order."""

    SCALAR = "scalar"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field is merged. Entries of a set are texts, compared without case, or maps that `key` tells apart.

    `capacity` is how many entries the server has room for: what is too much for it stays here. Of a scalar that is a
    map, the members in `loose` go along with the others and are never a difference of their own. `theirs_leads` says
    that nobody edits the field here, so that theirs is taken where both sides differ from the base.
    """

    kind: FieldKind = FieldKind.SCALAR
    direction: Direction = Direction.TWO_WAY
    capacity: int | None = None
    key: str = ""
    loose: tuple[str, ...] = ()
    theirs_leads: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed differently."""

    field: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What to set here and there (a set as its whole new list), what to ask, and the base once both was done.

    Until the server was written to, the base is `meanwhile`: with it, what is still to go there is planned again, and
    what happens there in the meantime is not mistaken for something old.
    """

    here: Fields = field(default_factory=dict)
    there: Fields = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    base: Fields = field(default_factory=dict)
    meanwhile: Fields = field(default_factory=dict)


class Deletion(Enum):
    """What follows when one side no longer has the item."""

    UNLINK = auto()  # it stays here and no longer stands for anything in that mailbox
    RECREATE = auto()  # it was edited here since: the server gets it again
    REMOVE = auto()  # move the server's item to Deleted Items
    LEAVE = auto()  # the server's item is somebody else's: it stays there and is not brought back here
    RESTORE = auto()  # it was edited there since: it comes back here


class _Act(Enum):
    AGREE = auto()
    TAKE = auto()  # theirs is set here
    GIVE = auto()  # mine is set there
    KEEP = auto()  # the sides differ and may
    ASK = auto()


_UNKNOWN = object()


def merge(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], *, edited: Collection[str] | None = None
) -> Merge:
    """Plan how both sides come to agree.

    `base` is {} when the sides meet for the first time. Then an empty side takes the other's value, and of two
    different values the server's is taken unless a person wrote ours: `edited` names those fields, None means all.
    """
    here: dict[str, Any] = {}
    there: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    new_base, meanwhile = dict(base), dict(base)
    for name, rule in rules.items():
        if rule.direction is Direction.NONE or name not in theirs or name not in mine:
            continue
        sides = _Sides(
            plain(base[name]) if name in base else _UNKNOWN,
            plain(theirs[name]),
            plain(mine[name]),
        )
        merge_field = _merge_set if rule.kind is FieldKind.SET else _merge_scalar
        outcome = merge_field(sides, rule, edited is None or name in edited)
        if outcome is None:
            conflicts.append(Conflict(name, None if sides.base is _UNKNOWN else sides.base, sides.theirs, sides.mine))
            continue
        if not same(outcome.mine, sides.mine, rule):
            here[name] = outcome.mine
        if not same(outcome.theirs, sides.theirs, rule):
            there[name] = outcome.theirs
        if outcome.base is not _UNKNOWN:
            new_base[name] = outcome.base
        if outcome.meanwhile is not _UNKNOWN:
            meanwhile[name] = outcome.meanwhile
    return Merge(here, there, tuple(conflicts), new_base, meanwhile)


def is_edited(base: Fields, side: Fields, rules: Mapping[str, Rule], *, here: bool) -> bool:
    """Whether this side was edited since the base in a field whose edits reach the other side."""
    return any(
        (rule.direction.goes_there if here else rule.direction.comes_here)
        and name in base
        and name in side
        and not same(plain(base[name]), plain(side[name]), rule)
        for name, rule in rules.items()
    )


def plan_deletion(
    base: Fields,
    rules: Mapping[str, Rule],
    *,
    theirs: Fields | None = None,
    mine: Fields | None = None,
    ours_to_remove: bool = False,
) -> Deletion:
    """What to do when exactly one of the sides is gone (None). An edit beats a deletion.

    `ours_to_remove` says that the server's item was written by us, or that its mailbox is the owner's own.
    """
    if theirs is None:
        edited_here = mine is not None and is_edited(base, mine, rules, here=True)
        return Deletion.RECREATE if edited_here else Deletion.UNLINK
    if is_edited(base, theirs, rules, here=False):
        return Deletion.RESTORE
    return Deletion.REMOVE if ours_to_remove else Deletion.LEAVE


def agree_by_theirs(base: Fields, conflict: Conflict) -> dict[str, Any]:
    """The base after a person chose the server's value, which is then set here as well."""
    return {**base, conflict.field: conflict.theirs}


#: The base after a person chose our value is the same: now only our side differs from it, so ours goes out.
agree_by_mine = agree_by_theirs


@dataclass(frozen=True, slots=True)
class _Sides:
    base: Any
    theirs: Any
    mine: Any
    meanwhile: Any = None  # of a result: the base until the server was written to


def _merge_scalar(sides: _Sides, rule: Rule, edited_here: bool) -> _Sides | None:
    """The sides and the base as they should be; None for a conflict."""
    return _applied(sides, _decide(sides, rule, edited_here))


def _merge_set(sides: _Sides, rule: Rule, edited_here: bool) -> _Sides | None:
    """Entry by entry; an entry that was changed on one side and removed on the other stays."""
    known = sides.base is not _UNKNOWN
    base, theirs, mine = (_entries(side, rule) for side in (sides.base if known else None, sides.theirs, sides.mine))
    results: dict[str, _Sides] = {}
    added: list[str] = []  # entries that the server is to get
    for name in dict.fromkeys((*mine, *theirs, *base)):
        entry = _Sides(base.get(name) if known else _UNKNOWN, theirs.get(name), mine.get(name))
        act = _decide(entry, rule, edited_here)
        if act is _Act.ASK and entry.mine is None:
            act = _Act.TAKE if rule.direction.comes_here else _Act.KEEP
        elif act is _Act.ASK and entry.theirs is None:
            act = _Act.GIVE if rule.direction.goes_there else _Act.KEEP
        result = _applied(entry, act)
        if result is None:
            return None
        results[name] = result
        if act is _Act.GIVE and entry.theirs is None:
            added.append(name)
    held = sum(result.theirs is not None for result in results.values())
    too_many = max(held - rule.capacity, 0) if rule.capacity is not None else 0
    for name in added[len(added) - min(too_many, len(added)) :]:
        results[name] = _Sides(None, None, results[name].mine)
    return _Sides(
        _listed(result.base for result in results.values()),
        _in_order(theirs, {name: result.theirs for name, result in results.items()}),
        _in_order(mine, {name: result.mine for name, result in results.items()}),
        _listed(result.meanwhile for result in results.values()),
    )


def _decide(sides: _Sides, rule: Rule, edited_here: bool) -> _Act:
    base, theirs, mine = sides.base, sides.theirs, sides.mine
    if same(theirs, mine, rule):
        return _Act.AGREE
    take = _Act.TAKE if rule.direction.comes_here else _Act.KEEP
    give = _Act.GIVE if rule.direction.goes_there else _Act.KEEP
    if base is _UNKNOWN:
        if mine is None:
            return take
        if theirs is None:
            return give
        is_edit = edited_here and not rule.theirs_leads
        return _Act.ASK if is_edit or take is _Act.KEEP else take
    if same(theirs, base, rule):
        return give
    if same(mine, base, rule) or rule.theirs_leads:
        return take
    return _Act.ASK


def _applied(sides: _Sides, act: _Act) -> _Sides | None:
    match act:
        case _Act.AGREE:
            return _Sides(sides.theirs, sides.theirs, sides.mine, sides.theirs)
        case _Act.TAKE:
            return _Sides(sides.theirs, sides.theirs, sides.theirs, sides.theirs)
        case _Act.GIVE:
            return _Sides(sides.mine, sides.mine, sides.mine, sides.base)
        case _Act.KEEP:
            return _Sides(sides.base, sides.theirs, sides.mine, sides.base)
        case _Act.ASK:
            return None


def _entries(value: Any, rule: Rule) -> dict[str, Any]:
    """The entries of a set by what tells them apart; the first of equal ones counts."""
    found: dict[str, Any] = {}
    for entry in value or ():
        found.setdefault(str(entry[rule.key] if rule.key else entry).casefold(), entry)
    return found


def _listed(entries: Iterable[Any]) -> list[Any] | None:
    return [entry for entry in entries if entry is not None and entry is not _UNKNOWN] or None


def _in_order(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Any] | None:
    """The entries a side is to have: those it had stay in their order, new ones follow."""
    names = dict.fromkeys((*before, *after))
    return [after[name] for name in names if after[name] is not None] or None


def same(one: Any, other: Any, rule: Rule) -> bool:
    """Equal values of a field, or equal entries of a set, empty ones written None."""
    if rule.kind is FieldKind.SCALAR and rule.loose and isinstance(one, Mapping) and isinstance(other, Mapping):
        return _strict(one, rule) == _strict(other, rule)
    if rule.kind is FieldKind.SCALAR or one is None or other is None:
        return bool(one == other)
    if isinstance(one, list):
        ones, others = _entries(one, rule), _entries(other, rule)
        return ones.keys() == others.keys() and all(same(ones[name], others[name], rule) for name in ones)
    if rule.key:
        return {**one, rule.key: ""} == {**other, rule.key: ""}
    return bool(one.casefold() == other.casefold())


def _strict(value: Fields, rule: Rule) -> Fields:
    return {name: member for name, member in value.items() if name not in rule.loose}


def plain(value: Any) -> Any:
    """The value as the planner compares it: None for an empty one."""
    if value in _EMPTY:
        return None
    return list(value) if isinstance(value, tuple) else value
