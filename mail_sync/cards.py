"""Contacts from the normal form into the store: what to keep of a card, and under which names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from mail_sync.capture import CaptureRules
from mail_sync.card import ContactCard
from mail_sync.card_fields import from_card, to_record, valid_emails
from mail_sync.merging_cards import CardMerger, Met
from mail_sync.ours import Ours
from mail_sync.provider import MailProvider, Poisoned
from mail_sync.pull import Excluded
from store.records.cards import CardBatch, NewCard, add_cards
from store.sync.contact_copies import adopt_copies
from store.sync.items import ItemState, add_items, known_items, refresh_items
from store.sync.mailboxes import FolderRow, synced_settings
from store.sync.moves import Trace

EMPTY: Mapping[str, str] = MappingProxyType({})
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # a card has no time; nothing is ordered by it


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """A contact ready to be written. `whole` is all of it, `slots` where the server keeps what (see RemoteCard)."""

    state: ItemState
    card: NewCard
    source: bytes
    whole: ContactCard
    slots: Mapping[str, str] = field(default_factory=dict)

    @property
    def remote_id(self) -> str:
        return self.state.remote_id

    @property
    def raw(self) -> bytes:
        return self.source

    @property
    def trace(self) -> Trace:
        return Trace(self.remote_id, self.state.stamp, digest=self.state.content_digest)


def prepare_card(
    item_id: str,
    change_key: str,
    card: ContactCard,
    *,
    ours: Ours,
    capture: CaptureRules,
    stamp: str = "",
    slots: Mapping[str, str] = EMPTY,
) -> PreparedCard | None:
    """None for what is never stored: private and excluded contacts, our own people, cards that name nobody."""
    emails = valid_emails(card)
    if capture.excludes_private(card.sensitivity) or capture.excludes_any(emails):
        return None
    new = NewCard(_values(card), card.company, emails)
    if not new.values.get("title") or any(ours.holds(email) for email in emails):
        return None
    state = ItemState(item_id, _UNDATED, change_key, content_digest=content_digest(card), stamp=stamp)
    return PreparedCard(state, new, card.source, card, slots)


def content_digest(card: ContactCard) -> bytes:
    """Equal for two cards that say the same as far as a contact can hold it."""
    new = NewCard(_values(card), card.company, valid_emails(card))
    return sha256(repr(new).encode("utf-8", "replace")).digest()[:16]


@dataclass(frozen=True, slots=True)
class CardReader:
    """Reads contacts of one connected mailbox (see `mail_sync.pull.ItemReader`)."""

    provider: MailProvider
    mailbox_id: int
    ours: Ours
    capture: CaptureRules

    def read(self, item_ids: Sequence[str]) -> Iterator[PreparedCard | Poisoned | Excluded | None]:
        for item in self.provider.fetch_contacts(item_ids):
            if isinstance(item, Poisoned):
                yield item
            elif CaptureRules().excludes_private(item.card.sensitivity):
                yield Excluded(item.item_id)  # whatever the mailbox's rules say of its mail
            else:
                yield prepare_card(
                    item.item_id,
                    item.change_key,
                    item.card,
                    ours=self.ours,
                    capture=self.capture,
                    stamp=item.stamp,
                    slots=item.slots,
                )

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[PreparedCard], *, now: datetime) -> int:
        """Merge what the store knows, add what is new."""
        settings = synced_settings(tx, self.mailbox_id) or {}
        slots = self.provider.capabilities.email_slots
        merger = CardMerger(tx, self.mailbox_id, settings, slots, now)
        return _merge_cards(merger, folder.folder_id, items)


def write_cards(
    tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedCard], *, now: datetime
) -> int:
    """Write a chunk of cards without a server behind them; repeating it changes nothing. Returns how many contacts
    were new."""
    return add_cards(tx, mailbox_id, folder_id, [(item.state, item.card) for item in items], now=now)


def _merge_cards(merger: CardMerger, folder_id: int | None, items: Sequence[PreparedCard]) -> int:
    tx, mailbox_id, now = merger.tx, merger.mailbox_id, merger.now
    known = known_items(tx, mailbox_id, [item.remote_id for item in items])
    batch = CardBatch(tx, now)
    old, new = [], []
    for item in items:
        stands = known.get(item.remote_id)
        if stands is not None and stands.record_id is not None:
            old.append((stands, item, Met(stands.item_id, stands.record_id, item.whole, item.slots)))
        else:
            new.append(item)
    refresh_items(tx, folder_id, [(stands.item_id, item.state) for stands, item, _ in old])
    same = {stands.item_id for stands, item, _ in old if stands.content_digest == item.state.content_digest}
    merger.remember([met for stands, _, met in old if stands.item_id in same])
    # One that comes back may have been edited here while it was away.
    merger.merge([met for stands, _, met in old if stands.item_id not in same or stands.gone_at is not None], batch)
    _add_cards(merger, batch, folder_id, new)
    batch.record()
    return batch.new


def _add_cards(merger: CardMerger, batch: CardBatch, folder_id: int | None, items: Sequence[PreparedCard]) -> None:
    if not items:
        return
    # A name that is not divided there is not divided here either: both sides are to hold the same.
    whole = {"given_name": "", "family_name": ""}
    cards = [(item.state, replace(item.card, values=whole | dict(item.card.values))) for item in items]
    placed = [
        (item, one) for item, one in zip(items, batch.place(merger.mailbox_id, cards), strict=True) if one is not None
    ]
    held = {one.record_id: item.remote_id for item, one in reversed(placed) if not one.is_new}
    adopted = adopt_copies(merger.tx, merger.mailbox_id, held)
    states = [(item.state, one.record_id) for item, one in placed if item.remote_id not in adopted]
    add_items(merger.tx, merger.mailbox_id, folder_id, "contact", states)
    keys = known_items(merger.tx, merger.mailbox_id, [item.remote_id for item, _ in placed])
    found = [(keys[item.remote_id].item_id, item.state) for item, _ in placed if item.remote_id in adopted]
    refresh_items(merger.tx, folder_id, found)
    met = [
        (one.is_new, Met(keys[item.remote_id].item_id, one.record_id, item.whole, item.slots)) for item, one in placed
    ]
    merger.agree([each for is_new, each in met if is_new])
    merger.merge([each for is_new, each in met if not is_new], batch)


def _values(card: ContactCard) -> dict[str, Any]:
    """What the card says, by field of the record; a contact is called after what is known of it."""
    fields = from_card(card)
    return {name: value for name, value in to_record(fields, fields).items() if value}
