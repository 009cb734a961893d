"""Contacts as mailboxes and card files bring them: matched to what is known, created where they are new.

A batch is worked on as a whole: what the store knows of its addresses and companies is asked for once, new accounts
and contacts are inserted together, and everything becomes one operation. An address that a contact of the same batch
has already names that contact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.chunks import chunked
from store.domains import is_free_mail, registrable_domain
from store.duplicates.merged import accounts_once_named
from store.history.ledger import Change, record_operation
from store.queries.own import own_addresses, own_domains
from store.records.state import Stored, read_states
from store.records.values import fitting, read_values
from store.records.writing import change_record, insert_records
from store.schema.mail import MailboxItem
from store.schema.records import AccountDomain, Record, RecordAddress
from store.search_text import fold, title_key
from store.sync.items import ItemState, KnownItem, add_items, known_items, refresh_items


@dataclass(frozen=True, slots=True)
class NewCard:
    """A contact by field name (store.records.fields), with the company it says it works for."""

    values: Mapping[str, Any]
    company: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Which contact a card is; `is_new` when it was made from the card."""

    record_id: int
    is_new: bool


def add_cards(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    cards: Sequence[tuple[ItemState, NewCard]],
    *,
    now: datetime,
) -> int:
    """Store a batch as one operation; returns how many contacts are new. A contact follows its card where it is known
    by it, and is completed by it where only an address tells it. A deleted contact is not brought back."""
    items = known_items(tx, mailbox_id, [state.remote_id for state, _ in cards])
    batch = CardBatch(tx, now)
    known, new = [], []
    for state, card in cards:
        item = items.get(state.remote_id)
        if item is not None and item.record_id is not None:
            known.append((item, state, card))
        else:
            new.append((state, card))
    _follow(tx, batch, folder_id, known)
    placed = batch.place(mailbox_id, new)
    with_record = [(state, card, one) for (state, card), one in zip(new, placed, strict=True) if one is not None]
    batch.complete([(one.record_id, card) for _, card, one in with_record if not one.is_new])
    add_items(tx, mailbox_id, folder_id, "contact", [(state, one.record_id) for state, _, one in with_record])
    batch.record()
    return batch.new


def _follow(
    tx: Connection,
    batch: CardBatch,
    folder_id: int | None,
    known: Sequence[tuple[KnownItem, ItemState, NewCard]],
) -> None:
    differing = [each for each in known if each[0].content_digest != each[1].content_digest]
    stored = batch.stored([item.record_id for item, _, _ in differing if item.record_id is not None])
    for item, _, card in differing:
        one = stored.get(item.record_id or 0)
        if one is not None:
            values = {name: each for name, each in card.values.items() if each}
            batch.change(one, values | {"emails": _united(one, card)})
    refresh_items(tx, folder_id, [(item.item_id, state) for item, state, _ in known])


def _united(stored: Stored, card: NewCard) -> list[str]:
    return list(dict.fromkeys([*stored.state.get("emails", ()), *card.emails]))


@dataclass
class _Directory:
    """What the store knows of a batch's addresses and companies, by key; grows with what the batch makes."""

    contacts: dict[str, set[int]] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)  # by title_key
    by_domain: dict[str, set[int]] = field(default_factory=dict)


