"""Which contract cases are counted on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, or_, select, update

from store.chunks import chunked
from store.queries.paging import AnyRow
from store.queues.entitling import entitle, service_day
from store.records.fields import CASE_CLOSED
from store.schema.records import Case, Contact, Record
from store.schema.service import Entitlement
from store.sla.entitlements import Covered


def cover(tx: Connection, record_ids: Collection[int]) -> None:
    """Count these cases on the contracts that covered them on the day they were opened; what was closed by then is
    counted on none."""
    for portion in chunked(record_ids):
        for case in _perhaps_covered(tx, portion):
            # Taken off first: a case is not what uses a contract up for itself.
            tx.execute(update(Case).where(Case.id == case.id).values(entitlement_id=None))
            on = service_day(tx, case.queue_id, now=case.created_at)
            found = entitle(tx, case.account_id, case.contact_id, on=on)
            if isinstance(found, Covered):
                tx.execute(update(Case).where(Case.id == case.id).values(entitlement_id=found.entitlement.id))


def _perhaps_covered(tx: Connection, record_ids: Collection[int]) -> list[AnyRow]:
    """Those of these cases that are on a contract, or are open and whose account has one."""
    account_id = func.coalesce(Case.account_id, Contact.account_id)
    contracts = select(Entitlement.account_id).where(Entitlement.deleted_at.is_(None))
    may_be = (Case.status.not_in(CASE_CLOSED)) & account_id.in_(contracts)
    return list(
        tx.execute(
            select(Case.id, Case.queue_id, Case.account_id, Case.contact_id, Record.created_at)
            .join(Record, Record.id == Case.id)
            .outerjoin(Contact, Contact.id == Case.contact_id)
            .where(Case.id.in_(record_ids), or_(Case.entitlement_id.is_not(None), may_be))
            .order_by(Case.id)
        )
    )
