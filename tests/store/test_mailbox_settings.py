from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from store.engine import Store
from store.errors import Invalid, NotFound
from store.schema.people import Mailbox
from store.sync.settings import change_mail_settings, kept_settings
from tests.store.builders import NOW, World, actor


def test_settings_are_changed_one_by_one_and_kept_when_the_mailbox_is_connected_anew(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        kim = world.user("Kim")
        mailbox = world.mailbox("kim@alpine.example", kim)
        by = actor(kim, mailbox_ids=[mailbox])
        change_mail_settings(tx, mailbox, {"signature": "Kim", "aliases": ["Sales@Alpine.example "]}, by=by, now=NOW)
        change_mail_settings(tx, mailbox, {"show_links": True}, by=by, now=NOW)
        settings = tx.execute(select(Mailbox.settings)).scalar_one()
        assert settings == {"signature": "Kim", "aliases": ["sales@alpine.example"], "show_links": True}
        assert kept_settings({"server": "x", **settings}) == settings
        with pytest.raises(NotFound):
            change_mail_settings(tx, mailbox, {"signature": ""}, by=actor(kim), now=NOW)


@pytest.mark.parametrize(
    "values",
    [
        {"server": "x"},
        {"show_links": "yes"},
        {"aliases": ["me"]},
        {"signature": None},
        {"quiet_hour": True},
        {"quiet_hour": 24},
        {"showing_below": 7},
    ],
)
def test_settings_that_make_no_sense_are_refused(store: Store, values: dict[str, Any]) -> None:
    with store.write() as tx:
        world = World(tx)
        mailbox = world.mailbox("kim@alpine.example", world.user("Kim"))
        with pytest.raises(Invalid):
            change_mail_settings(tx, mailbox, values, by=actor(1, mailbox_ids=[mailbox]), now=NOW)
