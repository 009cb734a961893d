from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import Invalid, NotAllowed, NotFound
from store.history.operations import undo
from store.triage.keeping import NewRule, delete_rules, enable_rules, find_rules, move_rule, put_rules, save_rule
from store.triage.rules import stored_rules
from tests.store.scenes import NOW, add_user

LATER = NOW + timedelta(hours=1)


def rule(name: str, kind: str = "mail", *, enabled: bool = True, written: str = "") -> NewRule:
    return NewRule(kind, name, written or f"name = '{name}'", enabled)


def keep(tx: Connection, *names: str) -> list[str]:
    return [save_rule(tx, rule(name), by=SYSTEM, now=NOW) for name in names]


def names(tx: Connection) -> list[str]:
    return [("" if one.state.enabled else "off ") + one.name for one in stored_rules(tx)]


def test_rules_stand_in_the_order_in_which_they_were_written_and_each_kind_for_itself(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        keep(tx, "Printers", "Invoices")
        save_rule(tx, rule("Near", "lead"), by=SYSTEM, now=NOW)
        save_rule(tx, rule("Junk"), first=True, by=SYSTEM, now=NOW)

        assert [(one.state.kind, one.state.position, one.name) for one in stored_rules(tx)] == [
            ("mail", 1, "Junk"),
            ("mail", 2, "Printers"),
            ("mail", 3, "Invoices"),
            ("lead", 1, "Near"),
        ]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        (lambda tx, a, b: move_rule(tx, b, -1, by=SYSTEM, now=NOW), ["B", "A", "C"]),
        (lambda tx, a, b: move_rule(tx, a, 9, by=SYSTEM, now=NOW), ["B", "C", "A"]),
        (lambda tx, a, b: enable_rules(tx, [a, b], False, by=SYSTEM, now=NOW), ["off A", "off B", "C"]),
        (lambda tx, a, b: delete_rules(tx, [b, b], by=SYSTEM, now=NOW), ["A", "C"]),
        (
            lambda tx, a, b: put_rules(tx, [rule("D"), rule("B")], replace_all=False, by=SYSTEM, now=NOW),
            ["A", "B", "C", "D"],
        ),
        (lambda tx, a, b: put_rules(tx, [rule("D"), rule("B")], replace_all=True, by=SYSTEM, now=NOW), ["D", "B"]),
    ],
)
def test_what_is_done_with_rules_is_undone_and_redone(
    sqlite_store: Store, act: Callable[[Connection, str, str], str], after: list[str]
) -> None:
    with sqlite_store.write() as tx:
        first, second, _ = keep(tx, "A", "B", "C")
        done = act(tx, first, second)
        assert names(tx) == after

        again = undo(tx, done, by=SYSTEM, now=NOW)
        assert names(tx) == ["A", "B", "C"]

        undo(tx, again, by=SYSTEM, now=NOW)
        assert names(tx) == after


@pytest.mark.parametrize(
    ("written", "since"),
    [
        ("name = 'A2'\nthen.create = 'case'", NOW),
        ("name = 'A2'\nthen.create = 'lead'", LATER),
    ],
    ids=["renamed", "rewritten"],
)
def test_a_rule_that_is_rewritten_keeps_its_place_and_minds_only_mail_from_then_on(
    sqlite_store: Store, written: str, since: datetime
) -> None:
    with sqlite_store.write() as tx:
        first = save_rule(tx, rule("A", written="name = 'A'\nthen.create = 'case'"), by=SYSTEM, now=NOW)
        keep(tx, "B")
        save_rule(tx, rule("A2", written=written), uid=first, by=SYSTEM, now=LATER)

        [changed, _] = stored_rules(tx)
        assert (changed.uid, changed.name, changed.state.written, changed.state.since) == (first, "A2", written, since)


def test_a_rule_that_is_switched_on_again_minds_only_mail_from_then_on(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        keep(tx, "A")
        [kept] = stored_rules(tx)
        enable_rules(tx, [kept.uid], False, by=SYSTEM, now=LATER)
        assert stored_rules(tx)[0].state.since == NOW

        enable_rules(tx, [kept.uid], True, by=SYSTEM, now=LATER)
        assert stored_rules(tx)[0].state.since == LATER


def test_rules_are_found_by_name_or_by_how_their_ids_begin(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        first, second = keep(tx, "Printers", "Invoices")

        assert [one.uid for one in find_rules(tx, ["printers", second[:20]], by=SYSTEM)] == [first, second]
        with pytest.raises(NotFound) as refused:
            find_rules(tx, ["Paper"], by=SYSTEM)
        assert refused.value.detail == "no rule Paper; there are Printers, Invoices"


def test_names_of_rules_differ_within_a_kind(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        first, _ = keep(tx, "A", "B")
        save_rule(tx, rule("A", "lead"), by=SYSTEM, now=NOW)
        for uid, name in ((None, "A"), (first, "B")):
            with pytest.raises(Invalid) as refused:
                save_rule(tx, rule(name), uid=uid, by=SYSTEM, now=NOW)
            assert refused.value.sentence == f"There is another mail rule with the name {name}."


def test_restricted_users_write_no_rules(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx, pytest.raises(NotAllowed):
        rita: Actor = add_user(tx, "Rita", "restricted")
        save_rule(tx, rule("A"), by=rita, now=NOW)
