"""Storing mail: one canonical e-mail per real message, an item per mailbox that holds it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from store import blobs
from store.activities.parties import NewParty, party_rows
from store.blobs import Content
from store.chunks import chunked
from store.following.facts import first_state
from store.keys import allocate
from store.linking.clues import forget_clues
from store.linking.pending import reopen, requeue_answers
from store.mail.threads import assign_threads
from store.mail.withheld import PURGED
from store.schema.activities import Activity, ActivityParty, Attachment
from store.schema.mail import Email, EmailReference, MailboxItem
from store.search import Document, add_documents, redate_documents
from store.sync.items import ItemState, add_items, known_items, refresh_items, repoint_item
from store.triage.acknowledged import know_acknowledgements
from store.triage.arriving import Arrival, await_decision
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class NewFile:
    """An attachment: small ones come as hashed content, large ones as a stream that is read inside the transaction."""

    filename: str
    media_type: str
    size: int
    content: Content | None
    chunks: Callable[[], Iterator[bytes]]
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class NewEmail:
    """A mail ready to be stored.

    `answers` are the names of what it answers, nearest first: Message-IDs, then its Outlook conversation;
    `thread_names` are all names it mentions. `differs_from(text)` says whether a stored text of the same identity is
    materially another one. `search_title` and `search_body` hold folded words.
    """

    identity: bytes
    message_id: str
    conversation: str
    answers: tuple[str, ...]
    thread_names: tuple[str, ...]
    subject: str
    occurred_at: datetime
    sent_at: datetime | None
    direction: str
    who: str
    preview: str
    private: bool
    noise: str
    opaque: str
    importance: str
    stamp: str
    reported_status: str
    mentions: tuple[str, ...]
    parties: tuple[NewParty, ...]
    text: Content
    text_digest: bytes
    new_text_size: int
    html: Content | None
    source: Content
    size: int
    files: tuple[NewFile, ...]
    has_calendar: bool
    fingerprint_version: int
    parser_version: int
    search_title: str
    search_body: str
    differs_from: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch: activity ids in the order given, and which of them are new mails."""

    activity_ids: tuple[int, ...]
    new_ids: frozenset[int]


def add_emails(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    mails: Sequence[tuple[ItemState, NewEmail]],
    *,
    now: datetime,
) -> Added:
    """Store a batch. Repeating it changes nothing: items are keyed by mailbox and remote id, mails by identity."""
    items = known_items(tx, mailbox_id, [state.remote_id for state, _ in mails])
    canonical = _Canonical(tx, [mail for _, mail in mails])
    fresh: dict[int, NewEmail] = {}
    placed: list[int] = []
    keys = iter(allocate(tx, Activity, len(mails)))
    for _, mail in mails:
        if (activity_id := canonical.find(mail)) is None:
            activity_id = next(keys)
            canonical.remember(mail, activity_id)
            fresh[activity_id] = mail
        placed.append(activity_id)
    _insert(tx, fresh, canonical.variants, now)
    _place(tx, mailbox_id, folder_id, items, [(state, key) for (state, _), key in zip(mails, placed, strict=True)])
    known = [(state, mail, key) for (state, mail), key in zip(mails, placed, strict=True) if fresh.get(key) is not mail]
    moved = _move_to_earliest(tx, [(state.occurred_at, key) for state, _, key in known])
    _share_again(tx, mailbox_id, {key: mail for _, mail, key in known if not mail.private})
    _complete(tx, [(key, mail) for _, mail, key in known])
    new_here = [(mail, key) for (state, mail), key in zip(mails, placed, strict=True) if state.remote_id not in items]
    ours = [(key, state, mail) for (state, mail), key in zip(mails, placed, strict=True) if mail.direction != "in"]
    know_acknowledgements(tx, {key: (state.stamp, mail.stamp, mail.message_id) for key, state, mail in ours})
    await_decision(tx, mailbox_id, folder_id, _arrivals(new_here, fresh), now=now)
    arrived = [(_own_names(mail), mail.occurred_at) for mail in fresh.values()]
    requeue_answers(tx, arrived + [(_own_names(mail), mail.occurred_at) for _, mail, key in known if key in moved])
    return Added(tuple(placed), frozenset(fresh))


