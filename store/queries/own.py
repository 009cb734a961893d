"""What is ours: addresses that never become contacts and domains whose mail is internal."""

from __future__ import annotations

from sqlalchemy import Connection, select

from store.schema.people import OwnAddress, OwnDomain


def own_addresses(tx: Connection) -> set[str]:
    return set(tx.execute(select(OwnAddress.email)).scalars())


def own_domains(tx: Connection) -> set[str]:
    return set(tx.execute(select(OwnDomain.domain)).scalars())
