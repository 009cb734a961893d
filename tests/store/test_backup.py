"""A backup is a whole store of one moment, made while others write."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from store.backup import backup
from store.engine import Store, open_store
from store.errors import CannotBackUp, Invalid
from store.schema.records import Record

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_backup_is_a_store_of_its_own(tmp_path: Path, opened: Callable[[str], Store]) -> None:
    store = open_store(str(tmp_path / "store.db"))
    _add(store, "first")
    size = backup(store, tmp_path / "copies" / "copy.db")
    _add(store, "later")
    store.close()
    copy = opened(str(tmp_path / "copies" / "copy.db"))
    with copy.read() as tx:
        assert tx.execute(select(Record.title)).scalars().all() == ["first"]
    assert size == (tmp_path / "copies" / "copy.db").stat().st_size


def test_backup_holds_one_moment_while_others_write(tmp_path: Path, opened: Callable[[str], Store]) -> None:
    store = open_store(str(tmp_path / "store.db"))
    for number in range(3):
        _add(store, f"before {number}" + "x" * 6_000_000)
    steps: list[tuple[int, int]] = []

    def write_meanwhile(done: int, total: int) -> None:
        steps.append((done, total))
        _add(store, f"meanwhile {len(steps)}")

    backup(store, tmp_path / "copy.db", progress=write_meanwhile)
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(Record)).scalar() == 3 + len(steps)
    store.close()
    with opened(str(tmp_path / "copy.db")).read() as tx:
        assert tx.execute(select(func.count()).select_from(Record)).scalar() == 3
    assert len(steps) > 1
    assert steps[-1][0] == steps[-1][1]


def test_backup_never_overwrites(tmp_path: Path, opened: Callable[[str], Store]) -> None:
    (tmp_path / "copy.db").write_bytes(b"precious")
    store = open_store(str(tmp_path / "store.db"))
    with pytest.raises(Invalid):
        backup(store, tmp_path / "copy.db")
    store.close()
    assert (tmp_path / "copy.db").read_bytes() == b"precious"


def test_backup_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = open_store(str(tmp_path / "store.db"))
    with pytest.raises(CannotBackUp):
        backup(store, tmp_path / "file" / "copy.db")
    store.close()
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


@pytest.mark.postgresql
def test_backup_of_postgresql_is_a_dump(
    request: pytest.FixtureRequest, tmp_path: Path, opened: Callable[[str], Store]
) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not on PATH")
    store = opened(request.getfixturevalue("new_postgresql_url")())
    backup(store, tmp_path / "copy.dump")
    assert (tmp_path / "copy.dump").read_bytes()[:5] == b"PGDMP"


@pytest.mark.postgresql
def test_backup_of_postgresql_without_pg_dump_says_so(
    request: pytest.FixtureRequest, tmp_path: Path, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(request.getfixturevalue("new_postgresql_url")())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotBackUp, match="pg_dump, which is not installed here"):
        backup(store, tmp_path / "copy.dump")


def _add(store: Store, title: str) -> None:
    with store.write() as tx:
        number = f"ACC-{tx.execute(select(func.count()).select_from(Record)).scalar():05}"
        values = {"kind": "account", "number": number, "title": title, "created_at": NOW, "modified_at": NOW}
        tx.execute(insert(Record).values(title_key=title[:50], **values))
