"""A support desk in the sample store: a queue with hours, promises, a contract and cases at every stage, and leads."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from store.actor import SYSTEM
from store.cases.clocks import refresh_clocks
from store.engine import Store
from store.queues.saving import save_calendar, save_entitlement, save_queue, save_sla
from store.queues.values import CalendarValues, EntitlementValues, QueueValues, SlaValues
from store.queues.written import holidays_from, week_from
from store.records.writing import create_record, edit_record
from store.schema.people import User
from store.schema.records import Lead, Record
from store.sla.hours import BusinessCalendar
from store.sla.terms import SlaTerms
from tests.tui.world import NOW

_HOURS = BusinessCalendar(
    "Europe/Berlin", week_from("Mon-Fri 08:00-12:00, 13:00-17:00"), holidays_from("2026-12-24 08:00-12:00; 2026-12-25")
)
_TERMS = SlaTerms(
    {"urgent": timedelta(minutes=30), "high": timedelta(hours=2), "normal": timedelta(hours=4)},
    {"urgent": timedelta(hours=4), "high": timedelta(hours=8), "normal": timedelta(hours=24)},
)

#: title, priority, minutes ago, what became of it, owned by the first user
_CASES = (
    ("Snow gun stops after ten minutes", "urgent", 20, "", False),
    ("No heat in the drying room", "high", 110, "", True),
    ("Lift gate opens twice", "normal", 1500, "in_progress", True),
    ("Invoice shows the wrong address", "low", 90, "", False),
    ("Spare blade for the groomer", "normal", 300, "waiting", True),
    ("Controller loses its settings at night", "high", 2000, "in_progress", False),
)


def desk(store: Store) -> dict[str, int]:
    """Set it up; returns the keys of the queues and of the account under contract by name."""
    with store.write() as tx:
        users = tx.execute(select(User.id).order_by(User.id).limit(3)).scalars().all()
        account, contact = (
            tx.execute(select(Record.id).where(Record.kind == kind).order_by(Record.id).limit(1)).scalar_one()
            for kind in ("account", "contact")
        )
        hours = save_calendar(tx, CalendarValues("Office", _HOURS), by=SYSTEM, now=NOW).id
        sla = save_sla(tx, SlaValues("Standard", hours, _TERMS), by=SYSTEM, now=NOW).id
        second = save_queue(tx, QueueValues("Second line", reopen_days=30), by=SYSTEM, now=NOW).id
        support = save_queue(
            tx,
            QueueValues(
                "Support", address="support@alpineskihouse.example", assignment="round_robin", sla_id=sla,
                escalate_queue_id=second, member_ids=tuple(users), away_ids=frozenset(users[-1:]),
            ),
            by=SYSTEM, now=NOW,
        ).id  # fmt: skip
        leads = save_queue(tx, QueueValues("New business", kind="lead"), by=SYSTEM, now=NOW).id
        values = EntitlementValues("Gold 2026", account, date(2026, 1, 1), date(2026, 12, 31), 10, sla)
        contract = save_entitlement(tx, values, by=SYSTEM, now=NOW).id
        made = []
        for title, priority, ago, status, mine in _CASES:
            given = {"title": title, "priority": priority, "queue": support, "account": account, "contact": contact}
            given["owner"] = users[0] if mine else None
            at = NOW - timedelta(minutes=ago)
            made.append(create_record(tx, "case", given, by=SYSTEM, now=at).record_id)
            if status:
                edit_record(tx, made[-1], {"status": status}, by=SYSTEM, now=at + timedelta(minutes=5))
        refresh_clocks(tx, made, now=NOW)
        for name, score in (("Kurt Gruber", 72), ("Mia Lang", None)):
            lead = create_record(tx, "lead", {"title": name, "company": "Bergbahn", "queue": leads}, by=SYSTEM, now=NOW)
            tx.execute(update(Lead).where(Lead.id == lead.record_id).values(score=score))
    return {"Support": support, "Second line": second, "New business": leads, "account": account, "contract": contract}
