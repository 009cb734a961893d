"""Merging a mailbox's contacts with ours: what both say is planned field by field and carried out on our side.

The server's side is carried out by the outbox (assistant.outbox.contacts), which plans again when its turn comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mail_sync.card import ContactCard
from mail_sync.card_fields import ACCOUNT, from_card, from_record, rules_for, to_record
from mail_sync.directions import directions_of
from mail_sync.merge import Fields, Merge, Rule, merge
from store.actor import SYSTEM
from store.chunks import chunked
from store.records.cards import CardBatch
from store.records.edited import edited_by_people
from store.records.state import Stored, read_states
from store.schema.records import Record
from store.sync.bases import Base, read_bases, save_bases
from store.sync.conflicts import Sides, keep_conflicts
from store.sync.contact_copies import copies_of, put_contact
from store.sync.notes import note


@dataclass(frozen=True, slots=True)
class Met:
    """A contact as a mailbox holds it, at an item that the store knows."""

    item_id: int
    record_id: int
    card: ContactCard
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """What has to go to the server, and the base from when it was written there."""

    there: Fields
    base: Base


@dataclass
class CardMerger:
    """Merges met contacts of one mailbox within a transaction."""

    tx: Connection
    mailbox_id: int
    settings: Mapping[str, Any]
    email_slots: int | None
    now: datetime

    @property
    def rules(self) -> dict[str, Rule]:
        return rules_for(directions_of(self.settings, "contact"), self.email_slots)

    def agree(self, met: Sequence[Met]) -> None:
        """These contacts were made from their cards just now: both sides have what the record could take over."""
        uids = _uids(self.tx, [one.record_id for one in met])
        stored = {one.record_id: one for one in read_states(self.tx, list(uids.values())).values()}
        bases = {one.item_id: self._base(one, from_card(one.card), stored.get(one.record_id)) for one in met}
        save_bases(self.tx, bases, now=self.now)

    def remember(self, met: Sequence[Met]) -> None:
        """These cards are as they were when they were read last; a base that got lost is theirs."""
        known = read_bases(self.tx, [one.item_id for one in met])
        self.agree([one for one in met if one.item_id not in known])

    def merge(self, met: Sequence[Met], batch: CardBatch, *, enqueue: bool = True) -> dict[int, Planned]:
        """Carry out our side, keep conflicts and bases; with `enqueue` the outbox carries out the server's side."""
        known = _Known.read(self.tx, met, batch)
        planned: dict[int, Planned] = {}
        conflicts: dict[int, dict[str, Sides]] = {}
        bases: dict[int, Base] = {}
        for one in met:
            stored = known.stored.get(one.record_id)
            if stored is None:
                continue
            plan, mine = self._plan(one, stored, known)
            if self._carry_out_here(one, stored, plan, mine, batch):
                known.look_again(self.tx, one.record_id, batch)
            after = known.stored[one.record_id]
            bases[one.item_id] = self._base(one, plan.meanwhile, after)
            if plan.conflicts or known.has_met(one):
                conflicts[one.item_id] = {
                    each.field: Sides(each.base, each.theirs, each.mine) for each in plan.conflicts
                }
            planned[one.item_id] = Planned(plan.there, self._base(one, plan.base, after))
            if enqueue and plan.there:
                put_contact(self.tx, one.item_id, by=SYSTEM, now=self.now)
        save_bases(self.tx, bases, now=self.now)
        keep_conflicts(self.tx, self.mailbox_id, conflicts, now=self.now)
        return planned

    def _plan(self, one: Met, stored: Stored, known: _Known) -> tuple[Merge, dict[str, Any]]:
        """The plan, and our side as it was planned with."""
        base = known.bases.get(one.item_id, Base()).fields
        theirs = from_card(one.card)
        mine = from_record(stored.state, known.companies.get(stored.state.get("account", ""), ""), base)
        if not base and mine["company"] and theirs["company"]:
            mine["company"] = theirs["company"]  # the account stands for whatever the card calls it
        return merge(base, theirs, mine, self.rules, edited=known.edited_here(one, stored)), mine

    def _carry_out_here(self, one: Met, stored: Stored, plan: Merge, mine: Fields, batch: CardBatch) -> bool:
        if not plan.here:
            return False
        values = to_record(plan.here, mine)
        if "company" in plan.here:
            company = plan.here["company"]
            values["account"] = batch.account_for(company, ()) if company else None
        batch.change(stored, values, besides=one.item_id)
        note(self.tx, self.mailbox_id, one.item_id, "merged", ", ".join(sorted(plan.here)), now=self.now)
        return True

    def _base(self, one: Met, fields: Fields, stored: Stored | None) -> Base:
        account = stored.state.get("account") if stored is not None else None
        return Base({**fields, ACCOUNT: account}, dict(one.slots))


@dataclass
class _Known:
    """What the store knows of met contacts, asked for all at once."""

    bases: dict[int, Base]
    stored: dict[int, Stored]
    companies: dict[str, str]  # an account's name by its uid
    edited: dict[str, frozenset[str]]
    holders: dict[int, set[int]]  # the items of a contact in any mailbox

    @classmethod
    def read(cls, tx: Connection, met: Sequence[Met], batch: CardBatch) -> _Known:
        bases = {key: base for key, base in read_bases(tx, [one.item_id for one in met]).items() if base.fields}
        stored = batch.stored([one.record_id for one in met])
        first = [one.record_id for one in met if one.item_id not in bases and one.record_id in stored]
        holders: dict[int, set[int]] = {}
        for copy in copies_of(tx, first):
            holders.setdefault(copy.record_id, set()).add(copy.item_id)
        edited = edited_by_people(tx, [stored[key].uid for key in set(first)])
        return cls(bases, stored, _companies(tx, stored.values()), edited, holders)

    def has_met(self, one: Met) -> bool:
        return one.item_id in self.bases

    def edited_here(self, one: Met, stored: Stored) -> frozenset[str] | None:
        """What a person wrote here of a contact that the mailbox shows for the first time; None for all: what stands
        in another mailbox's copy was written by a person as well."""
        if self.has_met(one) or self.holders.get(one.record_id, set()) - {one.item_id}:
            return None
        names = self.edited.get(stored.uid, frozenset())
        return names | {"company"} if "account" in names else names

    def look_again(self, tx: Connection, record_id: int, batch: CardBatch) -> None:
        """The contact was changed meanwhile."""
        self.stored.update(batch.stored([record_id]))
        self.companies.update(_companies(tx, [self.stored[record_id]]))


def _companies(tx: Connection, contacts: Iterable[Stored]) -> dict[str, str]:
    found: dict[str, str] = {}
    for portion in chunked({uid for stored in contacts if (uid := stored.state.get("account"))}):
        found.update(
            (row.uid, row.title) for row in tx.execute(select(Record.uid, Record.title).where(Record.uid.in_(portion)))
        )
    return found


def _uids(tx: Connection, record_ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in chunked(set(record_ids)):
        rows = tx.execute(select(Record.id, Record.uid).where(Record.id.in_(portion)))
        found.update((row.id, row.uid) for row in rows)
    return found
