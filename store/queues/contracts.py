"""Contracts as they are: what an account may ask for, and who of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from store.errors import NotFound
from store.queues.values import EntitlementValues
from store.schema.records import MergedRecord
from store.schema.service import Entitlement, EntitlementContact


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """A contract; no `contact_ids` means that everybody of the account may call."""

    entitlement_id: int
    uid: str
    name: str
    account_id: int
    sla_id: int | None
    starts_on: date
    ends_on: date | None
    cases_total: int | None
    contact_ids: frozenset[int] = frozenset()

    @property
    def values(self) -> EntitlementValues:
        """What it consists of, to be changed with `dataclasses.replace`."""
        return EntitlementValues(
            self.name, self.account_id, self.starts_on, self.ends_on, self.cases_total, self.sla_id, self.contact_ids
        )


def entitlements_of(tx: Connection, account_ids: Collection[int]) -> tuple[EntitlementRow, ...]:
    """The contracts of these accounts, those that end first at the top."""
    return _entitlements(tx, Entitlement.account_id.in_(sorted(set(account_ids))), Entitlement.deleted_at.is_(None))


def entitlement_by_id(tx: Connection, entitlement_id: int) -> EntitlementRow:
    """The contract with this key, deleted or not: cases that were opened on it still name it. Raises NotFound."""
    found = _entitlements(tx, Entitlement.id == entitlement_id)
    if not found:
        raise NotFound("no such contract")
    return found[0]


def _entitlements(tx: Connection, *conditions: Any) -> tuple[EntitlementRow, ...]:
    rows = tx.execute(
        select(
            Entitlement.id,
            Entitlement.uid,
            Entitlement.name,
            Entitlement.account_id,
            Entitlement.sla_id,
            Entitlement.starts_on,
            Entitlement.ends_on,
            Entitlement.cases_total,
        )
        .where(*conditions)
        .order_by(Entitlement.ends_on.is_(None), Entitlement.ends_on, Entitlement.id)
    ).all()
    callers: dict[int, set[int]] = defaultdict(set)
    keys = [row.id for row in rows]
    # Who was merged into somebody else calls as that one.
    caller = func.coalesce(MergedRecord.into_id, EntitlementContact.contact_id)
    named = select(EntitlementContact.entitlement_id, caller).outerjoin(
        MergedRecord, MergedRecord.record_id == EntitlementContact.contact_id
    )
    for entitlement_id, contact_id in tx.execute(named.where(EntitlementContact.entitlement_id.in_(keys))):
        callers[entitlement_id].add(contact_id)
    return tuple(EntitlementRow(*row, contact_ids=frozenset(callers[row.id])) for row in rows)
