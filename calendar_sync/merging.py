"""The three-way merge of events: which fields go which way for whose copy, and what a series adds to it. Pure.

The rule of a series, its times, its skipped occurrences and its exceptions hang together: a server drops all
exceptions when the rule or the time of the series changes. So whoever changed those brings the whole series along, and
where the other side edited any of it meanwhile, "series" is one conflict that holds all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from calendar_sync.fields import LOOSE, OF_OCCURRENCE, READ_ONLY, WRITABLE, occurrence_field, occurrence_key, part_of
from mail_sync.merge import Conflict, Direction, FieldKind, Fields, Merge, Rule, merge, plain, same

SERIES = "series"
_PATTERN = ("recurrence", "when")
_SETS = {"categories": "", "attendees": "email", "skipped": ""}


class Copy(StrEnum):
    """Whose copy of an appointment a mailbox holds."""

    OWN = "own"  # the organizer's, or an appointment without guests: it carries all fields
    GUEST = "guest"  # an attendee's, and the organizer's is nowhere here: what it says comes in, nothing goes out
    BESIDE = "beside"  # an attendee's beside the organizer's copy: only what belongs to the copy itself


#: Fields that belong to a mailbox's own copy, whoever organizes.
OF_COPY = ("reminder", "categories")


def rules_for(copy: Copy, directions: Mapping[str, str], *sides: Fields) -> dict[str, Rule]:
    """The rules for all fields that any of the maps names. `directions` is the mailbox's setting (see
    mail_sync.directions); an attendee's copy never sends more than its reminder and categories."""
    names = dict.fromkeys((*WRITABLE, "skipped", *READ_ONLY, *(name for side in sides for name in side)))
    return {name: _rule(name, copy, directions) for name in names}


def _rule(name: str, copy: Copy, directions: Mapping[str, str]) -> Rule:
    part = part_of(name) if occurrence_key(name) else name
    wanted = Direction(directions.get("when" if part in ("recurrence", "skipped") else part, Direction.TWO_WAY))
    allowed = _allowed(part, copy)
    direction = wanted if allowed is Direction.TWO_WAY else allowed if wanted.comes_here else Direction.NONE
    # A meeting of others is not edited here; what another guest's copy told of it is no edit either.
    theirs_leads = copy is Copy.GUEST and part not in OF_COPY
    if name in _SETS:
        return Rule(FieldKind.SET, direction, key=_SETS[name], theirs_leads=theirs_leads)
    return Rule(direction=direction, loose=LOOSE if part in _PATTERN else (), theirs_leads=theirs_leads)


def _allowed(part: str, copy: Copy) -> Direction:
    if part in OF_COPY:
        return Direction.TWO_WAY
    if copy is Copy.BESIDE:
        return Direction.NONE
    return Direction.TO_CRM if copy is Copy.GUEST or part in READ_ONLY else Direction.TWO_WAY


def merge_events(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], *, edited: frozenset[str] | None = None
) -> Merge:
    """As mail_sync.merge.merge, with what holds for series."""
    theirs, mine = _completed(theirs, rules), _completed(mine, rules)
    base = _completed(base, rules) if base else base
    if not _is_series(base, theirs, mine):
        return merge(base, theirs, mine, rules, edited=edited)
    taken = _pattern(base, theirs, mine, rules, edited)
    if taken is not None:
        return _with_series(base, theirs, mine, rules, edited, taken)
    if "when" in base and _differing(base, theirs, rules, _PATTERN):
        base = _after_new_pattern(base, theirs, rules)
    return _spared(base, theirs, mine, rules, edited)


def agreed_base(base: Fields, conflict: Conflict) -> dict[str, Any]:
    """The base after a person chose, whichever side: theirs, so that ours is the only edit left where it is kept."""
    if conflict.field != SERIES:
        return {**base, conflict.field: conflict.theirs}
    return {**base, **conflict.theirs}


def chosen_theirs(conflict: Conflict) -> dict[str, Any]:
    """What is set here when a person chose the server's side."""
    return dict(conflict.theirs) if conflict.field == SERIES else {conflict.field: conflict.theirs}


