"""Threads as the connected components of mails and the names they mention.

A mail mentions its own Message-ID, those it answers and its conversation index. Whoever arrives first, the components
are the same; a mail that joins two threads merges them. Threads that texts show to be one are joined as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from store.chunks import chunked
from store.keys import allocate
from store.schema.mail import Email, Thread, ThreadNode
from store.schema.triage import Acknowledgement
from store.types import new_uid
from store.upsert import upsert


class _Components:
    """Union-find over names; each root remembers the stored threads it touches."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def join(self, names: Sequence[str]) -> None:
        first = self.root(names[0])
        for name in names[1:]:
            self.parent[self.root(name)] = first


def assign_threads(tx: Connection, mails: Sequence[Sequence[str]]) -> list[int]:
    """The thread of each mail, given the names it mentions (none: a thread of its own)."""
    known = _known_nodes(tx, {name for names in mails for name in names})
    components = _components(mails, known)
    touched: dict[str, set[int]] = {}
    for name, thread_id in known.items():
        touched.setdefault(components.root(name), set()).add(thread_id)
    roots = {components.root(names[0]) for names in mails if names}
    threads = _threads_for(tx, roots, touched)
    singles = iter(_new_threads(tx, sum(1 for names in mails if not names)))
    _add_nodes(tx, [(name, threads[components.root(name)]) for name in components.parent if name not in known])
    return [threads[components.root(names[0])] if names else next(singles) for names in mails]


def join_threads(tx: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Make one thread of each two (and so of all that hang together); the oldest stays."""
    components = _Components()
    for pair in pairs:
        components.join([str(thread_id) for thread_id in pair])
    groups: dict[str, list[int]] = {}
    for name in list(components.parent):
        groups.setdefault(components.root(name), []).append(int(name))
    for threads in groups.values():
        if len(threads) > 1:
            _merge(tx, into=min(threads), others=sorted(set(threads) - {min(threads)}))


def _components(mails: Sequence[Sequence[str]], known: dict[str, int]) -> _Components:
    components = _Components()
    for names in mails:
        if names:
            components.join(names)
    by_thread: dict[int, str] = {}
    for name, thread_id in known.items():
        components.join([by_thread.setdefault(thread_id, name), name])
    return components


def _known_nodes(tx: Connection, names: set[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for portion in chunked(names):
        rows = tx.execute(select(ThreadNode.name, ThreadNode.thread_id).where(ThreadNode.name.in_(portion)))
        known.update({row.name: row.thread_id for row in rows})
    return known


def _threads_for(tx: Connection, roots: set[str], touched: dict[str, set[int]]) -> dict[str, int]:
    fresh = [root for root in sorted(roots) if root not in touched]
    threads = dict(zip(fresh, _new_threads(tx, len(fresh)), strict=True))
    for root, found in touched.items():
        threads[root] = min(found)
        if len(found) > 1:
            _merge(tx, into=min(found), others=sorted(found - {min(found)}))
    return threads


def _new_threads(tx: Connection, count: int) -> list[int]:
    if not count:
        return []
    ids = allocate(tx, Thread, count)
    tx.execute(insert(Thread), [{"id": thread_id, "uid": new_uid()} for thread_id in ids])
    return ids


def _merge(tx: Connection, *, into: int, others: list[int]) -> None:
    tx.execute(update(Email).where(Email.thread_id.in_(others)).values(thread_id=into))
    tx.execute(update(ThreadNode).where(ThreadNode.thread_id.in_(others)).values(thread_id=into))
    _keep_acknowledgements(tx, into, others)
    tx.execute(delete(Thread).where(Thread.id.in_(others)))


def _keep_acknowledgements(tx: Connection, into: int, others: list[int]) -> None:
    """Who was told in one of these threads was told in the one they became; they go with the threads they stand by."""
    columns = (Acknowledgement.on_date, Acknowledgement.email, Acknowledgement.activity_id)
    held = tx.execute(select(*columns).where(Acknowledgement.thread_id.in_(others))).mappings().all()
    if held:
        rows = [{"thread_id": into, **row} for row in held]
        tx.execute(upsert(tx, Acknowledgement).on_conflict_do_nothing(), rows)


def _add_nodes(tx: Connection, nodes: list[tuple[str, int]]) -> None:
    if nodes:
        tx.execute(insert(ThreadNode), [{"name": name, "thread_id": thread_id} for name, thread_id in nodes])
