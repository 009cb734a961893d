"""Contacts as mailboxes and card files bring them: matched to what is known, created where they are new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.chunks import chunked
from store.domains import is_free_mail, registrable_domain
from store.items import ItemState, KnownItem, add_items, known_items, refresh_items
from store.ledger import Change, record_operation
from store.queries.own import own_addresses, own_domains
from store.record_state import read_states
from store.record_values import fitting, read_values
from store.records import change_record, insert_records
from store.schema.mail import MailboxItem
from store.schema.records import AccountDomain, Record, RecordAddress
from store.search_text import fold, title_key


@dataclass(frozen=True, slots=True)
class NewCard:
    """A contact by field name (store.fields), with the company it says it works for."""

    values: Mapping[str, Any]
    company: str
    emails: tuple[str, ...]


def add_cards(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    cards: Sequence[tuple[ItemState, NewCard]],
    *,
    now: datetime,
) -> int:
    """Store a batch as one operation; returns how many contacts are new. A deleted contact is not brought back."""
    items = known_items(tx, mailbox_id, [state.remote_id for state, _ in cards])
    twins = _held(tx, mailbox_id, {state.content_digest for state, _ in cards})
    ours = own_addresses(tx)
    task = _Batch(tx, now)
    for state, card in cards:
        item = items.get(state.remote_id)
        if item is not None and item.record_id is not None:
            _refresh(tx, task, folder_id, item, state, card)
        elif not ours.intersection(card.emails):
            # A card that was moved comes with another id; without an address only its content tells it.
            known = twins.get(state.content_digest)
            twins[state.content_digest] = record_id = known if known is not None else task.place(card)
            add_items(tx, mailbox_id, folder_id, "contact", [(state, record_id)])
    task.record()
    return task.new


def _held(tx: Connection, mailbox_id: int, digests: Collection[bytes]) -> dict[bytes, int]:
    """Living contacts of which this mailbox holds or held a card with exactly this content."""
    found: dict[bytes, int] = {}
    for portion in chunked(digests):
        rows = tx.execute(
            select(MailboxItem.content_digest, MailboxItem.record_id)
            .join(Record, Record.id == MailboxItem.record_id)
            .where(
                MailboxItem.mailbox_id == mailbox_id,
                MailboxItem.holds == "contact",
                MailboxItem.content_digest.in_(portion),
                Record.deleted_at.is_(None),
            )
        )
        found.update({bytes(row.content_digest): row.record_id for row in rows})
    return found


def _refresh(
    tx: Connection, task: _Batch, folder_id: int | None, item: KnownItem, state: ItemState, card: NewCard
) -> None:
    if item.record_id is not None and item.content_digest != state.content_digest:
        task.update(item.record_id, card, fill_only=False)
    refresh_items(tx, folder_id, [(item.item_id, state)])


class _Batch:
    """The changes of one batch, which become one operation."""

    def __init__(self, tx: Connection, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._changes: list[Change] = []
        self._own_domains = own_domains(tx)
        self.new = 0

    def place(self, card: NewCard) -> int:
        """The contact that exactly one of its addresses names already, else a new one."""
        known = self._contacts_with(card.emails)
        if len(known) == 1:
            self.update(known[0], card, fill_only=True)
            return known[0]
        account = self._account(card)
        values = fitting("contact", card.values) | ({"account": account} if account is not None else {})
        inserted, changes = insert_records(
            self._tx, "contact", [read_values("contact", values)], by=SYSTEM, now=self._now
        )
        self._changes += changes
        self.new += 1
        return inserted[0].record_id

    def update(self, record_id: int, card: NewCard, *, fill_only: bool) -> None:
        """Follow the card; with `fill_only` where the contact says nothing yet."""
        uid = self._tx.execute(select(Record.uid).where(Record.id == record_id, Record.deleted_at.is_(None))).scalar()
        if uid is None:
            return
        stored = read_states(self._tx, [uid])[uid]
        values = read_values("contact", fitting("contact", {name: each for name, each in card.values.items() if each}))
        if fill_only:
            values = {name: value for name, value in values.items() if not stored.state.get(name)}
        values["emails"] = list(dict.fromkeys([*stored.state.get("emails", ()), *card.emails]))
        change = change_record(self._tx, stored, values, by=SYSTEM, now=self._now)
        if change is not None:
            self._changes.append(change)

    def record(self) -> None:
        if self._changes:
            count = len(self._changes)
            summary = f"Read {count} contact{'s' if count != 1 else ''} with their companies"
            record_operation(self._tx, "read_contacts", summary, self._changes, by=SYSTEM, now=self._now)

    def _contacts_with(self, emails: Sequence[str]) -> list[int]:
        found: set[int] = set()
        for portion in chunked(emails):
            rows = self._tx.execute(
                select(Record.id)
                .join(RecordAddress, RecordAddress.record_id == Record.id)
                .where(RecordAddress.email.in_(portion), Record.kind == "contact", Record.deleted_at.is_(None))
            )
            found.update(rows.scalars())
        return sorted(found)

    def _account(self, card: NewCard) -> int | None:
        """The account of that name, else the one account with the address's domain, else a new one of that name."""
        domains = [domain for domain in map(registrable_domain, card.emails) if self._is_companys(domain)]
        named = self._account_named(card.company)
        if named is not None:
            return named
        by_domain = self._accounts_with(domains)
        if len(by_domain) == 1:
            return by_domain[0]
        if not card.company:
            return None
        values = fitting("account", {"title": card.company, "domains": domains[:1] if not by_domain else []})
        inserted, changes = insert_records(
            self._tx, "account", [read_values("account", values)], by=SYSTEM, now=self._now
        )
        self._changes += changes
        return inserted[0].record_id

    def _is_companys(self, domain: str) -> bool:
        return bool(domain) and not is_free_mail(domain) and domain not in self._own_domains

    def _account_named(self, company: str) -> int | None:
        if not fold(company):
            return None
        query = select(Record.id).where(
            Record.kind == "account", Record.title_key == title_key(company), Record.deleted_at.is_(None)
        )
        return self._tx.execute(query.order_by(Record.id).limit(1)).scalar()

    def _accounts_with(self, domains: Sequence[str]) -> list[int]:
        query = (
            select(Record.id)
            .join(AccountDomain, AccountDomain.account_id == Record.id)
            .where(AccountDomain.domain.in_(domains), Record.deleted_at.is_(None))
        )
        return sorted(set(self._tx.execute(query).scalars())) if domains else []
