"""What people do with appointments and meetings, in Outlook and here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from calendar_sync.answers import answer_invitation
from calendar_sync.appointments import cancel_appointment, create_appointment, edit_appointment
from calendar_sync.edit import EventEdit, Scope
from calendar_sync.event import Attendee, Event
from calendar_sync.fields import at_occurrence, key_of
from calendar_sync.provider import Answer, Notify, RemoteEvent
from calendar_sync.recurrence import occurrences
from calendar_sync.stored import read_event
from mail_sync.errors import SendRefused
from mail_sync.message import Address
from mail_sync.provider import FolderRole
from store.errors import Invalid
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from tests.force.history.world import ANNA, BEN, GUS, OURS, Client, World, events_in, folder_of, text_of

BERLIN = ZoneInfo("Europe/Berlin")
_HOUR = timedelta(hours=1)
_TEXTS = ("title", "location", "description")
_RULES = ("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;COUNT=6")


def _when(moment: datetime) -> tuple[datetime, datetime]:
    start = moment.astimezone(BERLIN)
    return start, start + _HOUR


def _guests(world: World, organizer: str) -> tuple[Attendee, ...]:
    people = [each for each in (ANNA, BEN, GUS) if each != organizer]
    return tuple(Attendee(Address(each)) for each in world.random.sample(people, world.random.randint(1, 2)))


# In Outlook


def _own_event(world: World, *, series: bool | None = None) -> tuple[str, RemoteEvent] | None:
    """A mailbox and an event that its owner organizes."""
    address = world.random.choice(world.addresses)
    with world.outlook(address) as connected:
        found = [each for each in events_in(connected) if each.event.my_response == "organizer"]
    found = [each for each in found if series in (None, each.event.is_series) and each.event.status != "cancelled"]
    found.sort(key=lambda each: each.event.title)
    return (address, world.random.choice(found)) if found else None


def there_book(world: World) -> None:
    """An appointment, a series, or a meeting with guests, whom Outlook invites."""
    address = world.random.choice(world.addresses)
    title = world.ledger.word(f"new event at {address}")
    start, end = _when(world.ledger.moment(f"time of {title}"))
    event = Event(
        uid=f"{title}@outlook.example",
        title=f"Visit {title}",
        start=start,
        end=end,
        timezone="Europe/Berlin",
        rrule=world.random.choice((*_RULES, "", "")),
        attendees=_guests(world, address) if world.random.random() < 0.3 else (),
        organizer=Address(address),
        my_response="organizer",
    )
    with world.outlook(address) as connected:
        notify = Notify.EVERYBODY if event.attendees else Notify.NOBODY
        connected.calendar.create_event(folder_of(connected, FolderRole.CALENDAR), event, "", notify)
    _count(world, event, notify)


def there_rewrite(world: World) -> None:
    """Texts of an event or of a whole series."""
    found = _own_event(world)
    if found is None:
        return
    address, remote = found
    names = world.random.sample(_TEXTS, world.random.randint(1, 2))
    values: dict[str, Any] = {name: f"E {world.ledger.word(f'{name} in Outlook of {address}')}" for name in names}
    for name in names:
        world.ledger.saw(text_of(getattr(remote.event, name)))
    _update(world, address, remote, replace(remote.event, **values), names)


def there_categorise(world: World) -> None:
    found = _own_event(world)
    if found is None:
        return
    address, remote = found
    names = list(remote.event.categories)
    if names and world.random.random() < 0.4:
        gone = world.random.choice(names)
        names.remove(gone)
        world.ledger.saw(gone)
    else:
        names.append(world.ledger.word(f"category in Outlook of {address}"))
    _update(world, address, remote, replace(remote.event, categories=tuple(names)), ["categories"])


def there_shift(world: World) -> None:
    """Another time; of a series this takes all changes of its occurrences with it."""
    found = _own_event(world)
    if found is None:
        return
    address, remote = found
    world.ledger.saw(_times_of(remote.event))
    for exception in remote.event.exceptions:
        world.ledger.saw(text_of(exception))
    start, end = _when(world.ledger.moment(f"time in Outlook of {address}"))
    # A rule that names its day follows the new one.
    rule = ";".join(part for part in remote.event.rrule.split(";") if not part.startswith("BY"))
    moved = replace(remote.event, start=start, end=end, rrule=rule)
    _update(world, address, remote, moved, ["when", "recurrence"] if rule else ["when"])


def _times_of(event: Event) -> str:
    return text_of([key_of(event.start), *(key_of(each.start) for each in event.exceptions)])


def _update(world: World, address: str, remote: RemoteEvent, event: Event, fields: list[str]) -> None:
    with world.outlook(address) as connected:
        notify = world.random.choice((Notify.EVERYBODY, Notify.NOBODY)) if event.attendees else Notify.NOBODY
        connected.calendar.update_event(remote.item_id, remote.change_key, event, fields, notify)
    _count(world, event, notify)


def _count(world: World, event: Event, notify: Notify) -> None:
    """Outlook mailed the guests."""
    if notify is not Notify.NOBODY:
        world.invited[event.uid] = world.invited.get(event.uid, 0) + 1


def _occurrence(world: World, event: Event) -> datetime | date | None:
    """The original start of one that takes place."""
    far = datetime(2027, 1, 1, tzinfo=UTC)
    found = occurrences(event, datetime(2026, 1, 1, tzinfo=UTC), far, limit=10)
    return world.random.choice(found).original_start if found else None


def _as_it_is(event: Event, original: datetime | date) -> Event:
    known = (
        each for each in event.exceptions if each.original_start and key_of(each.original_start) == key_of(original)
    )
    return next(known, at_occurrence(event, original))


def there_except(world: World) -> None:
    """One occurrence gets another title or time."""
    found = _own_event(world, series=True)
    original = _occurrence(world, found[1].event) if found else None
    if found is None or original is None:
        return
    address, remote = found
    occurrence = _as_it_is(remote.event, original)
    before = set(world.ledger.edits)
    if world.random.random() < 0.6:
        overwritten = occurrence.title if occurrence in remote.event.exceptions else ""
        title = f"F {world.ledger.word(f'title of an occurrence in Outlook of {address}')}"
        occurrence, fields = replace(occurrence, title=title), ["title"]
    else:
        overwritten = key_of(occurrence.start)
        start, end = _when(world.ledger.moment(f"time of an occurrence in Outlook of {address}"))
        occurrence, fields = replace(occurrence, start=start, end=end), ["when"]
    with world.outlook(address) as connected:
        try:
            connected.calendar.update_occurrence(remote.item_id, original, occurrence, fields, Notify.NOBODY)
        except SendRefused as error:  # beyond its neighbours, which Outlook's users may not do either
            world.told.append(f"  refused: {error}")
            world.ledger.settled |= set(world.ledger.edits) - before
        else:
            world.ledger.saw(overwritten)


def there_skip(world: World) -> None:
    found = _own_event(world, series=True)
    original = _occurrence(world, found[1].event) if found else None
    if found is None or original is None:
        return
    address, remote = found
    world.ledger.saw(text_of(_as_it_is(remote.event, original)))
    with world.outlook(address) as connected:
        connected.calendar.delete_occurrence(remote.item_id, original, Notify.NOBODY, "")


def there_cancel(world: World) -> None:
    found = _own_event(world)
    if found is None:
        return
    address, remote = found
    world.ledger.saw(text_of(remote.event))
    with world.outlook(address) as connected:
        notify = Notify.EVERYBODY if remote.event.attendees else Notify.NOBODY
        connected.calendar.delete_event(remote.item_id, remote.change_key, notify, "")
    _count(world, remote.event, notify)


def there_answer(world: World) -> None:
    address = world.random.choice(OURS)
    with world.outlook(address) as connected:
        found = [each for each in events_in(connected) if each.event.my_response == "none"]
        if found:
            one = min(found, key=lambda each: each.event.title)
            connected.calendar.answer(one.item_id, world.random.choice(list(Answer)), "", tell=True)


# Here


def bookings(client: Client, address: str, *, organized: bool) -> list[tuple[int, int, Event]]:
    """(activity, item, event) of what a calendar holds and was not deleted or cancelled."""
    with client.store.read() as tx:
        rows = tx.execute(
            select(MailboxItem.id, MailboxItem.activity_id)
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .join(Activity, Activity.id == MailboxItem.activity_id)
            .where(
                Mailbox.address == address,
                MailboxItem.holds == "appointment",
                MailboxItem.gone_at.is_(None),
                Activity.deleted_at.is_(None),
            )
            .order_by(MailboxItem.id)
        ).all()
        found = [(row.activity_id, row.id, read_event(tx, row.activity_id, item_id=row.id)) for row in rows]
    return [
        each for each in found if (each[2].my_response == "organizer") is organized and each[2].status != "cancelled"
    ]


def _any_here(world: World, *, organized: bool = True) -> tuple[Client, str, int, Event] | None:
    client = world.random.choice(world.clients)
    address = world.random.choice(client.addresses)
    found = bookings(client, address, organized=organized)
    if not found:
        return None
    activity_id, _, event = world.random.choice(found)
    return client, address, activity_id, event


def _try(world: World, client: Client, use_case: Callable[..., Any], *args: Any, **more: Any) -> bool:
    """Somebody may ask for what cannot be done."""
    try:
        world.do(client, use_case, *args, **more)
    except Invalid as error:
        world.told.append(f"  refused: {error}")
        return False
    return True


def here_book(world: World) -> None:
    client = world.random.choice(world.clients)
    address = world.random.choice(client.addresses)
    title = world.ledger.word(f"new appointment in {client.name}")
    start, end = (each.replace(tzinfo=None) for each in _when(world.ledger.moment(f"time of {title}")))
    edit = EventEdit(
        title=f"Call {title}",
        start=start,
        end=end,
        timezone="Europe/Berlin",
        rrule=world.random.choice((*_RULES, "", "")) or None,
        attendees=_guests(world, address) if world.random.random() < 0.3 else None,
    )
    if not _try(world, client, create_appointment, edit, tell=world.random.random() < 0.8, who=address):
        world.ledger.saw(text_of([edit.title, key_of(start.replace(tzinfo=BERLIN))]))


def _edit_here(world: World, scope: Scope) -> None:
    found = _any_here(world)
    if found is None:
        return
    client, address, activity_id, event = found
    original = _occurrence(world, event) if event.is_series and scope is not Scope.SERIES else None
    shown = _as_it_is(event, original) if original is not None else event
    names = (*_TEXTS, "when", "categories") if scope is Scope.SERIES else (*_TEXTS, "when")
    name = world.random.choice(names)
    before = set(world.ledger.edits)
    overwritten = text_of(getattr(shown, name, ""))
    match name:
        case "when":
            start = _when(world.ledger.moment(f"time in {client.name}"))[0]
            edit = EventEdit(start=start.replace(tzinfo=None))
            overwritten = _times_of(shown) if scope is Scope.OCCURRENCE else text_of(_times_of(event))
        case "categories":
            edit = EventEdit(categories=(*event.categories, world.ledger.word(f"category in {client.name}")))
            overwritten = ""
        case _:
            texts: dict[str, Any] = {name: f"G {world.ledger.word(f'{name} in {client.name}')}"}
            edit = EventEdit(**texts)
    tell = world.random.random() < 0.5
    done = _try(
        world, client, edit_appointment, activity_id, edit, scope=scope, original_start=original, tell=tell, who=address
    )
    if done:
        world.ledger.saw(overwritten)
    else:
        world.ledger.settled |= set(world.ledger.edits) - before


def here_rewrite(world: World) -> None:
    _edit_here(world, Scope.SERIES)


def here_except(world: World) -> None:
    _edit_here(world, Scope.OCCURRENCE)


def here_follow(world: World) -> None:
    _edit_here(world, Scope.FOLLOWING)


def here_cancel(world: World) -> None:
    found = _any_here(world)
    if found is None:
        return
    client, address, activity_id, event = found
    scope = world.random.choice(list(Scope))
    original = _occurrence(world, event) if event.is_series and scope is not Scope.SERIES else None
    tell = world.random.random() < 0.8
    if _try(
        world, client, cancel_appointment, activity_id, scope=scope, original_start=original, tell=tell, who=address
    ):
        gone = event if original is None or scope is Scope.FOLLOWING else _as_it_is(event, original)
        world.ledger.saw(text_of(gone))


def here_answer(world: World) -> None:
    found = _any_here(world, organized=False)
    if found is None:
        return
    client, address, activity_id, _ = found
    answer = world.random.choice(list(Answer))
    _try(world, client, answer_invitation, activity_id, answer, tell=world.random.random() < 0.8, who=address)


STEPS = {
    there_book: 6,
    there_rewrite: 6,
    there_categorise: 3,
    there_shift: 4,
    there_except: 5,
    there_skip: 2,
    there_cancel: 1,
    there_answer: 2,
    here_book: 5,
    here_rewrite: 7,
    here_except: 6,
    here_follow: 3,
    here_cancel: 3,
    here_answer: 3,
}