class _Canonical:
    """Which stored mail a mail of this batch is; the batch's own mails count as stored."""

    def __init__(self, tx: Connection, mails: Sequence[NewEmail]) -> None:
        self._tx = tx
        self._found: dict[bytes, list[tuple[int, bytes]]] = {}
        self._batch_texts: dict[int, str] = {}
        self.variants: dict[int, int] = {}
        for portion in chunked({mail.identity for mail in mails}):
            rows = tx.execute(
                select(Email.identity, Email.id, Email.text_digest)
                .where(Email.identity.in_(portion))
                .order_by(Email.variant)
            )
            for row in rows:
                self._found.setdefault(bytes(row.identity), []).append((row.id, bytes(row.text_digest)))

    def find(self, mail: NewEmail) -> int | None:
        candidates = self._found.get(mail.identity, [])
        for activity_id, digest in candidates:
            if digest == mail.text_digest:
                return activity_id
        for activity_id, _ in candidates:
            if not mail.differs_from(self._text_of(activity_id)):
                return activity_id
        return None

    def remember(self, mail: NewEmail, activity_id: int) -> None:
        siblings = self._found.setdefault(mail.identity, [])
        self.variants[activity_id] = len(siblings)
        siblings.append((activity_id, mail.text_digest))
        self._batch_texts[activity_id] = mail.text.data.decode()

    def _text_of(self, activity_id: int) -> str:
        if activity_id in self._batch_texts:
            return self._batch_texts[activity_id]
        blob_id = self._tx.execute(select(Activity.text_blob_id).where(Activity.id == activity_id)).scalar()
        return blobs.read(self._tx, blob_id).decode()


def _insert(tx: Connection, fresh: dict[int, NewEmail], variants: dict[int, int], now: datetime) -> None:
    if not fresh:
        return
    mails = list(fresh.values())
    blob_ids = blobs.put(tx, [content for mail in mails for content in _contents(mail)])
    threads = assign_threads(tx, [mail.thread_names for mail in mails])
    tx.execute(insert(Activity), [_activity_row(key, mail, blob_ids, now) for key, mail in fresh.items()])
    tx.execute(
        insert(Email),
        [
            _email_row(key, mail, variants[key], thread_id, blob_ids)
            | {"follow_state": first_state(mail.direction, mail.noise, now - mail.occurred_at)}
            for (key, mail), thread_id in zip(fresh.items(), threads, strict=True)
        ],
    )
    _insert_all(tx, ActivityParty, [row for key, mail in fresh.items() for row in party_rows(key, mail.parties)])
    _insert_all(tx, EmailReference, [row for key, mail in fresh.items() for row in _reference_rows(key, mail)])
    _insert_all(tx, Attachment, [row for key, mail in fresh.items() for row in _file_rows(tx, key, mail, blob_ids)])
    add_documents(
        tx,
        [
            Document(mail.search_title, mail.search_body, occurred_at=mail.occurred_at, activity_id=key)
            for key, mail in fresh.items()
        ],
    )


def _arrivals(mails: Sequence[tuple[NewEmail, int]], fresh: Container[int]) -> dict[int, Arrival]:
    """Those of the mails that others sent us, and that are everybody's."""
    return {
        key: Arrival(
            mail.occurred_at,
            tuple(party.email for role in ("to", "cc") for party in mail.parties if party.role == role),
            is_new=key in fresh,
        )
        for mail, key in mails
        if mail.direction == "in" and not mail.private
    }


def _own_names(mail: NewEmail) -> list[str]:
    return [name for name in (mail.message_id, mail.conversation) if name]


