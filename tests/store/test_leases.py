"""Leases: one holder at a time, free again when it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from store import processes
from store.engine import Store
from store.leases import acquire_lease, release_lease
from store.processes import has_ended, this_process
from store.schema.ledger import Lease

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=2)


def _held_by(store: Store, holder: str) -> None:
    with store.write() as tx:
        tx.execute(insert(Lease).values(name="mailbox 1", holder=holder, until=UNTIL))


def _acquire(store: Store, now: datetime = NOW) -> bool:
    with store.write() as tx:
        return acquire_lease(tx, "mailbox 1", until=now + timedelta(minutes=2), now=now)


def _holder(store: Store) -> str | None:
    with store.read() as tx:
        return tx.execute(select(Lease.holder)).scalar()


def _of(pid: int) -> str:
    host, _, space = this_process().rsplit(":", 2)
    return f"{host}:{pid}:{space}"


def _ended_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_lease_of_a_living_process_is_respected(store: Store) -> None:
    _held_by(store, _of(os.getppid()))
    assert not _acquire(store)
    assert _holder(store) == _of(os.getppid())


def test_lease_of_a_process_that_ended_is_free(store: Store) -> None:
    _held_by(store, _of(_ended_pid()))
    assert _acquire(store)
    assert _holder(store) == this_process()


def test_lease_of_another_machine_is_kept_until_it_runs_out(store: Store) -> None:
    _held_by(store, f"elsewhere:{_ended_pid()}:0123456789ab")
    assert not _acquire(store)
    assert _acquire(store, UNTIL + timedelta(seconds=1))


def test_our_own_lease_is_kept_for_longer_and_given_back(store: Store) -> None:
    assert _acquire(store)
    assert _acquire(store, NOW + timedelta(minutes=1))
    with store.write() as tx:
        release_lease(tx, "mailbox 1")
    assert _holder(store) is None


def test_lease_of_somebody_else_is_not_given_back(store: Store) -> None:
    _held_by(store, _of(os.getppid()))
    with store.write() as tx:
        release_lease(tx, "mailbox 1")
    assert _holder(store) == _of(os.getppid())


def test_has_ended_is_certain_only_about_our_own_processes() -> None:
    ended = _ended_pid()
    assert has_ended(_of(ended))
    assert not has_ended(this_process())
    for unknown in ("", "host", f"host:{ended}", f"host:{ended}:", f"host:x:{processes._space()}"):
        assert not has_ended(unknown)
