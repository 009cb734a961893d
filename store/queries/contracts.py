"""Contracts with what is left of them: those that a person may see, and what a case is counted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.queries.refs import RecordRef, refs
from store.queues.contracts import EntitlementRow, entitlement_by_id, entitlements_of
from store.queues.entitling import counted, entitle, service_day
from store.queues.reading import by_name, service_levels
from store.schema.records import Case, Record
from store.schema.service import Entitlement
from store.sla.entitlements import Covered


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract. `cases_left` None: any number; no `callers`: everybody of the account may call."""

    contract_id: int
    uid: str
    name: str
    account: RecordRef
    starts_on: date
    ends_on: date | None
    cases_total: int | None
    cases_used: int
    cases_left: int | None
    sla: str
    callers: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a case of this record is, or would be, under a contract, and the sentence that says why, or why not."""

    covered: bool
    reason: str
    contracts: tuple[ContractRow, ...]


def contracts(tx: Connection, account_id: int | None = None, *, by: Actor) -> tuple[ContractRow, ...]:
    """The contracts of an account, or of all accounts that `by` may see; those that end first at the top."""
    seen = [Record.id == Entitlement.account_id, Record.deleted_at.is_(None), sees_record(by)]
    if account_id is not None:
        seen.append(Record.id == account_id)
    accounts = tx.execute(select(Record.id).join(Entitlement, *seen[:1]).where(*seen[1:]).distinct()).scalars().all()
    return _rows(tx, entitlements_of(tx, accounts), by)


def contract_by_name(tx: Connection, name: str, *, by: Actor) -> ContractRow:
    """The contract with this uid or name. Raises NotFound, Ambiguous."""
    found: ContractRow = by_name(contracts(tx, by=by), name, "contract")
    return found


def coverage(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> Coverage | None:
    """How an account, a contact or a case stands with contracts; None for other records, and where there is none of
    any kind to speak of. Raises NotFound."""
    row = tx.execute(select(Record.kind).where(Record.id == record_id, sees_record(by))).one_or_none()
    if row is None:
        raise NotFound
    if row.kind == "case":
        return _of_case(tx, record_id, by, now)
    if row.kind not in ("account", "contact"):
        return None
    account_id, contact_id = (record_id, None) if row.kind == "account" else (None, record_id)
    found = entitle(tx, account_id, contact_id, on=service_day(tx, None, now=now))
    held = contracts(tx, record_id, by=by) if row.kind == "account" else ()
    if not held and not isinstance(found, Covered):
        return None
    return Coverage(isinstance(found, Covered), found.reason, held)


def _of_case(tx: Connection, record_id: int, by: Actor, now: datetime) -> Coverage | None:
    case = tx.execute(
        select(Case.account_id, Case.contact_id, Case.queue_id, Case.entitlement_id).where(Case.id == record_id)
    ).one()
    if case.entitlement_id is not None:
        own = _rows(tx, [entitlement_by_id(tx, case.entitlement_id)], by)
        return Coverage(True, "".join(f"Counted on {one.name}: {state_words(one)}." for one in own), own)
    if case.account_id is None or not entitlements_of(tx, [case.account_id]):
        return None
    found = entitle(tx, case.account_id, case.contact_id, on=service_day(tx, case.queue_id, now=now))
    if isinstance(found, Covered):  # a contract that came after the case
        return Coverage(False, f"Not counted on a contract. {found.entitlement.name} would cover it today.", ())
    return Coverage(False, f"Not covered. {found.reason}", ())


def state_words(one: ContractRow) -> str:
    """ "3 of 10 cases left, until 2026-12-31"."""
    left = "any number of cases" if one.cases_left is None else f"{one.cases_left} of {one.cases_total} cases left"
    return f"{left}, until {one.ends_on}" if one.ends_on else left


def _rows(tx: Connection, rows: Sequence[EntitlementRow], by: Actor) -> tuple[ContractRow, ...]:
    states = {one.id: one for one in counted(tx, rows)}
    known = refs(tx, {key for row in rows for key in (row.account_id, *row.contact_ids)}, by=by)
    slas = {row.sla_id: row.name for row in service_levels(tx)}
    return tuple(
        ContractRow(
            row.entitlement_id,
            row.uid,
            row.name,
            known[row.account_id],
            row.starts_on,
            row.ends_on,
            row.cases_total,
            states[row.entitlement_id].used,
            states[row.entitlement_id].left,
            "" if row.sla_id is None else slas.get(row.sla_id, ""),
            tuple(known[key] for key in sorted(row.contact_ids) if key in known),
        )
        for row in rows
        if row.account_id in known
    )
