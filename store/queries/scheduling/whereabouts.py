"""Where customers are reached: their telephones and addresses."""

from __future__ import annotations

from sqlalchemy import Connection, select

from store.schema.records import Account, Contact


def whereabouts(tx: Connection, contact_ids: set[int], account_ids: set[int]) -> dict[int | None, tuple[str, str]]:
    """The telephone and the address of each of these; '' where none is known."""
    found: dict[int | None, tuple[str, str]] = {}
    contacts = select(Contact.id, Contact.mobile, Contact.phone, Contact.street, Contact.city)
    for key, mobile, phone, street, city in tx.execute(contacts.where(Contact.id.in_(sorted(contact_ids)))):
        found[key] = mobile or phone, _address(street, city)
    accounts = select(Account.id, Account.phone, Account.street, Account.city)
    for key, phone, street, city in tx.execute(accounts.where(Account.id.in_(sorted(account_ids)))):
        found[key] = phone, _address(street, city)
    return found


def _address(street: str, city: str) -> str:
    return ", ".join(filter(None, (street, city)))
