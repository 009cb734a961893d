"""Merging two records that are the same: one stays and gets everything, the other leads to it from now on.

One operation, which undo takes back whole. The loser's copies in mailboxes are neither deleted nor do they bring it
back: they become copies of the winner and show what it says, beside the copies that it has already. Whoever wants one
card less deletes it in Outlook, which leaves the contact here alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.actor import Actor
from store.cases.lifecycle import is_closed
from store.chunks import chunked
from store.duplicates import belongings
from store.duplicates.double_links import join_double_links
from store.duplicates.pairs import pair_merged
from store.duplicates.union import check_choices, renamed, united
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.leads.lifecycle import BECAME
from store.linking.reopening import requeue_mentions
from store.records.checks import check_chains
from store.records.effects import Changed, follow_up
from store.records.fields import LABELS
from store.records.state import State, Stored, compact, read_states, set_deleted, write_state
from store.records.writing import visible_record
from store.schema.records import Account, Case, Contact, Employment, Lead, Opportunity, Record
from store.schema.scheduling import Booking
from store.sync.contact_copies import copies_of, put_contact

#: Kinds of which one may stand there twice unnoticed, and all that can be merged.
DOUBLE_KINDS = ("account", "contact", "lead")
MERGED_KINDS = (*DOUBLE_KINDS, "case")


@dataclass(frozen=True, slots=True)
class _Written:
    """A record as it was and the fields written over it; None for its deletion."""

    stored: Stored
    wanted: State | None

    @property
    def changed(self) -> Changed:
        after = None if self.wanted is None else compact({**self.stored.state, **self.wanted})
        return Changed(self.stored.record_id, self.stored.kind, self.stored.number, self.stored.state, after)

    @property
    def change(self) -> Change:
        if self.wanted is None:
            return Change("record", self.stored.uid, self.stored.state, None)
        return Change(
            "record", self.stored.uid, {name: self.stored.state.get(name) for name in self.wanted}, self.wanted
        )


def merge_records(
    tx: Connection, winner_id: int, loser_id: int, choices: Mapping[str, str], *, by: Actor, now: datetime
) -> str:
    """Merge the loser into the winner; returns the operation's uid.

    The winner's values stay where they are not empty; `choices` say of a field by name that the "loser" value is kept
    (or the "winner" one, also an empty one). Raises NotFound, and Invalid for records that cannot be merged.
    """
    winner, loser = visible_record(tx, winner_id, by), visible_record(tx, loser_id, by)
    _check(winner, loser)
    check_choices(winner.kind, choices)
    changes = join_double_links(tx, winner.record_id, loser.record_id, now=now)
    copies = copies_of(tx, [loser.record_id])
    handed_over = _hand_over(tx, winner, loser, now)
    set_deleted(tx, [loser.record_id], now, now=now)
    written = [_Written(loser, None), *_referring(tx, winner, loser, now), *_winner(tx, winner, loser, choices, now)]
    follow_up(tx, [one.changed for one in written], by=by, now=now)
    for copy in copies:
        put_contact(tx, copy.item_id, by=by, now=now)
    requeue_mentions(tx, [loser.number])
    changes += [one.change for one in written]
    summary = (
        f"Merged {LABELS[loser.kind][0]} {loser.number} {loser.state['title']} "
        f"into {winner.number} {winner.state['title']}"
    )
    changes += [*handed_over, *pair_merged(tx, winner.record_id, loser.record_id, by=by, now=now)]
    return record_operation(tx, "merge_records", summary, changes, by=by, now=now)


def _check(winner: Stored, loser: Stored) -> None:
    if winner.record_id == loser.record_id:
        raise Invalid(f"{winner.number} cannot be merged with itself.")
    if winner.kind != loser.kind:
        raise Invalid(f"{loser.number} is a {loser.kind} and {winner.number} a {winner.kind}; only like can be merged.")
    if winner.kind not in MERGED_KINDS:
        raise Invalid(f"{LABELS[winner.kind][1].capitalize()} cannot be merged.")
    if winner.kind == "case" and is_closed(winner.state["status"]) and not is_closed(loser.state["status"]):
        raise Invalid(
            f"{winner.number} is {winner.state['status']}; open it again before {loser.number} becomes part of it."
        )
    if any(loser.state.get(name) for name in BECAME):
        both = any(winner.state.get(name) for name in BECAME)
        instead = "so was the other one." if both else f"merge {winner.number} into it instead."
        raise Invalid(f"{loser.number} was qualified; {instead}")


def _hand_over(tx: Connection, winner: Stored, loser: Stored, now: datetime) -> list[Change]:
    """Let everything that is no field follow to the winner."""
    before = belongings.belongings(tx, loser.record_id)
    after = {name: winner.uid if name == "into" else [] for name in before}
    changes = [Change("belongings", loser.uid, before, after)]
    belongings.restore(tx, changes, now=now)
    return changes


def _winner(tx: Connection, winner: Stored, loser: Stored, choices: Mapping[str, str], now: datetime) -> list[_Written]:
    wanted = united(winner.kind, winner.state, loser.state, choices, today=now.date())
    if winner.kind == "account":
        wanted = _with_parent(tx, winner, loser, wanted)
    elif winner.kind == "case":
        wanted = _without_circles(tx, winner, loser, wanted)
    return _write(tx, winner, wanted, now)


def _with_parent(tx: Connection, winner: Stored, loser: Stored, wanted: State) -> State:
    """Where one of the two is above the other, the winner belongs to what is above both."""
    parent = wanted.get("parent", winner.state.get("parent"))
    if parent == loser.uid or parent == winner.uid or _is_circle(tx, winner.uid, parent):
        parent = loser.state.get("parent")
    if parent in (winner.uid, loser.uid) or _is_circle(tx, winner.uid, parent):
        parent = None
    rest = {name: value for name, value in wanted.items() if name != "parent"}
    return rest if parent == winner.state.get("parent") else {**rest, "parent": parent}


def _is_circle(tx: Connection, uid: str, parent: str | None) -> bool:
    return bool(parent) and _runs_round(tx, "account", uid, {"parent": parent})


def _without_circles(tx: Connection, winner: Stored, loser: Stored, wanted: State) -> State:
    """What the case that stays says: it is neither a part of itself nor follows itself, and has its own resolution."""
    rest = {name: value for name, value in wanted.items() if name != "resolution"}
    for name in ("parent", "follows"):
        offered = (rest.get(name, winner.state.get(name)), loser.state.get(name), None)
        ends = (winner.uid, loser.uid)
        kept = next(uid for uid in offered if uid not in ends and not _runs_round(tx, "case", winner.uid, {name: uid}))
        if kept != winner.state.get(name):
            rest[name] = kept
        else:
            rest.pop(name, None)
    return rest


def _runs_round(tx: Connection, kind: str, uid: str, state: State) -> bool:
    try:
        check_chains(tx, kind, uid, state)
    except Invalid:
        return True
    return False


def _referring(tx: Connection, winner: Stored, loser: Stored, now: datetime) -> list[_Written]:
    """The living records that name the loser name the winner."""
    changed: list[_Written] = []
    for portion in chunked(_referring_uids(tx, loser.record_id) - {winner.uid, loser.uid}):
        for stored in read_states(tx, portion).values():
            wanted = renamed(stored.state, loser.uid, winner.uid)
            changed += _write(tx, stored, wanted, now)
    return changed


def _referring_uids(tx: Connection, record_id: int) -> set[str]:
    holders = (
        (Account.id, Account.parent_id),
        (Contact.id, Contact.account_id),
        (Employment.contact_id, Employment.account_id),
        (Opportunity.id, Opportunity.account_id),
        (Opportunity.id, Opportunity.contact_id),
        (Case.id, Case.account_id),
        (Case.id, Case.contact_id),
        (Case.id, Case.parent_id),
        (Case.id, Case.follows_id),
        (Booking.id, Booking.account_id),
        (Booking.id, Booking.contact_id),
        (Booking.id, Booking.case_id),
        (Lead.id, Lead.became_account_id),
        (Lead.id, Lead.became_contact_id),
        (Lead.id, Lead.became_opportunity_id),
    )
    found: set[str] = set()
    for key, held in holders:
        uids = select(Record.uid).join_from(key.class_, Record, Record.id == key)
        found.update(tx.execute(uids.where(held == record_id, Record.deleted_at.is_(None))).scalars())
    return found


def _write(tx: Connection, stored: Stored, wanted: State, now: datetime) -> list[_Written]:
    if not wanted:
        return []
    write_state(tx, stored, wanted, now=now)
    return [_Written(stored, wanted)]
