"""A new case of a queue is given to whose turn it is in one operation."""

from __future__ import annotations

from store.engine import Store
from store.history.operations import undo
from store.queries.history import operations
from store.queries.record_detail import record_detail
from store.queues.creating import create_in_queue
from tests.store.queues.scenes import support
from tests.store.scenes import NOW, add_user


def test_a_new_case_of_a_queue_is_given_in_the_operation_that_creates_it(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        ann, bob = add_user(tx, "Ann"), add_user(tx, "Bob")
        queue = support(tx, members=(ann, bob), assignment="round_robin").id
        for title, owner in (("Belt", ann), ("Gate", bob)):
            made = create_in_queue(tx, "case", {"title": title, "queue": queue, "owner": None}, by=ann, now=NOW)
            assert record_detail(tx, made.record_id, by=ann).owner_id == owner.user_id
        named = create_in_queue(tx, "case", {"title": "Rope", "queue": queue, "owner": bob.user_id}, by=ann, now=NOW)
        assert record_detail(tx, named.record_id, by=ann).owner_id == bob.user_id
        done = [one.summary.split()[0] for one in operations(tx, by=ann, limit=3)]
        assert done == ["Created", "Created", "Created"]
        undo(tx, by=ann, now=NOW)
        assert record_detail(tx, named.record_id, by=ann).deleted_at is not None