def _contents(mail: NewEmail) -> Iterator[Content]:
    yield mail.text
    yield mail.source
    if mail.html:
        yield mail.html
    yield from (file.content for file in mail.files if file.content)


def _activity_row(key: int, mail: NewEmail, blob_ids: dict[bytes, int], now: datetime) -> dict[str, Any]:
    return {
        "id": key,
        "uid": new_uid(),
        "kind": "email",
        "subject": mail.subject,
        "occurred_at": mail.occurred_at,
        "who": mail.who,
        "direction": mail.direction,
        "private": mail.private,
        "created_at": now,
        **_content_row(mail, blob_ids),
    }


def _content_row(mail: NewEmail, blob_ids: dict[bytes, int]) -> dict[str, Any]:
    return {
        "preview": mail.preview,
        "attachments": sum(not file.inline for file in mail.files),
        "mentions": list(mail.mentions),
        "link_state": "pending",
        "text_blob_id": blob_ids[mail.text.sha256],
        "html_blob_id": blob_ids[mail.html.sha256] if mail.html else None,
    }


def _email_row(key: int, mail: NewEmail, variant: int, thread_id: int, blob_ids: dict[bytes, int]) -> dict[str, Any]:
    return {
        "id": key,
        "identity": mail.identity,
        "variant": variant,
        "message_id": mail.message_id,
        "conversation": mail.conversation,
        "thread_id": thread_id,
        "sent_at": mail.sent_at,
        "noise": mail.noise,
        "opaque": mail.opaque,
        "importance": mail.importance,
        "stamp": mail.stamp,
        "new_text_size": mail.new_text_size,
        "reported_status": mail.reported_status,
        "size": mail.size,
        "text_digest": mail.text_digest,
        "fingerprint_version": mail.fingerprint_version,
        "parser_version": mail.parser_version,
        "source_blob_id": blob_ids[mail.source.sha256],
        "calendar_state": "pending" if mail.has_calendar else "none",
    }


def _reference_rows(key: int, mail: NewEmail) -> Iterator[dict[str, Any]]:
    for position, message_id in enumerate(mail.answers):
        yield {"activity_id": key, "position": position, "message_id": message_id}


def _file_rows(tx: Connection, key: int, mail: NewEmail, blob_ids: dict[bytes, int]) -> Iterator[dict[str, Any]]:
    for position, file in enumerate(mail.files):
        if file.content:
            blob_id, size = blob_ids[file.content.sha256], len(file.content.data)
        else:
            blob_id, size = blobs.put_stream(tx, file.chunks())
        yield {
            "activity_id": key,
            "position": position,
            "filename": file.filename,
            "media_type": file.media_type,
            "size": size,
            "content_id": file.content_id,
            "inline": file.inline,
            "blob_id": blob_id,
        }


def _insert_all(tx: Connection, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), rows)


def _place(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    items: dict[str, Any],
    placed: Sequence[tuple[ItemState, int]],
) -> None:
    """Say that this mailbox holds the mails. A mail that left another folder is the same item at a new place."""
    unplaced = {state.remote_id: (state, key) for state, key in placed if state.remote_id not in items}
    moved = _tombstones(tx, mailbox_id, [key for _, key in unplaced.values()])
    refreshed = [(items[state.remote_id].item_id, state) for state, _ in placed if state.remote_id in items]
    fresh: list[tuple[ItemState, int]] = []
    for state, key in unplaced.values():
        if key in moved:
            refreshed.append((moved.pop(key), state))
        else:
            fresh.append((state, key))
    refresh_items(tx, folder_id, refreshed)
    _repoint(tx, items, placed)
    add_items(tx, mailbox_id, folder_id, "email", fresh)


def _tombstones(tx: Connection, mailbox_id: int, activity_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(MailboxItem.activity_id, MailboxItem.id).where(
                MailboxItem.mailbox_id == mailbox_id,
                MailboxItem.activity_id.in_(portion),
                MailboxItem.gone_at.is_not(None),
            )
        )
        found.update({row.activity_id: row.id for row in rows})
    return found


