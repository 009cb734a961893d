"""Qualifying a lead: it becomes an account, a contact and an opportunity, new ones or those that it is already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from store.actor import Actor
from store.duplicates.union import united
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.leads.becoming import Values, Wanted, account_values, contact_values
from store.leads.carrying import carry_links
from store.leads.lifecycle import BECAME, QUALIFIED
from store.queries.refs import RecordRef
from store.records.checks import claimed_domains
from store.records.fields import LABELS
from store.records.state import State, Stored
from store.records.values import read_values
from store.records.writing import change_record, insert_records, visible_record, visible_records
from store.schema.people import User
from store.schema.records import Lead


@dataclass(frozen=True, slots=True)
class Qualified:
    """What a lead became, and the operation that undoes all of it."""

    operation_uid: str
    account: RecordRef | None
    contact: RecordRef | None
    opportunity: RecordRef | None


def visible_lead(tx: Connection, record_id: int, by: Actor) -> Stored:
    """A living lead that `by` may see. Raises NotFound, and Invalid for a record of another kind."""
    return visible_leads(tx, [record_id], by)[0]


def visible_leads(tx: Connection, record_ids: Sequence[int], by: Actor) -> list[Stored]:
    """The same for several, in this order."""
    found = visible_records(tx, record_ids, by)
    for stored in found:
        if stored.kind != "lead":
            raise Invalid(f"{stored.number} is {_a(stored.kind)}, not a lead.")
    return found


def qualify_lead(tx: Connection, record_id: int, wanted: Wanted, *, by: Actor, now: datetime) -> Qualified:
    """Make or complete the wanted records, let them have what the lead was linked to, and close the lead.

    What an account or a contact says already stays; what it does not say yet is taken from the lead. Everything is one
    operation. Raises NotFound, and Invalid for a lead that was qualified before.
    """
    # Of two people who do it at the same moment the second one hears that it was done.
    tx.execute(select(Lead.id).where(Lead.id == record_id).with_for_update())
    lead = visible_lead(tx, record_id, by)
    if any(lead.state.get(name) for name in BECAME):
        raise Invalid(f"{lead.number} {lead.state['title']} was qualified before.")
    wanted.check()
    task = _Qualifying(tx, lead, by, now)
    account = task.account(wanted.account)
    contact = task.contact(wanted.contact, account)
    opportunity = task.opportunity(wanted.opportunity, account, contact)
    made = [one for one in (opportunity, contact, account) if one is not None]
    became = {f"became_{one.kind}": one.uid for one in made}
    closed = {"status": QUALIFIED, "qualified_at": now.isoformat(), **became}
    task.keep(change_record(tx, lead, closed, by=by, now=now))
    task.changes += carry_links(tx, lead.record_id, lead.number, made[0].record_id, by=by, now=now)
    summary = f"Qualified lead {lead.number} {lead.state['title']}: {_listed(made)}"
    operation_uid = record_operation(tx, "qualify_lead", summary, task.changes, by=by, now=now)
    return Qualified(operation_uid, account, contact, opportunity)


@dataclass
class _Qualifying:
    """One lead on its way; `changes` are those of the operation so far."""

    tx: Connection
    lead: Stored
    by: Actor
    now: datetime
    changes: list[Change] = field(default_factory=list)

    def account(self, wanted: int | Values | None) -> RecordRef | None:
        if wanted is None:
            return None
        if not isinstance(wanted, int):
            return self._made("account", self._owned(wanted, "account"))
        given = dict(account_values(self.lead.state))
        others = claimed_domains(self.tx, given.get("domains", ()), besides=wanted)
        given["domains"] = [domain for domain in given.get("domains", ()) if domain not in others]
        return self._completed("account", wanted, given)

    def contact(self, wanted: int | Values | None, account: RecordRef | None) -> RecordRef | None:
        if wanted is None:
            return None
        whose: State = {} if account is None else {"account": account.uid}
        if not isinstance(wanted, int):
            former: State = {"former_emails": self.lead.state.get("former_emails", [])}
            return self._made("contact", {**self._owned(wanted, "contact"), **whose, **former})
        return self._completed("contact", wanted, {**contact_values(self.lead.state), **whose})

    def opportunity(
        self, wanted: Values | None, account: RecordRef | None, contact: RecordRef | None
    ) -> RecordRef | None:
        if wanted is None:
            return None
        whose = {one.kind: one.uid for one in (account, contact) if one is not None}
        return self._made("opportunity", {**self._owned(wanted, "opportunity"), **whose})

    def keep(self, change: Change | None) -> None:
        if change is not None:
            self.changes.append(change)

    def _owned(self, wanted: Values, kind: str) -> State:
        """Checked values; what nobody who works here looks after belongs to whoever qualifies the lead."""
        state = read_values(kind, wanted)
        active = select(User.id).where(User.uid == state.get("owner"), User.active.is_(True))
        if state.get("owner") == self.lead.state.get("owner") and self.tx.execute(active).first() is None:
            state.pop("owner", None)
        return state

    def _made(self, kind: str, state: State) -> RecordRef:
        [one], changes = insert_records(self.tx, kind, [state], by=self.by, now=self.now)
        self.changes += changes
        return RecordRef(one.record_id, one.uid, kind, one.number, (changes[0].after or {})["title"])

    def _completed(self, kind: str, record_id: int, given: Values) -> RecordRef:
        """A record that is there already, with what it did not say before."""
        stored = visible_record(self.tx, record_id, self.by)
        if stored.kind != kind:
            raise Invalid(f"{stored.number} is {_a(stored.kind)}, not {_a(kind)}.")
        wanted = united(kind, stored.state, given, {}, today=self.now.date())
        self.keep(change_record(self.tx, stored, wanted, by=self.by, now=self.now))
        return RecordRef(stored.record_id, stored.uid, kind, stored.number, stored.state["title"])


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {LABELS[kind][0]}"


def _listed(made: Sequence[RecordRef]) -> str:
    """ "ACC-00001 Contoso, CON-00002 Ada and OPP-00003 Engines" """
    names = [f"{one.number} {one.title}" for one in reversed(made)]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
