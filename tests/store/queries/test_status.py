"""What the status and the history show, and to whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, update

from store.engine import Store
from store.queries.history import last_undoable, operations
from store.queries.status import OutboxCounts, mailboxes, quarantined, store_health
from store.schema.ledger import Operation, OperationChange, Quarantine
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from tests.store.builders import NOW, World, actor, counted_statements


def test_mailboxes_are_those_with_rights_and_all_for_an_administrator(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        own, other = world.mailbox("b@alpine.example", None), world.mailbox("a@alpine.example", None)
        world.folder(own, "sent")
        world.folder(own, "inbox")
    with store.read() as tx:
        with counted_statements(store.engine) as seen:
            (row,) = mailboxes(tx, by=actor(1, mailbox_ids=[own]))
        everything = mailboxes(tx, by=actor(2, "admin"))
    assert [folder.role for folder in row.folders] == ["inbox", "sent"]
    assert [each.mailbox_id for each in everything] == [other, own]
    assert len(seen) == 4


def test_mailbox_tells_its_outbox_quarantine_and_question(store: Store) -> None:
    with store.write() as tx:
        own = World(tx).mailbox("a@alpine.example", None)
        asked = {"folders": {"1": {"path": "Inbox", "holds": "email", "gone": 200_000, "of": 200_100}}}
        tx.execute(update(Mailbox).values(question=asked))
        _quarantine(tx, "own item", mailbox_id=own)
        for minutes, state in enumerate(("waiting", "working", "failed", "done", "draft")):
            values = {"uid": state, "mailbox_id": own, "verb": "mark_mail", "summary": "", "state": state}
            at = NOW + timedelta(minutes=minutes)
            tx.execute(insert(Outgoing).values(**values, payload={}, not_before=at, created_at=at))
    with store.read() as tx:
        (row,) = mailboxes(tx, by=actor(1, mailbox_ids=[own]))
    assert row.outbox == OutboxCounts(waiting=2, failed=1, unsure=0, oldest_at=NOW)
    assert (row.quarantined, row.question) == (
        1,
        "Outlook says that 200,000 of 200,100 mails in Inbox are gone; nothing was taken out here. "
        "Were they deleted on purpose?",
    )


def test_quarantine_shows_what_waits_of_own_mailboxes_and_files(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        own, other = world.mailbox("a@alpine.example", None), world.mailbox("b@alpine.example", None)
        for source, mailbox in (("file.eml", None), ("own item", own), ("other item", other)):
            _quarantine(tx, source, mailbox_id=mailbox)
        _quarantine(tx, "settled", mailbox_id=own, resolved_at=NOW)
    with store.read() as tx:
        page = quarantined(tx, by=actor(1, mailbox_ids=[own]), limit=1)
        rest = quarantined(tx, by=actor(1, mailbox_ids=[own]), after=page.rows[-1])
        restricted = quarantined(tx, by=actor(1, "restricted", [own]))
    assert ([row.source for row in page.rows], page.more) == (["own item"], True)
    assert [(row.source, row.mailbox) for row in rest.rows] == [("file.eml", "")]
    assert [row.source for row in restricted.rows] == ["own item"]


def _quarantine(tx: Connection, source: str, **columns: object) -> None:
    values = {"source": source, "holds": "email", "reason": "no header", "first_at": NOW, "last_at": NOW}
    tx.execute(insert(Quarantine).values(**(values | columns)))


def test_store_health_counts_records_by_kind(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        world.record("account", "Contoso")
        world.delete_record(world.record("account", "Gone"))
        world.activity("note", "x")
    health = store_health(store)
    assert health.counts == {"account": 1, "activity": 1}
    assert health.path == store.path
    assert health.size > 0
    assert health.wal_size == (Path(f"{store.path}-wal").stat().st_size if store.path else 0)


def _operation(tx: Connection, user_id: int, name: str, undoes_id: int | None = None) -> int:
    values = {"name": name, "summary": name, "user_id": user_id, "at": NOW + timedelta(0), "undoes_id": undoes_id}
    key: int = tx.execute(insert(Operation).values(**values).returning(Operation.id)).scalar_one()
    if name != "read a file":  # nothing of which can be taken back
        tx.execute(insert(OperationChange).values(operation_id=key, table_name="record", uid=name))
    return key


def test_operations_of_others_are_hidden_from_restricted_users(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, carl = world.user("Ann"), world.user("Carl", "restricted")
        first = _operation(tx, ann, "edit")
        _operation(tx, carl, "note")
        _operation(tx, ann, "undo", first)
    with store.read() as tx:
        everything = operations(tx, by=actor(ann))
        own = operations(tx, by=actor(carl, "restricted"))
    assert [(row.name, row.user, bool(row.undoes), row.undone) for row in everything] == [
        ("undo", "Ann", True, False),
        ("note", "Carl", False, False),
        ("edit", "Ann", False, True),
    ]
    assert [row.name for row in own] == ["note"]


def test_last_undoable_goes_back_over_undos_and_counts_a_redo(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        by = actor(ann)
        assert last_undoable(tx, by=by) is None
        _operation(tx, ann, "first")
        second = _operation(tx, ann, "second")
        _operation(tx, bob, "of Bob")
        _operation(tx, ann, "read a file")
        names = [_last(tx, ann)]
        undo = _operation(tx, ann, "undo second", second)
        names.append(_last(tx, ann))
        _operation(tx, ann, "redo second", undo)
        names.append(_last(tx, ann))
    assert names == ["second", "first", "redo second"]


def _last(tx: Connection, user_id: int) -> str:
    found = last_undoable(tx, by=actor(user_id))
    return found.name if found else ""
