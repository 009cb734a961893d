"""Connecting to a mailbox on an Exchange server. exchangelib is loaded here, when a connection is made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mail_sync.card import ContactCard
from mail_sync.outgoing import OutgoingMail
from mail_sync.provider import (
    Capabilities,
    Folder,
    MailMarks,
    Page,
    Poisoned,
    Poke,
    RemoteCard,
    RemoteMessage,
    Stamped,
    Written,
)
from mail_sync.providers.exchange import contact_writing, drafts, finding, sending, writing
from mail_sync.providers.exchange.changes import read_changes
from mail_sync.providers.exchange.contacts import read_contacts
from mail_sync.providers.exchange.folders import read_folders
from mail_sync.providers.exchange.items import read_messages
from mail_sync.providers.exchange.listening import Refused, Station, listen
from mail_sync.providers.exchange.server import Writer
from mail_sync.providers.exchange.settings import ExchangeSettings, Found
from mail_sync.providers.exchange.shapes import EMAIL_SLOTS
from mail_sync.providers.retry import Retry

CAPABILITIES = Capabilities(listens=True, email_slots=len(EMAIL_SLOTS))


class ExchangeMailbox:
    """`MailProvider` over EWS. Not thread-safe: one thread per mailbox, and one that listens."""

    def __init__(
        self,
        settings: ExchangeSettings,
        server: Writer,
        hang_up: Callable[[], object],
        station: Callable[[], Station],
        found: Callable[[], Found],
    ) -> None:
        self.address = settings.address
        self.settings = settings
        self.server = server
        self.capabilities = CAPABILITIES
        self._hang_up = hang_up
        self._station = station
        self._found = found

    @property
    def found(self) -> Found:
        """What is known about the way to this mailbox after the first request; worth keeping."""
        return self._found()

    def folders(self) -> Sequence[Folder]:
        return read_folders(self.server)

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        return read_changes(self.server, folder.folder_id, cursor)

    def fetch_messages(self, item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        return read_messages(self.server, item_ids, self.settings.largest_mail, self.settings.since)

    def fetch_contacts(self, item_ids: Sequence[str]) -> Iterator[RemoteCard | Poisoned]:
        return read_contacts(self.server, item_ids)

    def list_ids(self, folder: Folder) -> Iterator[Sequence[tuple[str, str]]]:
        return finding.list_ids(self.server, folder)

    def find_stamped(self, stamp: str) -> Sequence[Stamped]:
        return finding.find_stamped(self.server, stamp, self.folders)

    def create_contact(self, folder: Folder, card: ContactCard, stamp: str) -> Written:
        return contact_writing.create_contact(self.server, folder, card, stamp)

    def update_contact(self, item_id: str, change_key: str, card: ContactCard, fields: Collection[str]) -> Written:
        return contact_writing.update_contact(self.server, item_id, change_key, card, fields)

    def mark(self, item_id: str, marks: MailMarks) -> Written:
        return writing.mark(self.server, item_id, marks)

    def move(self, item_id: str, to: Folder) -> Written | None:
        return writing.move(self.server, item_id, to)

    def delete(self, item_id: str, change_key: str = "") -> None:
        writing.delete(self.server, item_id, change_key)

    def save_draft(self, mail: OutgoingMail, stamp: str) -> Written:
        return drafts.save_draft(self.server, mail, stamp, datetime.now(UTC))

    def send_draft(self, draft: Written) -> None:
        sending.send_draft(self.server, draft)

    def listen(self, folders: Sequence[Folder], *, stop: Callable[[], bool], patience: timedelta) -> Iterator[Poke]:
        """As in `MailProvider`; a server that refuses subscriptions ends it at once, and `capabilities` say so."""
        try:
            yield from listen(self._station, folders, stop=stop, patience=patience)
        except Refused:
            self.capabilities = replace(self.capabilities, listens=False)

    def close(self) -> None:
        self._hang_up()


def connect(settings: ExchangeSettings, retry: Retry | None = None) -> ExchangeMailbox:
    """Open a mailbox; nothing is asked of the server before the first call, except where autodiscover must find it.

    Raises MailboxNotFound, MailboxUnavailable, MailboxRefused.
    """
    from mail_sync.providers.exchange import library, stream, write_operations

    found = settings if settings.endpoint else discover(settings)
    account = library.new_account(found)
    server = write_operations.WritingServer(account, retry or Retry())

    def station() -> Station:
        return stream.ExchangeStation(library.new_account(found), retry or Retry())

    return ExchangeMailbox(found, server, account.protocol.close, station, lambda: library.found(account))


def discover(settings: ExchangeSettings) -> ExchangeSettings:
    """The settings with the endpoint and address that autodiscover names; store them, it takes long.

    Raises MailboxNotFound, MailboxUnavailable, MailboxRefused.
    """
    from mail_sync.providers.exchange import library

    address, endpoint = library.autodiscover(settings)
    return replace(settings, address=address, service_endpoint=endpoint)
