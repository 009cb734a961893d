from __future__ import annotations

import pytest
from sqlalchemy import select

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotAllowed
from store.history.ledger import record_operation
from store.history.operations import undo
from store.schema.people import OwnAddress, User
from store.users import NewUser, active_users, add_users, checked_user
from tests.store.scenes import NOW, add_user


def test_checked_user_takes_a_name_or_an_address() -> None:
    assert checked_user(" Kim  A ", "", "Sales") == NewUser("Kim A", None, "sales")
    assert checked_user("", "kim@our.com") == NewUser("kim", "kim@our.com", "sales")
    for values in (("", "", ""), ("Kim", "nobody", ""), ("Kim", "", "king")):
        with pytest.raises(Invalid):
            checked_user(*values)


def test_undoing_a_new_user_makes_them_inactive_and_the_address_free(store: Store) -> None:
    with store.write() as tx:
        changes = add_users(tx, [NewUser("Kim", "kim@our.com"), NewUser("Pat")], by=SYSTEM, now=NOW)
        uid = record_operation(tx, "add_users", "Added 2 users", changes, by=SYSTEM, now=NOW)
        undone = undo(tx, uid, by=SYSTEM, now=NOW)
        assert active_users(tx) == []
        assert tx.execute(select(OwnAddress.email)).scalars().all() == []
        undo(tx, undone, by=SYSTEM, now=NOW)
        assert [(name, email) for _, name, email in active_users(tx)] == [("Kim", "kim@our.com"), ("Pat", None)]
        assert tx.execute(select(OwnAddress.email)).scalars().all() == ["kim@our.com"]


def test_only_an_administrator_makes_another(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        with pytest.raises(NotAllowed):
            add_users(tx, [NewUser("Bo", role="admin")], by=kim, now=NOW)
        assert tx.execute(select(User.name)).scalars().all() == [kim.name]
