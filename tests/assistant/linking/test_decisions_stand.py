"""Whatever people decide and undo in whatever order, linking never changes a decision, and undo restores it exactly."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.linking.worker import link_pending
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.errors import CannotUndo, Invalid, Stale
from store.history.operations import latest_undoable, undo
from store.linking.by_hand import remove_link, set_link
from store.linking.lessons import teach
from store.linking.pending import reopen_all
from store.linking.refusals import allow_message, refuse_message, refuse_sender
from store.linking.relinking import link_thread, unlink_thread
from store.linking.splitting import split_thread
from store.linking.thread_refusals import allow_thread, refuse_thread
from store.schema.knowledge import Learned
from store.schema.ledger import Operation
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email
from store.schema.records import Record
from tests.assistant.linking.mails import JANE, NOW, found_company, take_in
from tests.assistant.linking.mails import plain_mail as mail

_MAILS = (
    mail(1, subject="CAS-01042"),
    mail(2, subject="Re: CAS-01042", answers=1),
    mail(3, subject="Hello again", answers=2, references=[1, 2]),
    mail(4, subject="Something else"),
)
_OF_BOTH = (set_link, remove_link, link_thread, unlink_thread)
_OF_MAIL = (refuse_message, allow_message, refuse_thread, allow_thread, split_thread)

_places = st.integers(0, len(_MAILS) - 1)
_steps = st.one_of(
    st.tuples(st.sampled_from(_OF_BOTH), _places, st.integers(0, 2)),
    st.tuples(st.sampled_from(_OF_MAIL), _places),
    st.just(("sender",)),
    st.tuples(st.just("teach"), st.integers(0, 2)),
    st.just(("undo",)),
    st.just(("look again",)),
)


class _World:
    """A small store, the acts of a person on it, and what they decided so far."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.read() as tx:
            self.founding = set(tx.execute(select(Operation.uid)).scalars())
            self.mails = list(tx.execute(select(Email.id).order_by(Email.message_id)).scalars())
            self.records = list(tx.execute(select(Record.id).where(Record.kind != "contact")).scalars())

    def link(self) -> None:
        link_pending(self.store, now=NOW)

    def decisions(self) -> Any:
        """Everything that people decided, by what it is about."""
        links = select(Link.uid, Link.activity_id, Link.record_id, Link.state, Link.is_primary, Link.decided_at)
        with self.store.read() as tx:
            return (
                sorted(map(tuple, tx.execute(links.where(Link.decided_by == "user")))),
                sorted(map(tuple, tx.execute(select(LinkRefusal.uid, LinkRefusal.scope, LinkRefusal.subject)))),
                sorted(map(tuple, tx.execute(select(Learned.uid, Learned.value, Learned.record_id)))),
            )

    def links(self) -> Any:
        """What every mail is regarding, and why; not which row says so."""
        columns = (Link.activity_id, Link.record_id, Link.state, Link.is_primary, Link.rule, Link.decided_by)
        with self.store.read() as tx:
            return sorted(map(tuple, tx.execute(select(*columns))))

    def act(self, step: tuple[Any, ...]) -> str | None:
        """Carry a step out; the operation's uid, None where it was refused or is none."""
        name, *places = step
        with self.store.write() as tx:
            if name == "look again":
                reopen_all(tx)
                return None
            if name == "undo":
                uid = latest_undoable(tx, by=SYSTEM)
                return undo(tx, uid, by=SYSTEM, now=NOW) if uid is not None and uid not in self.founding else None
            if name == "sender":
                return refuse_sender(tx, JANE, by=SYSTEM, now=NOW)
            if name == "teach":
                return teach(tx, "phrase", "hello again", self.records[places[0]], by=SYSTEM, now=NOW)
            keys = [keys[place] for keys, place in zip((self.mails, self.records), places, strict=False)]
            return str(name(tx, *keys, by=SYSTEM, now=NOW))


@pytest.fixture(scope="module")
def linked_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose mail is linked, to be copied."""
    path = tmp_path_factory.mktemp("linked") / "store.db"
    store = open_store(str(path))
    take_in(found_company(store), _MAILS)
    store.close()
    return path


_copies = count()


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(st.lists(_steps, min_size=1, max_size=5))
def test_decision_is_never_changed_by_linking_and_undo_restores_exactly(
    linked_store: Path, steps: list[tuple[Any, ...]]
) -> None:
    copy = linked_store.with_name(f"{next(_copies)}.db")
    shutil.copy(linked_store, copy)
    store = open_store(str(copy))
    try:
        world = _World(store)
        for step in steps:
            _check_step(world, step)
    finally:
        store.close()


def _check_step(world: _World, step: tuple[Any, ...]) -> None:
    decided, links = world.decisions(), world.links()
    try:
        uid = world.act(step)
    except (Invalid, CannotUndo, Stale):
        assert world.decisions() == decided
        return
    after = world.decisions()
    world.link()
    assert world.decisions() == after
    if uid is None or step[0] == "undo":
        return
    with world.store.write() as tx:
        undone = undo(tx, uid, by=SYSTEM, now=NOW) if after != decided else ""
    world.link()
    assert (world.decisions(), world.links()) == (decided, links)
    if undone:
        with world.store.write() as tx:
            undo(tx, undone, by=SYSTEM, now=NOW)
        world.link()
        assert world.decisions() == after
