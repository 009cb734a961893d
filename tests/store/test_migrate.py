"""Migrations end in the same schema as the tables, and what a store holds survives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text

from store.engine import REVISION, Store, create
from store.migrate import config, upgrade
from store.migrations.draft import is_ours
from store.names.index import find_names
from store.schema.activities import Appointment
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox, User
from store.schema.records import Account, Contact, Record
from store.schema.tables import metadata

Opened = Callable[[str], Store]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_upgrade_of_an_empty_database_ends_at_the_revision_the_program_expects(empty_url: str, opened: Opened) -> None:
    store = opened(empty_url)
    done = upgrade(store)
    assert (done.before, done.after, done.backup) == (None, REVISION, None)


def test_migrations_have_one_head_and_it_is_the_expected_revision(empty_url: str, opened: Opened) -> None:
    store = opened(empty_url)
    with store.read() as tx:
        assert ScriptDirectory.from_config(config(tx)).get_heads() == [REVISION]


@pytest.mark.filterwarnings("ignore:autogenerate skipping", "ignore:Skipped unsupported reflection")
def test_migrated_schema_has_nothing_more_or_less_than_the_tables(empty_url: str, opened: Opened) -> None:
    store = opened(empty_url)
    upgrade(store)
    with store.read() as tx:
        context = MigrationContext.configure(tx, opts={"include_name": is_ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrated_sqlite_schema_is_the_created_one_statement_by_statement(tmp_path: Path, opened: Opened) -> None:
    created, migrated = opened(str(tmp_path / "created.db")), opened(str(tmp_path / "migrated.db"))
    create(created)
    upgrade(migrated)
    assert _sqlite_schema(migrated) == _sqlite_schema(created)


@pytest.mark.postgresql
def test_migrated_postgresql_schema_is_the_created_one(request: pytest.FixtureRequest, opened: Opened) -> None:
    make = request.getfixturevalue("new_postgresql_url")
    created, migrated = opened(make()), opened(make("template1"))
    upgrade(migrated)
    assert _postgresql_schema(migrated) == _postgresql_schema(created)


def test_upgrade_keeps_what_the_store_holds(empty_url: str, opened: Opened) -> None:
    store = opened(empty_url)
    upgrade(store)
    with store.write() as tx:
        _fill(tx)
        tx.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": REVISION})
    upgrade(store)
    with store.read() as tx:
        assert tx.execute(
            select(Record.number, Record.title, Account.city).join(Account, Account.id == Record.id)
        ).all() == [("ACC-00001", "Contoso", "Bern")]


def test_upgrade_from_the_first_revision_keeps_its_rows_and_gives_new_columns_their_defaults(
    empty_url: str, opened: Opened
) -> None:
    store = opened(empty_url)
    upgrade(store, "0001")
    with store.write() as tx:
        _fill_first_revision(tx)
    assert upgrade(store).before == "0001"
    with store.read() as tx:
        item = select(MailboxItem.remote_id, MailboxItem.stamp, MailboxItem.response, MailboxItem.buried_at)
        assert tx.execute(item).all() == [("item-1", "", "", None)]
        assert tx.execute(select(Mailbox.address, Mailbox.question)).all() == [("ann@alpine.example", {})]
        assert tx.execute(select(Contact.city, Contact.in_outlook)).all() == [("Bern", False)]
        assert tx.execute(select(Appointment.identity, Appointment.reminder_minutes)).all() == [("uid-1", None)]


def test_upgrade_from_before_the_name_index_lets_records_be_found_by_their_names(
    empty_url: str, opened: Opened
) -> None:
    store = opened(empty_url)
    upgrade(store, "0001")
    with store.write() as tx:
        _fill_first_revision(tx)
    upgrade(store)
    with store.read() as tx:
        found = find_names(tx, ["jann"], kinds=("contact",))["jann"]
    assert [one.title for one in found] == ["Jane"]


def test_upgrade_of_a_sqlite_store_copies_it_beside_the_file_first(tmp_path: Path, opened: Opened) -> None:
    store = opened(str(tmp_path / "store.db"))
    create(store)
    with store.write() as tx:
        _fill(tx)
    first, second = upgrade(store), upgrade(store)
    assert first.backup == tmp_path / f"store.db.before-{REVISION}"
    assert second.backup == tmp_path / f"store.db.before-{REVISION}.2"
    copy = opened(str(first.backup))
    with copy.read() as tx:
        assert tx.execute(select(Record.title)).scalars().all() == ["Contoso"]


def test_upgrade_leaves_foreign_keys_enforced(tmp_path: Path, opened: Opened) -> None:
    store = opened(str(tmp_path / "store.db"))
    create(store)
    upgrade(store)
    with store.read() as tx:
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def _fill(tx: Connection) -> None:
    tx.execute(insert(User).values(id=1, email="ann@alpine.example", name="Ann", created_at=NOW))
    values = {"number": "ACC-00001", "title": "Contoso", "owner_id": 1, "created_at": NOW, "modified_at": NOW}
    tx.execute(insert(Record).values(id=1, kind="account", **values))
    tx.execute(insert(Account).values(id=1, city="Bern"))


def _fill_first_revision(tx: Connection) -> None:
    """Rows of the tables that later revisions change, as a program of that time wrote them."""
    at = 1_767_225_600_000_000 if tx.dialect.name == "sqlite" else NOW
    rows: dict[str, dict[str, object]] = {
        "app_user": {"uid": "u1", "email": "ann@alpine.example", "name": "Ann", "role": "sales", "active": True,
                     "created_at": at},
        "mailbox": {"uid": "m1", "address": "ann@alpine.example", "name": "", "provider": "exchange", "owner_id": 1,
                    "settings": "{}", "capture": "{}", "state": "ready", "state_detail": "", "progress_done": 0,
                    "progress_total": 0, "last_error": "", "created_at": at},
        "record": {"uid": "r1", "kind": "contact", "number": "CON-00001", "title": "Jane", "title_key": "jane",
                   "version": 1, "created_at": at, "modified_at": at, "extra": "{}"},
        "activity": {"uid": "a1", "kind": "appointment", "subject": "Visit", "occurred_at": at, "who": "",
                     "preview": "", "direction": "", "private": False, "attachments": 0, "link_state": "done",
                     "mentions": "[]", "version": 1, "created_at": at},
        "appointment": {"id": 1, "identity": "uid-1", "ical_uid": "uid-1", "all_day": False,
                        "start_wall": "2026-01-01T09:00", "end_wall": "2026-01-01T10:00", "timezone": "UTC",
                        "timezone_source": "", "location": "", "status": "confirmed", "busy": "busy", "sequence": 0,
                        "recurring": False, "series": "{}"},
        "contact": {"id": 1, "given_name": "Jane", "family_name": "", "job_title": "", "department": "", "phone": "",
                    "mobile": "", "street": "", "city": "Bern", "country": "", "description": ""},
        "mailbox_item": {"mailbox_id": 1, "remote_id": "item-1", "change_key": "k", "holds": "appointment",
                         "activity_id": 1, "occurred_at": at, "is_read": True, "flagged": False, "categories": "[]",
                         "content_digest": b"", "doubtful": False},
    }  # fmt: skip
    for table, values in rows.items():
        columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        tx.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), values)


def _sqlite_schema(store: Store) -> dict[str, str]:
    with store.read() as tx:
        rows = tx.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all()
    return {row.name: _normal(row.sql) for row in rows if row.name != "alembic_version"}


def _normal(statement: str) -> str:
    """Without white space and with the parts of a table in alphabetical order, which migrations cannot choose."""
    squeezed = re.sub(r"\s+", " ", statement).replace("( ", "(").replace(" )", ")").strip()
    if not squeezed.startswith("CREATE TABLE"):
        return squeezed
    head, _, rest = squeezed.partition("(")
    parts, _, options = rest.rpartition(")")
    return f"{head}({'|'.join(sorted(part.strip() for part in re.split(r',(?![^(]*[)])', parts)))}){options}"


def _postgresql_schema(store: Store) -> list[tuple[object, ...]]:
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
    )
    with store.read() as tx:
        found = [tuple(row) for query in queries for row in tx.exec_driver_sql(query)]
    return sorted((row for row in found if row[0] != "alembic_version"), key=repr)
