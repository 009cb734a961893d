"""What must hold of appointments, invitations and answers once both sides are at rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

from sqlalchemy import select

from calendar_sync.event import Event
from calendar_sync.fields import READ_ONLY, to_fields
from calendar_sync.merging import OF_COPY, Copy, rules_for
from calendar_sync.stored import read_event
from mail_sync.merge import plain, same
from store.schema.activities import Activity, Appointment
from store.schema.outbox import Outgoing
from tests.force.history.world import Client, World, events_in, items_of, text_of


def calendar_sides(world: World, client: Client, address: str) -> Iterator[str]:
    """A calendar and the store's appointments say the same."""
    with world.outlook(address) as connected:
        there = {each.item_id: each.event for each in events_in(connected)}
    uids = Counter(event.uid for event in there.values())
    yield from (f"{address} holds meeting {uid} {count} times" for uid, count in uids.items() if count > 1)
    here = items_of(client, address, "appointment")
    for item_id, event in there.items():
        item = here.get(item_id)
        if item is None or item.activity_id is None:
            yield f"{client.name} does not know {text_of(event)} of {address}"
        elif item.gone_at is not None:
            yield f"{client.name} believes that {text_of(event)} left {address}"
        else:
            yield from _same_event(client, address, item, event)
    if not world.kept:
        for remote_id, item in here.items():
            is_told = not (remote_id.startswith("new:") and _is_deleted(client, item.activity_id))
            if is_told and item.buried_at is None and item.gone_at is None and remote_id not in there:
                yield f"{client.name} believes that {address} holds {remote_id} (appointment {item.activity_id})"


def _is_deleted(client: Client, activity_id: int) -> bool:
    with client.store.read() as tx:
        return tx.execute(select(Activity.deleted_at).where(Activity.id == activity_id)).scalar() is not None


def _same_event(client: Client, address: str, item: Any, remote: Event) -> Iterator[str]:
    with client.store.read() as tx:
        deleted = tx.execute(select(Activity.deleted_at).where(Activity.id == item.activity_id)).scalar()
        event = read_event(tx, item.activity_id, item_id=item.id)
        organizer = remote.organizer.email if remote.organizer else address
    if deleted is not None:
        yield f"{text_of(remote)} was deleted in {client.name} and stays in {address}"
        return
    theirs, ours = to_fields(remote), to_fields(event)
    rules = rules_for(Copy.OWN, {}, theirs, ours)
    beside = organizer != address and organizer in client.addresses
    for name, rule in rules.items():
        if (beside and name not in OF_COPY) or name in READ_ONLY:
            continue
        one, other = plain(ours.get(name)), plain(theirs.get(name))
        if not same(one, other, rule):
            yield f"{name}: {one!r} in {client.name}, {other!r} in {address} ({remote.title})"


def calendar_twins(client: Client) -> Iterator[str]:
    with client.store.read() as tx:
        rows = tx.execute(
            select(Appointment.ical_uid)
            .join(Activity, Activity.id == Appointment.id)
            .where(Activity.deleted_at.is_(None))
        )
        uids = Counter(rows.scalars())
    yield from (f"{client.name} has meeting {uid} {count} times" for uid, count in uids.items() if count > 1)


def shown_events(client: Client) -> Iterator[str]:
    """All that a store's appointments say."""
    with client.store.read() as tx:
        rows = tx.execute(
            select(Appointment.id, Activity.deleted_at).join(Activity, Activity.id == Appointment.id)
        ).all()
        for row in rows:
            if row.deleted_at is None:
                yield text_of(read_event(tx, row.id))


def invitation_wrongs(world: World) -> Iterator[str]:
    """Nobody is mailed more often about a meeting than somebody asked for it."""
    asked = Counter(world.invited)
    for client in world.clients:
        with client.store.read() as tx:
            asked.update(
                tx.execute(
                    select(Appointment.ical_uid)
                    .join(Outgoing, Outgoing.activity_id == Appointment.id)
                    .where(Outgoing.mails, Outgoing.state.in_(("done", "unsure")))
                ).scalars()
            )
    mailed: Counter[tuple[str, str, str]] = Counter()
    for each in world.server.mailed():
        lines = _calendar_lines(each.raw)
        if lines and lines.get("METHOD") != "REPLY":
            mailed[lines.get("UID", ""), lines.get("RECURRENCE-ID", ""), each.recipient] += 1
    for (uid, occurrence, recipient), count in mailed.items():
        if count > asked[uid]:
            yield f"{recipient} was mailed {count} times about {uid} {occurrence}, and {asked[uid]} were asked for"


def _calendar_lines(raw: bytes) -> dict[str, str]:
    for part in message_from_bytes(raw, policy=policy.default).walk():
        if part.get_content_type() == "text/calendar":
            lines = (line.partition(":") for line in part.get_content().splitlines())
            found: dict[str, str] = {}
            for name, _, value in lines:
                found.setdefault(name.partition(";")[0], value)
            return found
    return {}
