from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert

from store.actor import SYSTEM, Actor, rule_actor
from store.engine import Store
from store.errors import NotAllowed
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.queries.activities import activity_detail
from store.queries.history import automatic_acts, operations
from store.schema.triage import Rule
from tests.store.builders import World
from tests.store.scenes import NOW, add_user, make


def add_rule(tx: Connection, name: str = "Printers") -> Actor:
    values = {"kind": "mail", "position": 1, "name": name, "written": "", "since": NOW}
    return rule_actor(tx.execute(insert(Rule).values(values).returning(Rule.id)).scalar_one(), name)


def test_what_a_rule_did_says_which_rule_it_was(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        make(tx, "account", title="Contoso", by=add_rule(tx))

        assert [(row.user, row.summary) for row in operations(tx, by=SYSTEM)] == [
            ("rule Printers", "Created account ACC-00001 Contoso")
        ]


def test_a_record_tells_what_rules_did_to_it_to_those_who_see_it(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        made = make(tx, "account", title="Contoso", by=add_rule(tx))
        kim, rita = add_user(tx), add_user(tx, "Rita", "restricted")
        assert [(one.rule, one.undone) for one in automatic_acts(tx, made.record_id, by=kim)] == [("Printers", False)]
        assert automatic_acts(tx, made.record_id, by=rita) == ()

        undo(tx, made.operation_uid, by=kim, now=NOW)
        assert [(one.rule, one.undone) for one in automatic_acts(tx, made.record_id, by=kim)] == [("Printers", True)]


def test_everybody_who_sees_a_record_may_undo_what_a_rule_made_of_it(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        made = make(tx, "account", title="Contoso", by=add_rule(tx))
        with pytest.raises(NotAllowed):
            undo(tx, made.operation_uid, by=add_user(tx, "Rita", "restricted"), now=NOW)

        undo(tx, made.operation_uid, by=add_user(tx), now=NOW)


def test_only_who_sees_a_mail_may_undo_what_a_rule_linked_it_to(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        kim, anna = add_user(tx), add_user(tx, "Anna Hedlund")
        mailbox_id = world.mailbox("kim@alpine.example", kim.user_id)
        mail = world.email("Toner", mailbox_ids=[mailbox_id], private=True)
        linked = set_link(tx, mail, make(tx, "account", title="Contoso").record_id, by=add_rule(tx), now=NOW)
        [link] = activity_detail(tx, mail, by=SYSTEM).links
        assert (link.by_triage, dict(link.evidence[0])) == (
            True,
            {"rule": "triage", "quote": "Printers", "source": "decided by a triage rule"},
        )

        with pytest.raises(NotAllowed):
            undo(tx, linked, by=anna, now=NOW)
        undo(tx, linked, by=Actor(kim.user_id, kim.name, kim.role, frozenset({mailbox_id})), now=NOW)