def _repoint(tx: Connection, items: dict[str, Any], placed: Sequence[tuple[ItemState, int]]) -> None:
    """An item whose content was edited into another mail (a draft that was sent) points to the new one."""
    for state, key in placed:
        item = items.get(state.remote_id)
        if item is not None and item.activity_id != key:
            repoint_item(tx, item.item_id, key)


def _move_to_earliest(tx: Connection, receipts: Sequence[tuple[datetime, int]]) -> dict[int, datetime]:
    """A mail occurred at its earliest receipt in any mailbox; an earlier one reopens its linking. Returns the moved."""
    earliest: dict[int, datetime] = {}
    for receipt, key in receipts:
        earliest[key] = min(receipt, earliest.get(key, receipt))
    for portion in chunked(list(earliest)):
        for row in tx.execute(select(Activity.id, Activity.occurred_at).where(Activity.id.in_(portion))).all():
            if row.occurred_at <= earliest[row.id]:
                del earliest[row.id]
    for key, receipt in earliest.items():
        tx.execute(update(Activity).where(Activity.id == key).values(occurred_at=receipt, link_state="pending"))
    redate_documents(tx, earliest)
    return earliest


def _share_again(tx: Connection, mailbox_id: int, shared: Mapping[int, NewEmail]) -> None:
    """Mails that were private are not any more where no other mailbox may hold them so; lost content comes back."""
    for portion in chunked(list(shared)):
        elsewhere = exists().where(
            MailboxItem.activity_id == Activity.id,
            MailboxItem.mailbox_id != mailbox_id,
            MailboxItem.gone_at.is_(None),
        )
        private = (Activity.id.in_(portion), Activity.private.is_(True), ~elsewhere)
        tx.execute(update(Activity).where(*private).values(private=False, link_state="pending"))
        purged = select(Email.id).where(Email.id.in_(portion), Email.text_digest == PURGED)
        for key in list(tx.execute(purged).scalars()):
            _refill(tx, key, shared[key])


def _refill(tx: Connection, key: int, mail: NewEmail) -> None:
    blob_ids = blobs.put(tx, list(_contents(mail)))
    tx.execute(update(Activity).where(Activity.id == key).values(_content_row(mail, blob_ids)))
    kept = {"new_text_size": mail.new_text_size, "text_digest": mail.text_digest}
    source = {"source_blob_id": blob_ids[mail.source.sha256]}
    tx.execute(update(Email).where(Email.id == key).values(kept | source))
    _insert_all(tx, Attachment, list(_file_rows(tx, key, mail, blob_ids)))
    occurred_at = tx.execute(select(Activity.occurred_at).where(Activity.id == key)).scalar_one()
    add_documents(tx, [Document(mail.search_title, mail.search_body, occurred_at=occurred_at, activity_id=key)])


def _complete(tx: Connection, known: Sequence[tuple[int, NewEmail]]) -> None:
    """What only some copies of a mail tell: that it is private, and whom its sender sent it to blindly."""
    private = [key for key, mail in known if mail.private]
    for portion in chunked(private):
        shared = (Activity.id.in_(portion), Activity.private.is_(False))
        tx.execute(update(Activity).where(*shared).values(private=True, link_state="pending"))
    forget_clues(tx, private)
    blind = {key: [party for party in mail.parties if party.role == "bcc"] for key, mail in known}
    told = {key: parties for key, parties in blind.items() if parties}
    for portion in chunked(list(told)):
        bcc = select(ActivityParty.activity_id).where(
            ActivityParty.activity_id.in_(portion), ActivityParty.role == "bcc"
        )
        missing = sorted(set(portion) - set(tx.execute(bcc).scalars()))
        _insert_all(tx, ActivityParty, [row for key in missing for row in party_rows(key, told[key])])
        reopen(tx, missing)
