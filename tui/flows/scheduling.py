"""What a scheduler does on the way through questions: a booking made through slots, or put elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.scheduling.asking import Wish, explained_slots
from assistant.scheduling.boards.moving import Hindrance, Moving
from assistant.scheduling.booking import needs_of
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.rules import Order, Slot
from assistant.scheduling.plans.otherwise import units_of
from store.queries.activities import activity_detail
from store.queries.record_detail import RecordDetail, record_detail
from store.queries.scheduling.bookings import BookingFacts
from store.queries.scheduling.setup import setup as read_setup
from store.queries.scheduling.told import time_asked_for
from store.queries.triage_list import triage_row
from store.records.fields import Field, fields_of
from store.records.writing import Created
from store.scheduling.booking import Need, book, confirm, move
from store.scheduling.fields import INITIAL_STATUSES
from store.scheduling.lifecycle import OPEN
from store.scheduling.reading import Setup, Thing
from store.triage.deciding import decide_mails
from store.triage.standing import State
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.slots import Offer, SlotsDialog
from tui.flows import telling
from tui.flows.common import announce, sources
from tui.flows.records import as_stored
from tui.rows import slots as looks

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_WEEK = timedelta(days=7)
_OFFERED = 40  # slots
_ASKED = ("account", "contact", "case", "title", "status", "place", "area", "description")


async def for_activity(screen: BaseScreen, activity_id: int) -> None:
    """Book for the customer whom a mail or another activity is regarding; a booking ahead is moved instead."""
    detail = await screen.fetch(activity_detail, activity_id)
    links = [each for each in detail.links if each.state != "rejected"]
    links.sort(
        key=lambda each: (each.state != "linked", each.record.kind != "booking", not each.is_primary, -each.score)
    )
    if not links:
        await new(screen)
        return
    moved = await for_record(screen, links[0].record.record_id)
    if moved and await screen.fetch(triage_row, activity_id) is not None:
        await screen.perform(decide_mails, [activity_id], State.HANDLED)


async def for_record(screen: BaseScreen, record_id: int) -> bool:
    """Book for the customer of a record; a booking ahead is moved instead. Whether one was moved."""
    detail = await screen.fetch(record_detail, record_id)
    booking = detail.booking
    if booking is not None and detail.fields.get("status") in OPEN and booking.starts_at > screen.now():
        return await _move_to_slot(screen, detail, booking)
    await new(screen, _customer(detail))
    return False


async def after_answer(screen: BaseScreen, booking_id: int) -> bool:
    """Their customer wrote about a booking: ask for another slot and move it there; one on hold may be confirmed
    instead. Whether anything was done."""
    detail = await screen.fetch(record_detail, booking_id)
    if detail.booking is None:
        return False
    if detail.fields.get("status") == "hold":
        choices = [Content("Confirm it"), Content("Find another time")]
        dialog = ChooseDialog(f"{detail.ref.number} {line(detail.ref.title)} is held", choices)
        place = await screen.app.push_screen_wait(dialog)
        if place is None:
            return False
        if place == 0:
            await screen.perform(confirm, booking_id)
            await announce(screen)
            await telling.offer(screen, booking_id)
            return True
    return await _move_to_slot(screen, detail, detail.booking)


async def _move_to_slot(screen: BaseScreen, detail: RecordDetail, booking: BookingFacts) -> bool:
    """Ask for another slot of the same service, by the same people where they can, from the day on that the customer
    asks for, and offer to tell the customer."""
    area, names = str(detail.fields.get("area") or ""), tuple(each.name for each in booking.resources)
    key, now = detail.ref.record_id, screen.now()
    units = await screen.fetch(units_of, key)
    asked = await screen.fetch(time_asked_for, key)
    start = now if asked is None else max(now, asked.astimezone(now.tzinfo).replace(hour=0, minute=0))
    wish = Wish(booking.service, start, start + _WEEK, area, units, names, limit=_OFFERED, but=(key,))
    heading = f"Another time for {detail.ref.number} {line(detail.ref.title)}?"
    if asked is not None:
        heading += f" Asked for: {looks.day_and_time(asked, now)}"
    slot = await ask_slot(screen, heading, wish, but=booking.starts_at)
    if slot is None:
        return False
    minutes = (slot.end - slot.start) // MINUTE
    await screen.perform(move, key, starts_at=slot.start, needs=needs_of(slot), minutes=minutes)
    await announce(screen)
    await telling.offer(screen, key)
    return True


def _customer(detail: RecordDetail) -> dict[str, Any]:
    """What a booking for the record says at first."""
    found: dict[str, Any] = {"account": detail.account, "contact": detail.contact, "case": detail.case}
    if detail.kind in found:
        found[detail.kind] = detail.ref
    return {name: ref for name, ref in found.items() if ref is not None}


async def new(
    screen: BaseScreen,
    values: Mapping[str, Any] | None = None,
    *,
    start: datetime | None = None,
    preferred: Sequence[str] = (),
) -> Created | None:
    """Ask for a service, a slot and the rest, and book; `values` are filled in already. Slots from `start` on."""
    setup = await screen.fetch(read_setup)
    if not setup.services or not setup.sites:
        screen.notify("No service is kept yet: regarding schedule import brings them in.", severity="warning")
        return None
    service = await _service(screen, setup)
    area = await _area(screen, setup) if service is not None else None
    if service is None or area is None:
        return None
    begin = max(start or screen.now(), screen.now())
    wish = Wish(service.name, begin, begin + _WEEK, area, 1, tuple(preferred), limit=_OFFERED)
    waiting = dict(values or {}) | {"service": service.name, "area": area, "preferred": "; ".join(preferred)}
    slot = await ask_slot(screen, f"When? {line(service.name)}", wish, waiting=waiting)
    if slot is None:
        return None
    given = {"status": service.state["initial_status"], "area": area} | dict(values or {})

    async def submit(changed: Mapping[str, Any]) -> Created:
        entered = as_stored(given) | dict(changed)
        return await screen.perform(book, service.id, slot.start, needs_of(slot), values=entered)

    heading = f"Book {line(service.name)}, {looks.when(slot, screen.now())}"
    form = FormDialog(heading, _fields(), given, submit=submit, sources=await sources(screen, "booking"))
    created: Created | None = await screen.app.push_screen_wait(form)
    if created is not None:
        await announce(screen)
        await telling.offer(screen, created.record_id)
    return created


async def ask_slot(
    screen: BaseScreen,
    heading: str,
    wish: Wish,
    *,
    but: datetime | None = None,
    waiting: Mapping[str, Any] | None = None,
) -> Slot | None:
    """Ask for one of the slots of the wished week, or of those after it; none that begins then. With values of a
    `waiting` entry somebody may also be put on the wait list instead."""

    async def ask(weeks: int, order: Order) -> Offer:
        turned = replace(wish, start=wish.start + weeks * _WEEK, end=wish.end + weeks * _WEEK, order=order)
        question, found, why = await screen.fetch(explained_slots, turned, now=screen.now())
        return looks.offer(question, [slot for slot in found if slot.start != but], why, screen.now())

    chosen = await screen.app.push_screen_wait(SlotsDialog(heading, ask, can_wait=waiting is not None))
    if chosen != "wait":
        return chosen
    from tui.flows.waiting import new as put_on_list

    await put_on_list(screen, waiting)
    return None


def _fields() -> list[Field]:
    """What is asked of a new booking; its title follows from the rest where it is left out."""
    known = fields_of("booking")
    changed = {
        "title": replace(known["title"], required=False),
        "status": replace(known["status"], choices=INITIAL_STATUSES),
    }
    return [changed.get(name, known[name]) for name in _ASKED]


async def _service(screen: BaseScreen, setup: Setup) -> Thing | None:
    known = list(setup.services.values())
    if len(known) == 1:
        return known[0]
    place = await screen.app.push_screen_wait(
        ChooseDialog("Which service?", [Content(line(one.name)) for one in known])
    )
    return None if place is None else known[place]


async def _area(screen: BaseScreen, setup: Setup) -> str | None:
    """Where the customer is, asked only where anybody travels."""
    areas = sorted({area for pair in setup.travel for area in pair if area})
    if not areas:
        return ""
    choices = [Content("At the resources' own place"), *(Content(line(area)) for area in areas)]
    place = await screen.app.push_screen_wait(ChooseDialog("Where is the customer?", choices))
    return None if place is None else ["", *areas][place]


async def put(
    screen: BaseScreen,
    moving: Moving,
    starts_at: datetime,
    minutes: int,
    needs: Sequence[Need],
    against: Sequence[Hindrance],
) -> bool:
    """Write where a booking was put, and say whether it was; what is against it is asked about, and what can never be
    is refused."""
    words = "\n".join(f"{line(each.words)}." for each in against)
    if any(each.firm for each in against):
        screen.notify(words, severity="error", markup=False)
        return False
    if against and not await screen.app.push_screen_wait(ConfirmDialog("Put it there nevertheless?", words)):
        return False
    await screen.perform(
        move,
        moving.booking.booking_id,
        starts_at=starts_at if starts_at != moving.starts_at else None,
        needs=needs if tuple(needs) != moving.needs else None,
        minutes=minutes if minutes != moving.minutes else None,
        expected_version=moving.booking.version,
    )
    await announce(screen)
    return True
