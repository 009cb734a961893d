"""A world's records in a store of their own, through the same use cases by which people create and close records."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from assistant.linking.world.mails import Name
from assistant.linking.world.records import KINDS, WorldRecord, WorldUser
from store.actor import SYSTEM
from store.bisect import could_not_store, write_apart
from store.history.ledger import record_operation
from store.records.values import Line, read_values
from store.records.writing import create_record, edit_record, insert_records
from store.sync.mailboxes import add_mailbox, claim_addresses, files_folder

_CLOSED = "as the world says"  # how a case was resolved: a world does not tell
#: A key that people would write as a number, as CAS-01042; it becomes the record's number. Others are only keys.
_NUMBER = re.compile(r"[A-Za-z]{2,}[-_/]?\d{3,}", re.ASCII)
_KIND_OF = {"account": "account", "parent": "account", "contact": "contact"}  # field -> kind it refers to


class Mailboxes:
    """The mailboxes of our own people, each with an inbox and a folder of what was sent."""

    def __init__(self, tx: Connection, users: Sequence[WorldUser], *, now: datetime) -> None:
        self._by_address: dict[str, int] = {}
        for user in users:
            address = user.emails[0]
            mailbox_id = add_mailbox(
                tx, address=address, provider="exchange", name=user.name, is_shared=user.is_shared, now=now
            )
            claim_addresses(tx, user.emails, mailbox_id=mailbox_id)
            self._by_address |= dict.fromkeys(user.emails, mailbox_id)
        self._catch_all = self._by_address[next((user for user in users if user.is_shared), users[0]).emails[0]]

    def folders(self, tx: Connection, sender: str, recipients: Iterable[str]) -> list[tuple[int, int]]:
        """Mailbox and folder of every copy of a mail. One that names nobody of ours lies in a mailbox all the same."""
        received = [self._by_address[email] for email in recipients if email in self._by_address]
        places = [(self._by_address[sender], "sent")] if sender in self._by_address else []
        places += [(mailbox_id, "inbox") for mailbox_id in dict.fromkeys(received)]
        return [
            (mailbox_id, files_folder(tx, mailbox_id, role))
            for mailbox_id, role in places or [(self._catch_all, "inbox")]
        ]


class Records:
    """The records that exist so far, by the names they have in the world."""

    def __init__(self) -> None:
        self.ids: dict[Name, int] = {}
        self.names: dict[int, Name] = {}
        self.refused: list[str] = []
        self._uids: dict[Name, str] = {}
        self._products: dict[str, str] = {}
        self._waiting: dict[Name, list[tuple[Name, str]]] = defaultdict(list)  # who refers to what is not there yet

    def create_products(self, tx: Connection, names: Iterable[str], *, now: datetime) -> None:
        """The catalogue: every product that any record names."""
        for name in dict.fromkeys(names):
            self._products[name] = create_record(tx, "product", {"title": name}, by=SYSTEM, now=now).uid

    def create(self, tx: Connection, records: Sequence[WorldRecord], *, now: datetime) -> None:
        """Create records; references to records that do not exist yet are made when those appear."""
        for kind in KINDS:
            self._create(tx, kind, [record for record in records if record.kind == kind], now)
        for record in records:
            for name, field in self._waiting.pop((record.kind, record.key), ()):
                if name in self.ids and (uid := self._uids.get((record.kind, record.key))):
                    edit_record(tx, self.ids[name], {field: uid}, by=SYSTEM, now=now)

    def close(self, tx: Connection, record: WorldRecord, *, now: datetime) -> None:
        record_id = self.ids.get((record.kind, record.key))
        if record_id is not None:
            said = {"resolution": _CLOSED} if record.kind == "case" else {}
            edit_record(tx, record_id, {"status": record.outcome, **said}, by=SYSTEM, now=now)

    def _create(self, tx: Connection, kind: str, records: Sequence[WorldRecord], now: datetime) -> None:
        def write(portion: Sequence[WorldRecord]) -> None:
            self._insert(tx, kind, portion, [_number(record) for record in portion], now)

        def without_number(record: WorldRecord, error: Exception) -> None:
            def again(portion: Sequence[WorldRecord]) -> None:
                self._insert(tx, kind, portion, [], now)

            write_apart(tx, [record], again, self._refuse)

        write_apart(tx, records, write, without_number)

    def _insert(
        self, tx: Connection, kind: str, records: Sequence[WorldRecord], numbers: Sequence[str | None], now: datetime
    ) -> None:
        missing = [
            ((_KIND_OF[field], key), ((kind, record.key), field))
            for record in records
            for field, key in record.references.items()
            if (_KIND_OF[field], key) not in self._uids
        ]
        states = [read_values(kind, self._values(record)) for record in records]
        inserted, changes = insert_records(tx, kind, states, numbers=numbers, by=SYSTEM, now=now)
        record_operation(tx, "create_record", f"Created {len(records)} of kind {kind}", changes, by=SYSTEM, now=now)
        for record, one in zip(records, inserted, strict=True):
            name = (kind, record.key)
            self.ids[name], self.names[one.record_id], self._uids[name] = one.record_id, name, one.uid
        for wanted, waiting in missing:
            self._waiting[wanted].append(waiting)

    def _values(self, record: WorldRecord) -> Mapping[str, Any]:
        values = dict(record.values)
        for field, key in record.references.items():
            if (uid := self._uids.get((_KIND_OF[field], key))) is not None:
                values[field] = uid
        products = [self._products[name] for name in record.products]
        if record.kind == "case" and products:
            values["product"] = products[0]
        elif products:
            values["lines"] = [Line(product=uid) for uid in products]
        return values

    def _refuse(self, record: WorldRecord, error: Exception) -> None:
        self.refused.append(f"{record.file}, line {record.line}: {could_not_store(error)}")


def _number(record: WorldRecord) -> str | None:
    return record.key if _NUMBER.fullmatch(record.key) else None
