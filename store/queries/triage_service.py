"""What queues, business hours and contracts say of mail that came in, gathered once for many mails."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.linking.facts import KnownRecord
from store.queries.triage_mail import MailQueue
from store.queues.contracts import entitlements_of
from store.queues.entitling import counted
from store.queues.reading import calendars, queues, service_levels
from store.schema.records import Contact
from store.schema.service import Entitlement
from store.schema.triage import Triage
from store.sla.entitlements import Covered, check
from store.sla.hours import BusinessCalendar


class MailQueues:
    """Which queues mails went to, and whether these work at an instant."""

    def __init__(self, tx: Connection, activity_ids: Collection[int]) -> None:
        known = queues(tx)
        hours = {row.sla_id: row.calendar for row in service_levels(tx)} if known else {}
        self._queues = {
            one.queue_id: MailQueue(one.queue_id, one.name, one.kind, one.address, one.assignment) for one in known
        }
        self._by_address = {one.address: one for one in self._queues.values() if one.address}
        self._hours = {one.queue_id: hours[one.sla_id] for one in known if one.sla_id in hours}
        self._given = _given(tx, activity_ids) if known else {}

    def of(self, activity_id: int, emails: Iterable[str]) -> tuple[MailQueue, ...]:
        """The queue that the mail waits in, then those it was sent to."""
        given = self._queues.get(self._given.get(activity_id, 0))
        addressed = [self._by_address[email] for email in emails if email in self._by_address]
        return tuple(dict.fromkeys([given, *addressed] if given else addressed))

    def calendar(self, found: Sequence[MailQueue]) -> BusinessCalendar | None:
        """The hours in which the first of these queues that has any works."""
        return next((self._hours[one.queue_id] for one in found if one.queue_id in self._hours), None)


class Contracts:
    """Whether contracts cover what known people write. Where a store has no contract, nothing says so."""

    def __init__(self, tx: Connection, parties: Collection[KnownRecord]) -> None:
        self.any = (
            tx.execute(select(Entitlement.id).where(Entitlement.deleted_at.is_(None)).limit(1)).first() is not None
        )
        if not self.any:
            return
        self._employers = _employers(tx, [one.record_id for one in parties if one.kind == "contact"])
        accounts = {one.record_id for one in parties if one.kind == "account"} | set(self._employers.values())
        self._contracts = counted(tx, entitlements_of(tx, accounts))
        zones = {row.calendar.zone for row in calendars(tx)}
        self._zone = ZoneInfo(next(iter(zones))) if len(zones) == 1 else UTC

    def covers(
        self, parties: Sequence[KnownRecord], at: datetime, calendar: BusinessCalendar | None
    ) -> tuple[bool | None, str]:
        """Whether one covers the mail of these, and the sentence that says why; None where nothing says so."""
        if not self.any:
            return None, ""
        contact = next((one.record_id for one in parties if one.kind == "contact"), None)
        account = next((one.record_id for one in parties if one.kind == "account"), None)
        account = self._employers.get(contact or 0, account)
        found = check(self._contracts, account, contact, self._day(at, calendar))
        return isinstance(found, Covered), found.reason

    def _day(self, at: datetime, calendar: BusinessCalendar | None) -> date:
        return at.astimezone(self._zone if calendar is None else ZoneInfo(calendar.zone)).date()


def _given(tx: Connection, activity_ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for portion in chunked(activity_ids):
        rows = select(Triage.activity_id, Triage.queue_id).where(Triage.activity_id.in_(portion))
        found.update({row.activity_id: row.queue_id for row in tx.execute(rows.where(Triage.queue_id.is_not(None)))})
    return found


def _employers(tx: Connection, contact_ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for portion in chunked(contact_ids):
        rows = select(Contact.id, Contact.account_id).where(Contact.id.in_(portion), Contact.account_id.is_not(None))
        found.update({row.id: row.account_id for row in tx.execute(rows)})
    return found
