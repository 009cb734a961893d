"""What must hold after every history, once both sides are at rest."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from mail_sync.provider import RemoteCard
from store.records.state import read_state
from store.schema.ledger import Operation, OperationChange
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.schema.records import Record
from tests.force.history.calendars import BERLIN
from tests.force.history.checks_calendar import calendar_sides, calendar_twins, invitation_wrongs, shown_events
from tests.force.history.checks_mail import mail_sides, mail_twins, sending_wrongs
from tests.force.history.contacts import FIELDS, SLOTS, birth, people
from tests.force.history.world import Client, World, cards_in, events_in, items_of, text_of


def wrongs(world: World) -> list[str]:
    """Everything that is wrong, in words."""
    found: list[str] = []
    shown: list[str] = []
    for client in world.clients:
        for address in client.addresses:
            found += contact_sides(world, client, address)
            found += calendar_sides(world, client, address)
            found += mail_sides(world, client, address)
        found += contact_twins(client)
        found += calendar_twins(client)
        found += mail_twins(client)
        found += outbox_wrongs(client)
        shown += [text_of(person.state) for person in people(client)]
        shown += shown_events(client)
        with client.store.read() as tx:
            shown += [json.dumps(row.sides) for row in tx.execute(select(SyncConflict.sides))]
            chosen = select(OperationChange.before).join(Operation, Operation.id == OperationChange.operation_id)
            shown += [json.dumps(row[0]) for row in tx.execute(chosen.where(Operation.name == "resolve_conflict"))]
    for address in world.addresses:
        with world.outlook(address) as connected:
            shown += [text_of(each.card) for each in cards_in(connected)]
            shown += [text_of(each.event) for each in events_in(connected)]
    found += invitation_wrongs(world)
    found += sending_wrongs(world)
    shown += [_instants(text) for text in shown]
    return found + [f"lost edit {each}" for each in world.ledger.lost(" ".join(shown))]


def _instants(text: str) -> str:
    """The wall times of series, which conflicts tell, as instants."""
    walls = re.findall(r"20\d\d-\d\d-\d\dT\d\d:\d\d:00(?![+\d])", text)
    return " ".join(datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC).isoformat() for wall in walls)


def contact_sides(world: World, client: Client, address: str) -> Iterator[str]:
    """A mailbox's contacts and their records say the same."""
    with world.outlook(address) as connected:
        there = {each.item_id: each for each in cards_in(connected)}
    addresses = [birth([email for _, email in each.card.emails]) for each in there.values()]
    yield from (f"{address} holds {each} twice" for each, count in Counter(addresses).items() if count > 1)
    here = items_of(client, address, "contact")
    for item_id, card in there.items():
        item = here.get(item_id)
        if item is None or item.record_id is None:
            yield f"{client.name} does not know {text_of(card.card)} of {address}"
        elif item.gone_at is not None:
            yield f"{client.name} believes that {text_of(card.card)} left {address}"
        else:
            yield from _same_contact(client, address, item, card)
    if not world.kept:
        for remote_id, item in here.items():
            if item.buried_at is None and item.gone_at is None and remote_id not in there:
                yield f"{client.name} believes that {address} holds {remote_id} (record {item.record_id})"


def _same_contact(client: Client, address: str, item: Any, remote: RemoteCard) -> Iterator[str]:
    with client.store.read() as tx:
        stored = read_state(tx, item.record_id)
        account = tx.execute(select(Record.title).where(Record.uid == (stored.state.get("account") if stored else "")))
        company = account.scalar() or ""
        owner = tx.execute(select(Mailbox.owner_id).where(Mailbox.address == address)).scalar()
        owned = tx.execute(select(Record.owner_id).where(Record.id == item.record_id)).scalar() == owner
    assert stored is not None
    if stored.deleted:
        if owned or item.stamp:
            yield f"{text_of(remote.card)} was deleted in {client.name} and stays in {address}"
        return
    for there, name in FIELDS.items():
        ours = company if name == "account" else str(stored.state.get(name) or "")
        theirs = str(getattr(remote.card, there) or "")
        if ours != theirs:
            yield f"{name}: {ours!r} in {client.name}, {theirs!r} in {address}"
    kept, held = set(stored.state.get("emails", ())), {email for _, email in remote.card.emails}
    if not held <= kept or len(held) < min(SLOTS, len(kept)):
        yield f"emails: {sorted(kept)} in {client.name}, {sorted(held)} in {address}"


def contact_twins(client: Client) -> Iterator[str]:
    births = Counter(birth(person.state.get("emails", ())) for person in people(client))
    yield from (f"{client.name} has {each} {count} times" for each, count in births.items() if count > 1)


def outbox_wrongs(client: Client) -> Iterator[str]:
    """Nothing waits for ever, and what ended otherwise says why."""
    with client.store.read() as tx:
        rows = tx.execute(select(Outgoing.verb, Outgoing.state, Outgoing.last_error, Outgoing.attempts)).all()
    for row in rows:
        if row.state in ("waiting", "working"):
            yield f"{client.name} still has {row.verb} ({row.state}, {row.attempts} attempts, {row.last_error})"
        elif row.state in ("failed", "unsure") and not row.last_error:
            yield f"{client.name}: {row.verb} is {row.state} without a reason"