class CardBatch:
    """The changes of one batch, which become one operation."""

    def __init__(self, tx: Connection, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._changes: list[Change] = []
        self._own_domains = own_domains(tx)
        self._own_addresses = own_addresses(tx)
        self.new = 0

    def place(self, mailbox_id: int, cards: Sequence[tuple[ItemState, NewCard]]) -> list[Placed | None]:
        """Each card's contact: the one of which this mailbox holds exactly this card, the only one that one of its
        addresses names, else a new one; None for cards of our own people."""
        twins = _held(self._tx, mailbox_id, {state.content_digest for state, _ in cards})
        directory = self._directory([card for _, card in cards])
        makes: list[NewCard] = []
        places: list[int | None] = []  # a record's key, or one below zero for a contact that is to be made
        for state, card in cards:
            if self._own_addresses.intersection(card.emails):
                places.append(None)
                continue
            # A card that was moved comes with another id; without an address only its content tells it.
            known = twins.get(state.content_digest)
            if known is None:
                named = {key for email in card.emails for key in directory.contacts.get(email, ())}
                known = min(named) if len(named) == 1 else None
            if known is None:
                makes.append(card)
                known = -len(makes)
                for email in card.emails:
                    directory.contacts.setdefault(email, set()).add(known)
            twins[state.content_digest] = known
            places.append(known)
        made = self._make(makes, directory)
        first: set[int] = set()
        found: list[Placed | None] = []
        for key in places:
            if key is None:
                found.append(None)
                continue
            is_new = key < 0 and key not in first
            first.add(key)
            found.append(Placed(made[-key - 1] if key < 0 else key, is_new))
        return found

    def stored(self, record_ids: Collection[int]) -> dict[int, Stored]:
        """The living ones of these records."""
        uids: list[str] = []
        for portion in chunked(set(record_ids)):
            query = select(Record.uid).where(Record.id.in_(portion), Record.deleted_at.is_(None))
            uids += self._tx.execute(query).scalars()
        return {stored.record_id: stored for stored in read_states(self._tx, uids).values()}

    def complete(self, cards: Sequence[tuple[int, NewCard]]) -> None:
        """Let contacts take over what their cards say and they do not, and all addresses."""
        for record_id, card in cards:
            one = self.stored([record_id]).get(record_id)  # anew: another card of the batch may have changed it
            if one is not None:
                values = {name: each for name, each in card.values.items() if each and not one.state.get(name)}
                self.change(one, values | {"emails": _united(one, card)})

    def change(self, stored: Stored, values: Mapping[str, Any], *, besides: int | None = None) -> None:
        """Write values over a contact; the mailboxes' copies follow, but for the item `besides`."""
        checked = read_values("contact", fitting("contact", values))
        change = change_record(self._tx, stored, checked, by=SYSTEM, now=self._now, besides=besides)
        if change is not None:
            self._changes.append(change)

    def account_for(self, company: str, emails: Sequence[str]) -> int | None:
        """The account of that name, else the one account with the addresses' domain, else a new one of that name."""
        card = NewCard({}, company, tuple(emails))
        directory = self._directory([card])
        return self._accounts([card], directory)[0]

    def record(self) -> None:
        if self._changes:
            count = len(self._changes)
            summary = f"Read {count} contact{'s' if count != 1 else ''} with their companies"
            record_operation(self._tx, "read_contacts", summary, self._changes, by=SYSTEM, now=self._now)

    def _make(self, cards: Sequence[NewCard], directory: _Directory) -> list[int]:
        accounts = self._accounts(cards, directory)
        states = [
            read_values("contact", fitting("contact", card.values) | ({"account": account} if account else {}))
            for card, account in zip(cards, accounts, strict=True)
        ]
        if not states:
            return []
        inserted, changes = insert_records(self._tx, "contact", states, by=SYSTEM, now=self._now)
        self._changes += changes
        self.new += len(inserted)
        return [one.record_id for one in inserted]

    def _accounts(self, cards: Sequence[NewCard], directory: _Directory) -> list[int | None]:
        """The account of each card; new ones are inserted together."""
        wanted: dict[str, tuple[str, list[str]]] = {}
        claimed: dict[str, str] = {}  # domain -> the account that is to be made for it
        places: list[int | str | None] = []
        for card in cards:
            domains = [domain for domain in map(registrable_domain, card.emails) if self._is_companys(domain)]
            key = title_key(card.company) if fold(card.company) else card.company
            by_domain: set[int | str] = {one for domain in domains for one in directory.by_domain.get(domain, ())}
            by_domain = by_domain or {claimed[domain] for domain in domains if domain in claimed}
            if key in directory.named:
                places.append(directory.named[key])
            elif key in wanted:
                places.append(key)
            elif len(by_domain) == 1:
                places.append(by_domain.pop())
            elif card.company:
                own = domains[:1] if not by_domain else []
                wanted[key] = (card.company, own)
                claimed |= dict.fromkeys(own, key)
                places.append(key)
            else:
                places.append(None)
        made = self._new_accounts(wanted)
        return [made[place] if isinstance(place, str) else place for place in places]

    def _new_accounts(self, wanted: Mapping[str, tuple[str, list[str]]]) -> dict[str, int]:
        if not wanted:
            return {}
        states = [
            read_values("account", fitting("account", {"title": company, "domains": domains}))
            for company, domains in wanted.values()
        ]
        inserted, changes = insert_records(self._tx, "account", states, by=SYSTEM, now=self._now)
        self._changes += changes
        return {key: one.record_id for key, one in zip(wanted, inserted, strict=True)}

    def _directory(self, cards: Sequence[NewCard]) -> _Directory:
        directory = _Directory()
        for portion in chunked({email for card in cards for email in card.emails}):
            contacts = self._tx.execute(
                select(RecordAddress.email, Record.id)
                .join(Record, Record.id == RecordAddress.record_id)
                .where(RecordAddress.email.in_(portion), Record.kind == "contact", Record.deleted_at.is_(None))
            )
            for email, key in contacts:
                directory.contacts.setdefault(email, set()).add(key)
        for portion in chunked({title_key(card.company) for card in cards if fold(card.company)}):
            accounts = self._tx.execute(
                select(Record.title_key, Record.id)
                .where(Record.kind == "account", Record.title_key.in_(portion), Record.deleted_at.is_(None))
                .order_by(Record.id.desc())
            )
            directory.named |= accounts_once_named(self._tx, portion)
            directory.named.update((row.title_key, row.id) for row in accounts)
        for portion in chunked({domain for card in cards for domain in map(registrable_domain, card.emails) if domain}):
            owners = self._tx.execute(
                select(AccountDomain.domain, Record.id)
                .join(Record, Record.id == AccountDomain.account_id)
                .where(AccountDomain.domain.in_(portion), Record.deleted_at.is_(None))
            )
            for domain, key in owners:
                directory.by_domain.setdefault(domain, set()).add(key)
        return directory

    def _is_companys(self, domain: str) -> bool:
        return bool(domain) and not is_free_mail(domain) and domain not in self._own_domains


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
