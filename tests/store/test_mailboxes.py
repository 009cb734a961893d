"""Connecting mailboxes: what becomes ours, what is read anew, and who may look in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from store.actor import SYSTEM, actor_for
from store.engine import Store
from store.queries.agenda import agenda
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.people import Folder
from store.sync.mailboxes import add_mailbox, files_mailbox
from tests.store.builders import NOW, World

ANNA = "anna@alpine.example"


def test_mail_of_people_who_become_ours_is_decided_again(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        for address in ("ben@alpine.example", "jane@fabrikam.example"):
            world.party(world.activity("email", address), "from", address)
        add_mailbox(tx, address=ANNA, provider="exchange", now=NOW)
        pending = select(Activity.subject).where(Activity.link_state == "again")
        assert tx.execute(pending).scalars().all() == ["ben@alpine.example"]


def test_other_capture_rules_read_the_mailbox_anew(store: Store) -> None:
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address=ANNA, provider="exchange", capture={"domains": []}, now=NOW)
        world = World(tx)
        folder_id = world.folder(mailbox_id, "inbox")
        for address in ("ben@wingtip.example", "jane@mail.fabrikam.example"):
            mail = world.email(address, mailbox_ids=[mailbox_id], folder_id=folder_id)
            world.party(mail, "from", address)
        tx.execute(update(Folder).values(cursor="c"))
        tx.execute(update(MailboxItem).values(change_key="k"))
        add_mailbox(tx, address=ANNA, provider="exchange", capture={"domains": []}, now=NOW)
        assert tx.execute(select(Folder.cursor)).scalars().all() == ["c"]
        add_mailbox(tx, address=ANNA, provider="exchange", capture={"domains": ["fabrikam.example"]}, now=NOW)
        assert tx.execute(select(Folder.cursor)).scalars().all() == [None]
        keys = select(MailboxItem.change_key).order_by(MailboxItem.id)
        assert tx.execute(keys).scalars().all() == ["k", ""]


def test_restricted_users_do_not_see_what_was_imported_from_files(store: Store) -> None:
    with store.write() as tx:
        files = files_mailbox(tx, now=NOW)
        World(tx).user("Rob", role="restricted")
        World(tx).user("Sue")
        assert actor_for(tx, "rob@alpine.example").mailbox_ids == frozenset()
        assert actor_for(tx, "sue@alpine.example").mailbox_ids == {files}


def test_meeting_deleted_from_every_calendar_leaves_the_agenda(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        boxes = [add_mailbox(tx, address=f"{name}@alpine.example", provider="exchange", now=NOW) for name in "ab"]
        meeting = world.occurrence("Guns", NOW, NOW + timedelta(hours=1))
        for box in boxes:
            held = {"remote_id": "m", "holds": "appointment", "occurred_at": NOW, "activity_id": meeting}
            tx.execute(insert(MailboxItem).values(mailbox_id=box, **held))

        def titles() -> list[str]:
            end = datetime(2026, 3, 3, tzinfo=UTC)
            return [row.title for row in agenda(tx, by=SYSTEM, start=NOW, end=end)]

        assert titles() == ["Guns"]
        tx.execute(update(MailboxItem).where(MailboxItem.mailbox_id == boxes[0]).values(gone_at=NOW))
        assert titles() == ["Guns"]
        tx.execute(update(MailboxItem).values(gone_at=NOW, buried_at=NOW))
        assert titles() == []
