"""The contacts of the demo company's mailboxes as vCards (RFC 2426)."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta

import vobject

from assistant.demo.cast import Account, Cast, Person
from assistant.demo.folder import DemoFolder


def write_cards(cast: Cast, out: DemoFolder, *, now: datetime) -> int:
    """Put each contact into one mailbox, some into two; the number of different people."""
    contacts = cast.contacts()
    for n, (person, account) in enumerate(contacts):
        file = out.save("contacts", "vcf", card(person, account))
        rng = random.Random(f"card {person.email}")
        keys = ["support"] if n % 5 == 4 else ["jonas"] if n % 5 == 3 else ["anna"]
        if n % 9 == 0:
            keys = ["anna", "jonas"]
        for key in keys:
            made = now - timedelta(days=rng.randint(91, 1400), minutes=rng.randrange(600))
            out.place(
                file,
                mailbox=cast.staff[key].email,
                folder="contacts",
                received=made,
                item_class="IPM.Contact",
                categories=("Customer",) if account else (),
            )
    return len(contacts)


def card(person: Person, account: Account | None) -> bytes:
    """One person as vCard 3.0."""
    made = vobject.vCard()
    made.add("uid").value = str(uuid.uuid5(uuid.NAMESPACE_DNS, person.email))
    made.add("fn").value = person.name
    made.add("n").value = vobject.vcard.Name(
        family=person.family, given=person.name.removesuffix(person.family).strip()
    )
    if account:
        made.add("org").value = [account.name]
        made.add("url").value = f"https://www.{account.domains[0]}"
    if person.title:
        made.add("title").value = person.title
    email = made.add("email")
    email.value, email.type_param = person.email, "INTERNET"
    for kind, number in (("WORK", person.phone), ("CELL", person.mobile)):
        if number:
            phone = made.add("tel")
            phone.value, phone.type_param = number, kind
    address = made.add("adr")
    address.value = vobject.vcard.Address(city=person.city, country=person.country)
    address.type_param = "WORK"
    return str(made.serialize()).encode()
