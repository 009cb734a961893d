"""What people do with triage rules: write, change, order, switch and delete them. Each act is one operation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from store.actor import RESTRICTED, Actor
from store.errors import Invalid, NotAllowed, NotFound
from store.history.ledger import Change, record_operation
from store.history.undoable import same
from store.triage.rules import KINDS, RuleState, StoredRule, stored_rules, to_ledger, write_rules
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to be kept, as `assistant.triage.stored` writes it."""

    kind: str
    name: str
    written: str
    enabled: bool = True


class _Book:
    """The rules in their order, while an act changes them; `save` numbers and writes what became of them."""

    def __init__(self, tx: Connection, by: Actor, now: datetime) -> None:
        if by.role == RESTRICTED:
            raise NotAllowed("triage rules are everybody's")
        self._tx, self._by, self._now = tx, by, now
        self._before = {rule.uid: rule.state for rule in stored_rules(tx)}
        self.rules = dict(self._before)

    def named(self, kind: str, name: str) -> str | None:
        """The uid of the rule of this kind with this name."""
        return next((uid for uid, one in self.rules.items() if (one.kind, one.name) == (kind, name)), None)

    def of(self, uid: str) -> RuleState:
        """The rule with this uid. Raises NotFound."""
        if uid not in self.rules:
            raise NotFound("this rule is not there any more")
        return self.rules[uid]

    def put(self, rule: NewRule, uid: str | None = None, *, looks_back: bool = False) -> str:
        """Write over the rule with this uid, or the one with its name, or else add it as the last one; returns its uid.

        What says something else than before, or is switched on, minds only mail from now on, unless it `looks_back`.
        Raises Invalid for the name of another one.
        """
        known = self.named(rule.kind, rule.name)
        if uid is not None and known not in (None, uid):
            raise Invalid(f"There is another {rule.kind} rule with the name {rule.name}.")
        uid = uid or known or new_uid()
        was = self.rules.get(uid)
        since = was.since if was is not None and (looks_back or _stays(was, rule)) else self._now
        self.rules[uid] = RuleState(rule.kind, 0, rule.name, rule.enabled, rule.written, since)
        return uid

    def order(self, kind: str, uids: Sequence[str]) -> None:
        """Give the rules of a kind this order; those that are not named follow."""
        rest = [uid for uid, one in self.rules.items() if one.kind == kind and uid not in uids]
        others = {uid: one for uid, one in self.rules.items() if one.kind != kind}
        self.rules = others | {uid: self.rules[uid] for uid in (*uids, *rest)}

    def save(self, name: str, summary: str, more: Sequence[Change] = ()) -> str:
        """Write down what changed, with what `more` changed in the same act; returns the operation's uid."""
        places = {kind: iter(range(1, len(self.rules) + 1)) for kind in KINDS}
        after = {uid: replace(one, position=next(places[one.kind])) for uid, one in self.rules.items()}
        touched = [uid for uid in dict.fromkeys([*self._before, *after]) if self._before.get(uid) != after.get(uid)]
        write_rules(self._tx, {uid: after.get(uid) for uid in touched}, now=self._now)
        changes = [_change(uid, self._before.get(uid), after.get(uid)) for uid in touched]
        return record_operation(self._tx, name, summary, [*changes, *more], by=self._by, now=self._now)


def put_rules(tx: Connection, rules: Sequence[NewRule], *, replace_all: bool, by: Actor, now: datetime) -> str:
    """Keep these rules: one with the name of another of its kind takes its place, others become the last ones, in
    their order. With `replace_all` there are no others afterwards. Returns the operation's uid. Raises NotAllowed."""
    book = _Book(tx, by, now)
    placed = [(rule.kind, book.put(rule)) for rule in rules]
    if replace_all:
        kept = {uid for _, uid in placed}
        book.rules = {uid: one for uid, one in book.rules.items() if uid in kept}
        for kind in KINDS:
            book.order(kind, [uid for placed_kind, uid in placed if placed_kind == kind])
    return book.save("import_rules", f"Imported {_count(len(rules))}")


