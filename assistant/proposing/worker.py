"""Comparing what signatures say with the records, and proposing what differs; a bounded step at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from assistant.apart import PROPOSING, apart, give_up
from assistant.proposing.understand import Proposed, Said, propose
from store.engine import Store
from store.linking.pending import uid_and_kind
from store.proposals.facts import Sender
from store.proposals.keeping import CHANGE, PERSON, NewProposal, about_field, keep_proposal
from store.proposals.reading import read_senders, said_later, set_proposed, unproposed

#: Mails compared in one step, and steps in one go: what is left waits for the next one.
BATCH = 200
_STEPS = 5

#: Fields of records -> parts of a signature that they are read from.
_PARTS = {"job_title": "title", "account": "company"}


def propose_waiting(store: Store, *, now: datetime) -> int:
    """Compare mails that wait with the records; returns how many proposals are new."""

    def fails(activity_id: int, error: Exception) -> None:
        with store.read() as tx:
            uid, kind = uid_and_kind(tx, activity_id)
        done = partial(set_proposed, activity_ids=[activity_id])
        give_up(store, f"{PROPOSING}{uid}", kind, "Its signature could not be compared", error, done=done, now=now)

    new = 0
    for _ in range(_STEPS):
        with store.read() as tx:  # without the write lock, which others need while nothing waits
            waiting = unproposed(tx, limit=BATCH)
        if not waiting:
            return new
        new += sum(apart(waiting, lambda portion: _propose(store, portion, now), fails))
    return new


def _propose(store: Store, waiting: Sequence[int], now: datetime) -> int:
    with store.read() as tx:
        senders = read_senders(tx, waiting)
    found = [(sender, each) for sender in senders for each in propose(sender)]
    with store.write() as tx:
        new = sum(_keep(tx, sender, each, now) for sender, each in found)
        set_proposed(tx, waiting)
    return new


def _keep(tx: Connection, sender: Sender, each: Proposed, now: datetime) -> bool:
    if each.person is None:
        subject, kind, record_id = sender.email, PERSON, None
    else:
        said = each.said[0]
        if said_later(tx, sender.email, _PARTS.get(said.field, said.field), sender.occurred_at):
            return False
        subject, kind, record_id = about_field(each.person.uid, said.field), CHANGE, each.person.record_id
    fields = tuple(_as_fields(each.said, is_change=kind == CHANGE))
    return keep_proposal(tx, NewProposal(kind, subject, sender.activity_id, fields, record_id), now=now)


def _as_fields(said: Iterable[Said], *, is_change: bool) -> Iterable[dict[str, str]]:
    for each in said:
        fields = {"field": each.field, "value": each.value, "quote": each.quote}
        if is_change:
            fields["before"] = each.before
        yield fields | ({"ref": each.ref} if each.ref else {})
