"""What a decision of a person says about the mail in the history, which everybody reads."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from store.engine import Store
from store.linking.human import seen_activity
from store.schema.activities import Activity
from tests.store.builders import World, actor


@pytest.mark.parametrize(("private", "told"), [(False, "My salary"), (True, "private")])
def test_the_subject_of_a_private_mail_stays_private(sqlite_store: Store, *, private: bool, told: str) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        anna = world.user("Anna")
        box = world.mailbox("anna@alpine.example", anna)
        mail = world.email("My salary", mailbox_ids=[box])
        tx.execute(update(Activity).where(Activity.id == mail).values(private=private))
        assert seen_activity(tx, mail, actor(anna, mailbox_ids=[box])) == told
