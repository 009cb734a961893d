"""Never again for a sender: what waits of theirs is ignored, and what comes."""

from __future__ import annotations

import pytest

from assistant.triage import ignoring
from assistant.triage.ignoring import ignore_sender
from assistant.triage.model import Rule
from assistant.triage.stored import kept_rules
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from tests.assistant.triage.desk import Desk

CASE = "name = 'Any'\nthen.create = 'case'"


def values(desk: Desk) -> dict[str, tuple[str, ...]]:
    with desk.store.read() as tx:
        rules = [kept.rule for kept in kept_rules(tx) if isinstance(kept.rule, Rule)]
    return {rule.name: rule.conditions[0].values if rule.conditions else () for rule in rules}


def test_a_sender_who_is_ignored_is_never_decided_about_again_until_that_is_undone(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.arrives(1, sender="spam@tailspin.example")
    desk.arrives(2, sender="good@tailspin.example")
    desk.rules(CASE)
    with sqlite_store.write() as tx:
        done = ignore_sender(tx, "Spam@Tailspin.example", by=SYSTEM, now=desk.now)
    desk.arrives(3, sender="spam@tailspin.example")
    assert desk.states() == {"m1": "ignored", "m2": "undecided", "m3": "ignored"}
    assert list(values(desk)) == ["Ignored senders", "Any"]

    with sqlite_store.write() as tx:
        undo(tx, done, by=SYSTEM, now=desk.now)
    assert (desk.states()["m1"], list(values(desk))) == ("undecided", ["Any"])


def test_senders_and_domains_gather_in_one_rule_until_it_is_full(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_store)
    monkeypatch.setattr(ignoring, "_MOST", 2)
    desk.arrives(1, sender="spam@tailspin.example")
    with sqlite_store.write() as tx:
        for sender in ("a@x.example", "@tailspin.example", "b@x.example"):
            ignore_sender(tx, sender, by=SYSTEM, now=desk.now)

    assert values(desk) == {
        "Ignored senders 2": ("b@x.example",),
        "Ignored senders": ("a@x.example", "*@tailspin.example"),
    }
    assert desk.states() == {"m1": "ignored"}


@pytest.mark.parametrize(
    ("sender", "sentence"),
    [
        ("gmail.com", "Anybody can have a mailbox at gmail.com: name the address."),
        ("a@x.example", "a@x.example is ignored already."),
        ("anna@alpine.example", "anna@alpine.example is one of our own; only the mail of others is ignored."),
        ("desk.alpine.example", "alpine.example is one of our own; only the mail of others is ignored."),
        (
            "*@gmail.com",
            "*@gmail.com cannot be ignored by itself: in a rule, a * is any part of an address.",
        ),
    ],
)
def test_what_cannot_be_ignored_is_told(sqlite_store: Store, sender: str, sentence: str) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        ignore_sender(tx, "a@x.example", by=SYSTEM, now=desk.now)
        with pytest.raises(Invalid) as refused:
            ignore_sender(tx, sender, by=SYSTEM, now=desk.now)
    assert refused.value.sentence == sentence
