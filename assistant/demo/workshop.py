"""The demo company's field service: technicians, vans and instruments, two weeks of jobs, and what went wrong since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from assistant.compose import Services
from assistant.demo.cast import Account, Cast, load_cast, read_texts
from assistant.scheduling.asking import Wish, ask
from assistant.scheduling.booking import needs_of
from assistant.scheduling.customers.notices import customers_know
from assistant.scheduling.engine.rules import Order
from assistant.scheduling.engine.search import first_slot
from assistant.scheduling.setup.files import import_setup
from store.actor import SYSTEM, Actor
from store.kept.keeping import save
from store.queries.record_names import find_record
from store.scheduling.booking import book
from store.scheduling.reading import thing_called
from store.scheduling.saving import add_time_off
from store.scheduling.sorts import RESOURCE, SITE
from store.scheduling.stored import dates_as_json
from store.scheduling.waiting import add_waiting
from store.scheduling.written import midnight

_SITE = "Innsbruck"  # whose clocks say what day it is
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ONE_DAY = timedelta(days=1)
_ASKED_BEFORE = timedelta(weeks=2)  # when customers asked for the jobs, so that none comes at too short notice


@dataclass(frozen=True, slots=True)
class _Job:
    """One line of the jobs: a service that a customer was promised."""

    day: str
    clock: str
    service: str
    account: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class _Today:
    """What day it is `now` on the clocks of the workshop."""

    day: date
    zone: str
    now: datetime


def set_up_workshop(services: Services) -> None:
    """Write all of it."""
    services.do(write_workshop, load_cast())


def write_workshop(tx: Connection, cast: Cast, *, by: Actor, now: datetime) -> None:
    """What there is to book, the jobs of two weeks, and who is away since. The customers are there already.

    Nobody did it by hand, so that it is not what the first undo takes back.
    """
    texts = read_texts("workshop.toml")
    week = texts["week"]
    import_setup(tx, texts["setup"], name="the workshop", by=SYSTEM, now=now)
    zone = str(thing_called(tx, SITE, _SITE).state["zone"])
    today = _Today(now.astimezone(ZoneInfo(zone)).date(), zone, now)
    _close(tx, week["closed"], today)
    jobs = [_Job(*row) for row in week["jobs"]]
    booked = [_book(tx, job, cast, today) for job in jobs]
    promised = [booking_id for job, booking_id in zip(jobs, booked, strict=True) if job.status != "hold"]
    customers_know(tx, promised, by=SYSTEM, now=now)
    for row in week["waiting"]:
        _wait(tx, row, cast, today)
    _away(tx, week["off"], today)


def day_of(words: str, today: date) -> date:
    """The day that "2 Tue" means: Tuesday of the week after the one that begins on the next Monday."""
    week, name = words.split()
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(weeks=int(week) - 1, days=_DAYS.index(name))


def _close(tx: Connection, days: Sequence[str], today: _Today) -> None:
    closed = {day_of(words, today.day): () for words in days}
    for name in (_SITE, "Chur"):
        site = thing_called(tx, SITE, name)
        save(tx, SITE, site.id, {**site.state, "closures": dates_as_json(closed)}, by=SYSTEM, now=today.now)


def _book(tx: Connection, job: _Job, cast: Cast, today: _Today) -> int:
    """Book the job at its time, or as soon after it as somebody can that day; returns the booking."""
    customer = cast.accounts[job.account]
    day, zone, now = day_of(job.day, today.day), today.zone, today.now
    start = datetime.combine(day, time.fromisoformat(job.clock), ZoneInfo(zone))
    area = "" if job.service == "Operator training" else customer.city  # customers come to the training room
    wish = Wish(job.service, start, midnight(day + _ONE_DAY, zone), area, order=Order.EARLIEST, limit=1)
    question = ask(tx, wish, by=SYSTEM, now=now)
    slot = first_slot(question.loaded, question.request, now - _ASKED_BEFORE)
    if slot is None:
        raise ValueError(f"nobody can do {job}")
    values = {
        **_customer(tx, customer),
        "area": area,
        "place": _place(customer) if area else "Training room, Liftweg 7",
        "owner": cast.staff["jonas"].email,
        "status": job.status,
        "description": job.words,
    }
    needs = needs_of(slot)
    return book(tx, question.request.service.id, slot.start, needs, values=values, by=SYSTEM, now=now).record_id


def _wait(tx: Connection, row: Sequence[Any], cast: Cast, today: _Today) -> None:
    service, account, first, last, priority, words = row
    customer = cast.accounts[account]
    given = {
        **_customer(tx, customer),
        "service": service,
        "earliest": max(day_of(first, today.day), today.day).isoformat(),
        "latest": day_of(last, today.day).isoformat(),
        "area": customer.city,
        "place": _place(customer),
        "priority": priority,
        "description": words,
    }
    add_waiting(tx, given, zone=today.zone, by=SYSTEM, now=today.now)


def _customer(tx: Connection, account: Account) -> dict[str, Any]:
    """Its account and the one who usually writes, by their numbers."""
    contact = find_record(tx, account.people[0].email, kind="contact", by=SYSTEM)
    return {"account": find_record(tx, account.name, kind="account", by=SYSTEM).number, "contact": contact.number}


def _place(account: Account) -> str:
    return f"{account.name}, {account.city}"


def _away(tx: Connection, rows: Sequence[Sequence[str]], today: _Today) -> None:
    for name, first, last, reason in rows:
        resource = thing_called(tx, RESOURCE, name)
        starts = midnight(day_of(first, today.day), today.zone)
        ends = midnight(day_of(last, today.day) + _ONE_DAY, today.zone)
        off = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat(), "reason": reason}
        add_time_off(tx, resource.id, off, by=SYSTEM, now=today.now)
