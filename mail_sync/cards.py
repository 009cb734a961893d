"""Contacts from the normal form into the store: what to keep of a card, and under which names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from mail_sync.capture import CaptureRules
from mail_sync.card import ContactCard
from mail_sync.ours import Ours
from mail_sync.provider import MailProvider, Poisoned
from store.cards import NewCard, add_cards
from store.domains import parse_email
from store.errors import Invalid
from store.items import ItemState
from store.mailboxes import FolderRow
from store.moves import Trace

_MOBILE = ("mobile", "cell")
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # a card has no time; nothing is ordered by it


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """A contact ready to be written."""

    state: ItemState
    card: NewCard
    source: bytes

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
    item_id: str, change_key: str, card: ContactCard, *, ours: Ours, capture: CaptureRules, stamp: str = ""
) -> PreparedCard | None:
    """None for what is never stored: private and excluded contacts, our own people, cards that name nobody."""
    emails = tuple(dict.fromkeys(email for _, written in card.emails if (email := _address(written))))
    if capture.excludes_private(card.sensitivity) or capture.excludes_any(emails):
        return None
    name = card.full_name or card.company or (emails[0] if emails else "")
    if not name or any(ours.holds(email) for email in emails):
        return None
    new = NewCard(_values(card, name, emails), card.company, emails)
    digest = sha256(repr(new).encode("utf-8", "replace")).digest()[:16]
    return PreparedCard(ItemState(item_id, _UNDATED, change_key, content_digest=digest, stamp=stamp), new, card.source)


@dataclass(frozen=True, slots=True)
class CardReader:
    """Reads contacts of one connected mailbox (see `mail_sync.pull.ItemReader`)."""

    provider: MailProvider
    mailbox_id: int
    ours: Ours
    capture: CaptureRules

    def read(self, item_ids: Sequence[str]) -> Iterator[PreparedCard | Poisoned | None]:
        for item in self.provider.fetch_contacts(item_ids):
            if isinstance(item, Poisoned):
                yield item
            else:
                yield prepare_card(
                    item.item_id,
                    item.change_key,
                    item.card,
                    ours=self.ours,
                    capture=self.capture,
                    stamp=item.stamp,
                )

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[PreparedCard], *, now: datetime) -> int:
        return write_cards(tx, self.mailbox_id, folder.folder_id, items, now=now)


def write_cards(
    tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedCard], *, now: datetime
) -> int:
    """Write a chunk; repeating it changes nothing. Returns how many contacts were new."""
    return add_cards(tx, mailbox_id, folder_id, [(item.state, item.card) for item in items], now=now)


def _values(card: ContactCard, name: str, emails: tuple[str, ...]) -> dict[str, Any]:
    place = card.postal[0] if card.postal else None
    mobile = next((number for label, number in card.phones if label.lower() in _MOBILE), "")
    phone = next((number for _, number in card.phones if number != mobile), "")
    values = {
        "title": name,
        "given_name": card.given_name,
        "family_name": card.family_name,
        "job_title": card.job_title,
        "department": card.department,
        "emails": list(emails),
        "phone": phone,
        "mobile": mobile,
        "street": place.street if place else "",
        "city": place.city if place else "",
        "country": place.country if place else "",
        "description": card.note,
    }
    return {field: value for field, value in values.items() if value}


def _address(written: str) -> str:
    """The address, or '' for what was typed into an address field but is none."""
    try:
        return parse_email(written)
    except Invalid:
        return ""