def _after_new_pattern(base: Fields, theirs: Fields, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The base where both sides have the same new pattern: what the server has no longer, it dropped because of that
    and nobody took it away. (An act that was writing the exceptions anew may have been interrupted.)"""
    dropped = (name for name in rules if (occurrence_key(name) or name == "skipped") and not theirs.get(name))
    return {**base, **{name: theirs.get(name) for name in dropped}}


def _completed(side: Fields, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """An exception or a skipped occurrence that a map does not name does not exist there."""
    return {**{name: None for name in rules if occurrence_key(name) or name == "skipped"}, **side}


def _is_series(*sides: Fields) -> bool:
    return any(side.get("recurrence") for side in sides)


def _group(rules: Mapping[str, Rule]) -> list[str]:
    return [name for name in rules if name in _PATTERN or name == "skipped" or occurrence_key(name)]


def _pattern(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], edited: frozenset[str] | None
) -> str | None:
    """Which side's series counts as a whole: "theirs", "mine", "" for a conflict; None where the pattern stands."""
    if rules["when"].direction is Direction.NONE or not _differing(theirs, mine, rules, _PATTERN):
        return None
    if rules["when"].theirs_leads:
        return "theirs"
    group = _group(rules)
    if "when" not in base:  # the sides meet for the first time
        return "" if edited is None or not edited.isdisjoint(group) else "theirs"
    if not _differing(base, mine, rules, group):
        return "theirs"
    if not _differing(base, theirs, rules, group):
        return "mine"
    return ""


def _differing(one: Fields, other: Fields, rules: Mapping[str, Rule], names: Collection[str]) -> bool:
    return any(not same(plain(one.get(name)), plain(other.get(name)), rules[name]) for name in names)


def _with_series(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], edited: frozenset[str] | None, taken: str
) -> Merge:
    group = _group(rules)
    rest = merge(base, theirs, mine, {name: rule for name, rule in rules.items() if name not in group}, edited=edited)
    if not taken:
        sides = ({name: side.get(name) for name in group} for side in (base, theirs, mine))
        return replace(rest, conflicts=(*rest.conflicts, Conflict(SERIES, *sides)))
    source = theirs if taken == "theirs" else mine
    target = mine if taken == "theirs" else theirs
    direction = rules["when"].direction
    if not (direction.comes_here if taken == "theirs" else direction.goes_there):
        return rest
    changes = {
        name: plain(source.get(name))
        for name in group
        if not same(plain(source.get(name)), plain(target.get(name)), rules[name])
    }
    here = {**rest.here, **changes} if taken == "theirs" else rest.here
    there = rest.there if taken == "theirs" else {**rest.there, **changes}
    agreed = {name: plain(source.get(name)) for name in group}
    meanwhile = rest.meanwhile if taken == "mine" else {**rest.meanwhile, **agreed}
    return Merge(here, there, rest.conflicts, {**rest.base, **agreed}, meanwhile)


def _spared(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], edited: frozenset[str] | None
) -> Merge:
    """An occurrence that one side skipped and the other edited is not skipped: an edit beats a deletion."""
    shown_theirs = _unskipped(base, theirs, mine, rules)
    shown_mine = _unskipped(base, mine, theirs, rules)
    plan = merge(base, shown_theirs, shown_mine, rules, edited=edited)
    incoming = {name: rule for name, rule in rules.items() if rule.direction.comes_here}
    outgoing = {name: rule for name, rule in rules.items() if rule.direction.goes_there}
    return replace(
        plan,
        here=_changes(mine, {**shown_mine, **plan.here}, incoming),
        there=_changes(theirs, {**shown_theirs, **plan.there}, outgoing),
    )


def _unskipped(base: Fields, side: Fields, other: Fields, rules: Mapping[str, Rule]) -> Fields:
    skipped = [key for key in side.get("skipped") or () if key not in (base.get("skipped") or ())]
    spared = []
    for key in skipped:
        names = [name for each in OF_OCCURRENCE if (name := occurrence_field(key, each)) in rules]
        if key not in (other.get("skipped") or ()) and _differing(base, other, rules, names):
            spared.append(key)
            side = {**side, **{name: base.get(name) for name in names}}
    return {**side, "skipped": [key for key in side.get("skipped") or () if key not in spared]}


def _changes(before: Fields, after: Fields, rules: Mapping[str, Rule]) -> dict[str, Any]:
    return {
        name: plain(value)
        for name, value in after.items()
        if name in rules and name in before and not same(plain(before[name]), plain(value), rules[name])
    }
