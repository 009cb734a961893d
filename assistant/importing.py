"""Importing files: whatever lies under some paths is read, stored and linked; importing it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from assistant.intake import follow_up
from calendar_sync.ics import SUPERSEDED, read_calendar
from calendar_sync.ingest import prepare_event, write_events
from mail_sync.capture import CaptureRules
from mail_sync.cards import prepare_card, write_cards
from mail_sync.errors import Unreadable
from mail_sync.ingest import PreparedMail, prepare_mail, write_mail
from mail_sync.message import Message
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from mail_sync.providers.files.kinds import HEAD_BYTES, Kind, kind_of
from mail_sync.providers.files.msg import read_msg
from mail_sync.providers.files.sources import FileSource, iter_sources, total_bytes
from mail_sync.pull import Prepared
from mail_sync.vcard import read_cards
from store.bisect import could_not_store, write_apart
from store.engine import Store
from store.sync.mailboxes import files_folder, files_mailbox
from store.sync.quarantine import Unread, put_aside, resolve

_CHUNK_ITEMS = 100
_CHUNK_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be read, and why in words."""

    source: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did. `linked` counts mails and meetings that are regarding something now."""

    new: int = 0
    known: int = 0
    linked: int = 0
    quarantined: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` bytes, and what was read last."""

    done: int
    total: int
    label: str


@dataclass(frozen=True, slots=True)
class _Item:
    """A prepared item with the file it came from; `name` tells it from others of the same file."""

    prepared: Prepared
    source: str
    name: str

    @property
    def weight(self) -> int:
        return len(self.prepared.raw)


def import_files(
    store: Store, paths: Sequence[Path], *, clock: Callable[[], datetime], progress: Callable[[Progress], None]
) -> ImportReport:
    """Import mail, calendars and cards under the paths (tables have their own way in). Raises StoreError."""
    task = _Import(store, clock)
    done, total = 0, total_bytes(paths)
    for source in iter_sources(paths):
        if source.kind is not Kind.TABLE:
            task.take(source)
        done += source.weight
        progress(Progress(min(done, total), total, source.label))
    task.end()
    return task.report


def import_bytes(store: Store, label: str, raw: bytes, *, clock: Callable[[], datetime]) -> ImportReport:
    """Import one file whose bytes are at hand. Raises StoreError."""
    task = _Import(store, clock)
    kind, reason = kind_of(label, raw[:HEAD_BYTES])
    if kind is Kind.UNKNOWN:
        return ImportReport(quarantined=[Refused(label, _sentence(reason))])
    task.take(FileSource(label, kind, lambda: raw))
    task.end()
    return task.report


