"""What sync did lately in a mailbox."""

from __future__ import annotations

from sqlalchemy import select

from store.engine import Store
from store.queries.sync_notes import recent_notes
from store.schema.mail import MailboxItem
from store.sync.notes import note
from tests.store.builders import NOW, World, actor


def test_notes_come_newest_first_page_by_page_and_only_to_those_who_may_read_the_mailbox(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("anna@alpine.example", None)
        world.email("Guns", mailbox_ids=[box])
        item = tx.execute(select(MailboxItem.id)).scalar_one()
        note(tx, box, item, "moved", "from Archive to Inbox", now=NOW)
        note(tx, box, None, "merged", "", now=NOW)
        note(tx, world.mailbox("jonas@alpine.example", None), None, "moved", "elsewhere", now=NOW)
    by = actor(1, mailbox_ids=[box])
    with store.read() as tx:
        first = recent_notes(tx, box, by=by, limit=1)
        second = recent_notes(tx, box, by=by, after=first.rows[0], limit=1)
        administered = recent_notes(tx, box, by=actor(2, role="admin"))
        assert recent_notes(tx, box, by=actor(1)).rows == ()
    assert [(row.what, row.title, row.holds) for row in first.rows] == [("merged", "", "")]
    assert [(row.what, row.title, row.holds) for row in second.rows] == [("moved", "Guns", "email")]
    assert (first.more, second.more) == (True, False)
    assert [row.title for row in administered.rows] == ["", ""]