def save_rule(
    tx: Connection, rule: NewRule, *, uid: str | None = None, first: bool = False, by: Actor, now: datetime
) -> str:
    """Add a rule as the last one, or the `first`, or write it over the one with this uid; returns its uid.

    Raises NotFound, NotAllowed, and Invalid for a name that is taken.
    """
    book = _Book(tx, by, now)
    if uid is not None and book.of(uid).kind != rule.kind:
        raise Invalid("A rule keeps its kind; make another one.")
    if uid is None and book.named(rule.kind, rule.name) is not None:
        raise Invalid(f"There is another {rule.kind} rule with the name {rule.name}.")
    kept = book.put(rule, uid)
    if first:
        book.order(rule.kind, [kept])
    book.save("edit_rule" if uid else "create_rule", f"{'Edited' if uid else 'Wrote'} rule {rule.name}")
    return kept


def put_first(tx: Connection, rule: NewRule, more: Sequence[Change], summary: str, *, by: Actor, now: datetime) -> str:
    """Write a rule over the one with its name, or in front of all others of its kind, as a part of an act that changed
    `more`; returns the operation's uid. Raises NotAllowed."""
    book = _Book(tx, by, now)
    is_new = book.named(rule.kind, rule.name) is None
    kept = book.put(rule, looks_back=True)  # what waits of this sender is ignored, too
    if is_new:
        book.order(rule.kind, [kept])
    return book.save("ignore_sender", summary, more)


def enable_rules(tx: Connection, uids: Collection[str], enabled: bool, *, by: Actor, now: datetime) -> str:
    """Switch rules on or off; returns the operation's uid. Raises NotFound, NotAllowed."""
    book = _Book(tx, by, now)
    for uid in uids:
        one = book.of(uid)
        if one.enabled != enabled:
            book.rules[uid] = replace(one, enabled=enabled, since=now if enabled else one.since)
    return book.save("enable_rule", f"Switched {'on' if enabled else 'off'} {_told(book.of(uid).name for uid in uids)}")


def move_rule(tx: Connection, uid: str, steps: int, *, by: Actor, now: datetime) -> str:
    """Move a rule so many places down, or up where negative; returns the operation's uid. Raises NotFound,
    NotAllowed."""
    book = _Book(tx, by, now)
    one = book.of(uid)
    order = [key for key, other in book.rules.items() if other.kind == one.kind]
    place = max(0, min(len(order) - 1, order.index(uid) + steps))
    order.remove(uid)
    order.insert(place, uid)
    book.order(one.kind, order)
    return book.save("move_rule", f"Moved rule {one.name}")


def delete_rules(tx: Connection, uids: Collection[str], *, by: Actor, now: datetime) -> str:
    """Delete rules; undo brings them back. Returns the operation's uid. Raises NotFound, NotAllowed."""
    book = _Book(tx, by, now)
    names = [book.rules.pop(uid).name for uid in dict.fromkeys(uids) if book.of(uid)]
    return book.save("delete_rule", f"Deleted {_told(names)}")


def find_rules(tx: Connection, names: Iterable[str], *, by: Actor) -> tuple[StoredRule, ...]:
    """The rules that a person means by name, or by how their ids begin; they are no secret among colleagues. Raises
    NotFound, naming those there are."""
    known = stored_rules(tx)
    found: list[StoredRule] = []
    for name in names:
        wanted = name.strip().casefold()
        meant = [rule for rule in known if rule.name.casefold() == wanted]
        meant = meant or [rule for rule in known if wanted and rule.uid.startswith(wanted)]
        if not meant:
            there = f"there are {', '.join(rule.name for rule in known)}" if known else "there is none yet"
            raise NotFound(f"no rule {name}; {there}")
        found += meant
    return tuple(dict.fromkeys(found))


def _stays(was: RuleState, rule: NewRule) -> bool:
    """Whether a rule does what it did before, whatever its name is."""
    return (was.enabled or not rule.enabled) and _says(was.written) == _says(rule.written)


def _says(written: str) -> list[str]:
    """What a rule matches and does: all but the line of its name."""
    return [line for line in written.splitlines() if not line.startswith("name =")]


def _change(uid: str, before: RuleState | None, after: RuleState | None) -> Change:
    was, becomes = to_ledger(before), to_ledger(after)
    if was is None or becomes is None:
        return Change("triage_rule", uid, was, becomes)
    names = [name for name in becomes if not same(was[name], becomes[name])]
    return Change("triage_rule", uid, {name: was[name] for name in names}, {name: becomes[name] for name in names})


def _told(names: Iterable[str]) -> str:
    told = list(names)
    return f"rule {told[0]}" if len(told) == 1 else _count(len(told))


def _count(number: int) -> str:
    return "1 rule" if number == 1 else f"{number} rules"
