"""What triage rules may name: our own addresses, people, templates and records, as a store has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.actor import Actor
from store.duplicates.merged import keys_by_number
from store.mail.templates import templates
from store.queries.refs import refs
from store.queries.triage import own_places
from store.queues.reading import queues
from store.schema.people import User


@dataclass(frozen=True, slots=True)
class Nameable:
    """Names of queues and mailboxes, our own addresses, those of people who work here, names of templates that
    everybody may use, and which of the numbers that were asked for are those of records."""

    queues: frozenset[str]
    mailboxes: frozenset[str]
    addresses: frozenset[str]
    users: frozenset[str]
    templates: frozenset[str]
    records: frozenset[str]


def nameable(tx: Connection, numbers: Collection[str], *, by: Actor) -> Nameable:
    """What there is for this person. A number of a merged record is one, too."""
    places = own_places(tx)
    users = tx.execute(select(User.email).where(User.active.is_(True), User.email.is_not(None))).scalars()
    asked = {number: number.upper() for number in numbers}
    keys = keys_by_number(tx, set(asked.values()))
    seen = refs(tx, set(keys.values()), by=by)
    known = queues(tx)
    return Nameable(
        queues=frozenset(queue.name for queue in known),
        mailboxes=frozenset(place.name for place in places if place.name),
        addresses=frozenset(
            address for address in (*(each.address for each in places), *(each.address for each in known)) if address
        ),
        users=frozenset(email for email in users if email),
        templates=frozenset(template.name for template in templates(tx, by=by) if template.shared),
        records=frozenset(number for number, upper in asked.items() if keys.get(upper) in seen),
    )