class _Import:
    """Buffers of prepared items, written in chunks."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.now = clock()
        self.report = ImportReport()
        with store.write() as tx:
            self.mailbox_id = files_mailbox(tx, now=self.now)
            self.ours = ours_in(tx)
        self.capture = CaptureRules(private_items=False)
        self.buffers: dict[str, list[_Item]] = {kind: [] for kind in _WRITERS}
        self.weight = 0

    def take(self, source: FileSource) -> None:
        """Read one source and buffer what it holds; what cannot be read goes to quarantine."""
        raw = b""
        try:
            raw = source.read()
            for number, (kind, prepared) in enumerate(self._prepared(source, raw), 1):
                name = source.label if kind == "email" else f"{source.label} ({kind} {number})"
                self._buffer(kind, _Item(prepared, source.label, name))
        except Unreadable as error:
            self._set_aside(source.label, source.kind.value, error.sentence, raw)

    def end(self) -> None:
        """Everything is here: what may come out differently because of that is decided again."""
        self.finish()
        self.report.linked += follow_up(self.store, now=self.now)

    def finish(self) -> None:
        for kind in self.buffers:
            self._flush(kind)

    def _buffer(self, kind: str, item: _Item) -> None:
        self.buffers[kind].append(item)
        self.weight += item.weight
        if len(self.buffers[kind]) >= _CHUNK_ITEMS or self.weight >= _CHUNK_BYTES:
            self.finish()

    def _flush(self, kind: str) -> None:
        items, self.buffers[kind], self.weight = self.buffers[kind], [], 0
        if not items:
            return
        new = 0
        refused: list[tuple[_Item, Exception]] = []

        def write(portion: Sequence[_Item]) -> None:
            nonlocal new
            new += _WRITERS[kind](tx, self.mailbox_id, [item.prepared for item in portion], now=self.now)

        with self.store.write() as tx:
            write_apart(tx, items, write, lambda item, error: refused.append((item, error)))
            resolve(tx, {item.source for item in items} | {item.name for item in items}, now=self.now)
        self.report.new += new
        self.report.known += len(items) - new - len(refused)
        for item, error in refused:
            self._set_aside(item.name, kind, could_not_store(error), item.prepared.raw)
        self.report.linked += follow_up(self.store, now=self.now, again=False)

    def _set_aside(self, label: str, holds: str, reason: str, raw: bytes) -> None:
        self.report.quarantined.append(Refused(label, reason))
        with self.store.write() as tx:
            put_aside(tx, Unread(source=label, holds=holds, reason=reason, raw=raw), now=self.now)

    def _prepared(self, source: FileSource, raw: bytes) -> Iterator[tuple[str, Prepared]]:
        match source.kind:
            case Kind.MAIL:
                yield from self._mail(source, raw, read_message(raw))
            case Kind.OUTLOOK:
                yield from self._mail(source, raw, read_msg(raw))
            case Kind.CALENDAR:
                yield from self._events(source, raw)
            case Kind.CONTACTS:
                yield from self._cards(source, raw)
            case _:
                raise Unreadable("it is no mail, calendar or contact card")

    def _mail(self, source: FileSource, raw: bytes, message: Message) -> Iterator[tuple[str, Prepared]]:
        remote = RemoteMessage(_digest(raw), "", message, is_read=source.is_read, flagged=source.flagged)
        prepared = prepare_mail(remote, ours=self.ours, capture=self.capture, now=self.now)
        if prepared is not None:
            yield "email", prepared

    def _events(self, source: FileSource, raw: bytes) -> Iterator[tuple[str, Prepared]]:
        calendar = read_calendar(raw)
        for number, (reason, part) in enumerate(calendar.unreadable, 1):
            if reason == SUPERSEDED:
                self.report.known += 1
                continue
            self._set_aside(f"{source.label} (entry {number})", source.kind.value, _sentence(reason), part)
        for event in calendar.events:
            key = _digest(repr(event).encode("utf-8", "replace"))
            yield "appointment", prepare_event(key, "", event, ours=self.ours, capture=self.capture, now=self.now)

    def _cards(self, source: FileSource, raw: bytes) -> Iterator[tuple[str, Prepared]]:
        cards = read_cards(raw)
        for number, (reason, part) in enumerate(cards.unreadable, 1):
            self._set_aside(f"{source.label} (card {number})", source.kind.value, _sentence(reason), part)
        for card in cards.cards:
            prepared = prepare_card(
                _digest(repr(card).encode("utf-8", "replace")), "", card, ours=self.ours, capture=self.capture
            )
            if prepared is not None:
                yield "contact", prepared


def _write_mail(tx: Connection, mailbox_id: int, items: Sequence[PreparedMail], *, now: datetime) -> int:
    """Mail from files lies where it would lie in a mailbox: what we wrote apart from what we received."""
    new = 0
    for role in ("inbox", "sent"):
        placed = [item for item in items if (item.email.direction == "out") == (role == "sent")]
        if placed:
            new += write_mail(tx, mailbox_id, files_folder(tx, mailbox_id, role), placed, now=now)
    return new


_WRITERS: dict[str, Callable[..., int]] = {
    "contact": lambda tx, mailbox_id, items, *, now: write_cards(tx, mailbox_id, None, items, now=now),
    "appointment": lambda tx, mailbox_id, items, *, now: write_events(tx, mailbox_id, None, items, now=now),
    "email": _write_mail,
}


def _digest(raw: bytes) -> str:
    """What an imported item is known by: its content."""
    return f"sha256:{sha256(raw).hexdigest()}"


def _sentence(reason: str) -> str:
    said = reason.rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
