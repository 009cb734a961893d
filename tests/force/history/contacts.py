"""What people do with contacts, in Outlook and here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from mail_sync.card import ContactCard
from mail_sync.provider import FolderRole, RemoteCard
from store.records.state import read_state
from store.records.writing import create_record, delete_record, edit_record
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.schema.records import Record, RecordAddress
from tests.force.history.world import Client, World, cards_in, folder_of, text_of

#: A field of a card with the record's name for it.
FIELDS = {
    "full_name": "title",
    "job_title": "job_title",
    "department": "department",
    "note": "description",
    "company": "account",
}
_TEXTS = tuple(FIELDS)[:4]
SLOTS = 3


@dataclass(frozen=True)
class Person:
    """A contact as a store has it."""

    record_id: int
    state: dict[str, Any]


def people(client: Client) -> list[Person]:
    """The contacts of a store that were not deleted, in the order of their birth."""
    with client.store.read() as tx:
        rows = tx.execute(select(Record.id).where(Record.kind == "contact", Record.deleted_at.is_(None)))
        keys = sorted(row.id for row in rows)
        found = [(key, read_state(tx, key)) for key in keys]
    return [Person(key, dict(stored.state)) for key, stored in found if stored is not None]


def birth(emails: Sequence[str]) -> str:
    """The address that a contact has from its birth to its end."""
    return next((email for email in emails if email.startswith("born")), "")


def _any_card(world: World, address: str) -> RemoteCard | None:
    with world.outlook(address) as connected:
        found = sorted(cards_in(connected), key=lambda each: each.card.emails)
    return world.random.choice(found) if found else None


def there_add(world: World) -> None:
    """A new contact, or one that another mailbox holds already."""
    address = world.random.choice(world.addresses)
    with world.outlook(address) as connected:
        known = {birth([email for _, email in each.card.emails]) for each in cards_in(connected)}
        number = world.random.randint(1, world.born) if world.born and world.random.random() < 0.3 else 0
        email = f"born{number}@fabrikam.example"
        if not number or email in known or any(_is_on_its_way(client, address, email) for client in world.clients):
            world.born += 1
            number = world.born
        title = world.ledger.word(f"new card at {address}")
        card = ContactCard("", f"Jane {title}", emails=(("", f"born{number}@fabrikam.example"),))
        connected.mail.create_contact(folder_of(connected, FolderRole.CONTACTS), card, "")


def _is_on_its_way(client: Client, address: str, email: str) -> bool:
    """Whether a client is about to make this contact there: who makes it as well at that moment has it twice."""
    waiting = (MailboxItem.remote_id.like("new:%"), RecordAddress.email == email, Mailbox.address == address)
    with client.store.read() as tx:
        query = select(MailboxItem.id).join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        query = query.join(RecordAddress, RecordAddress.record_id == MailboxItem.record_id)
        return tx.execute(query.where(*waiting)).first() is not None


def there_edit(world: World) -> None:
    address = world.random.choice(world.addresses)
    found = _any_card(world, address)
    if found is None:
        return
    names = world.random.sample(_TEXTS, world.random.randint(1, 2))
    values: dict[str, Any] = {}
    for name in names:
        world.ledger.saw(text_of(getattr(found.card, name)))
        values[name] = f"B {world.ledger.word(f'{name} in Outlook of {address}')}"
    with world.outlook(address) as connected:
        connected.mail.update_contact(found.item_id, found.change_key, replace(found.card, **values), names)


def there_emails(world: World) -> None:
    """An address is added, or one is taken away."""
    address = world.random.choice(world.addresses)
    found = _any_card(world, address)
    if found is None:
        return
    emails = list(found.card.emails)
    others = [each for each in emails if not each[1].startswith("born")]
    if others and world.random.random() < 0.4:
        gone = world.random.choice(others)
        emails.remove(gone)
        world.ledger.saw(gone[1])
    elif len(emails) < SLOTS:
        emails.append(("", f"{world.ledger.word(f'address in Outlook of {address}')}@fabrikam.example"))
    with world.outlook(address) as connected:
        card = replace(found.card, emails=tuple(emails))
        connected.mail.update_contact(found.item_id, found.change_key, card, ["emails"])


def there_delete(world: World) -> None:
    """What Outlook takes out of one mailbox stays in the store."""
    address = world.random.choice(world.addresses)
    found = _any_card(world, address)
    if found is None:
        return
    world.ledger.saw(text_of(found.card))
    with world.outlook(address) as connected:
        connected.mail.delete(found.item_id, found.change_key)


def here_add(world: World) -> None:
    client = world.random.choice(world.clients)
    world.born += 1
    title = world.ledger.word(f"new contact in {client.name}")
    values = {
        "title": f"Jane {title}",
        "emails": [f"born{world.born}@fabrikam.example"],
        "in_outlook": world.random.random() < 0.7,
    }
    world.do(client, create_record, "contact", values, who=world.random.choice(client.addresses))


def _any_person(world: World) -> tuple[Client, Person] | None:
    client = world.random.choice(world.clients)
    found = people(client)
    return (client, world.random.choice(found)) if found else None


def here_edit(world: World) -> None:
    found = _any_person(world)
    if found is None:
        return
    client, person = found
    values: dict[str, Any] = {}
    for name in world.random.sample(_TEXTS, world.random.randint(1, 2)):
        name = FIELDS[name]
        world.ledger.saw(text_of(person.state.get(name)))
        values[name] = f"C {world.ledger.word(f'{name} in {client.name}')}"
    world.do(client, edit_record, person.record_id, values)


def here_emails(world: World) -> None:
    """More addresses than Outlook has room for are fine here."""
    found = _any_person(world)
    if found is None:
        return
    client, person = found
    emails = list(person.state.get("emails", ()))
    others = [each for each in emails if not each.startswith("born")]
    if others and world.random.random() < 0.4:
        gone = world.random.choice(others)
        emails.remove(gone)
        world.ledger.saw(gone)
    elif len(emails) < 6:
        emails.append(f"{world.ledger.word(f'address in {client.name}')}@fabrikam.example")
    world.do(client, edit_record, person.record_id, {"emails": emails})


def here_wish(world: World) -> None:
    """A contact is to be kept in Outlook, or is given to a colleague."""
    found = _any_person(world)
    if found is not None:
        client, person = found
        owner = world.random.choice(client.addresses) if world.random.random() < 0.3 else None
        values: dict[str, Any] = {"in_outlook": not person.state.get("in_outlook")}
        if owner:
            values["owner"] = owner
        world.do(client, edit_record, person.record_id, values)


def here_delete(world: World) -> None:
    found = _any_person(world)
    if found is not None:
        client, person = found
        world.ledger.saw(text_of(person.state))
        world.do(client, delete_record, person.record_id)


STEPS = {
    there_add: 6,
    there_edit: 8,
    there_emails: 4,
    there_delete: 2,
    here_add: 4,
    here_edit: 8,
    here_emails: 5,
    here_wish: 2,
    here_delete: 2,
}
