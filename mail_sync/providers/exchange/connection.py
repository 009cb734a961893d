"""Connecting to a mailbox on an Exchange server. exchangelib is loaded here, when a connection is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mail_sync.provider import Folder, Page, Poisoned, RemoteCard, RemoteMessage
from mail_sync.providers.exchange.changes import read_changes
from mail_sync.providers.exchange.contacts import read_contacts
from mail_sync.providers.exchange.folders import read_folders
from mail_sync.providers.exchange.items import read_messages
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.settings import ExchangeSettings
from mail_sync.providers.retry import Retry


class ExchangeMailbox:
    """`MailProvider` over EWS. Not thread-safe: one thread per mailbox."""

    def __init__(self, settings: ExchangeSettings, server: Server, hang_up: Callable[[], object]) -> None:
        self.address = settings.address
        self.settings = settings
        self.server = server
        self._hang_up = hang_up

    def folders(self) -> Sequence[Folder]:
        return read_folders(self.server)

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        return read_changes(self.server, folder.folder_id, cursor)

    def fetch_messages(self, item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        return read_messages(self.server, item_ids, self.settings.largest_mail, self.settings.since)

    def fetch_contacts(self, item_ids: Sequence[str]) -> Iterator[RemoteCard | Poisoned]:
        return read_contacts(self.server, item_ids)

    def close(self) -> None:
        self._hang_up()


def connect(settings: ExchangeSettings, retry: Retry | None = None) -> ExchangeMailbox:
    """Open a mailbox; nothing is asked of the server before the first call, except where autodiscover must find it.

    Raises MailboxNotFound, MailboxUnavailable, MailboxRefused.
    """
    from mail_sync.providers.exchange import library, operations

    found = settings if settings.endpoint else discover(settings)
    account = library.new_account(found)
    server = operations.ExchangeServer(account, retry or Retry())
    return ExchangeMailbox(found, server, account.protocol.close)


def discover(settings: ExchangeSettings) -> ExchangeSettings:
    """The settings with the endpoint and address that autodiscover names; store them, it takes long.

    Raises MailboxNotFound, MailboxUnavailable, MailboxRefused.
    """
    from mail_sync.providers.exchange import library

    address, endpoint = library.autodiscover(settings.address, settings.username, settings.password)
    return replace(settings, address=address, service_endpoint=endpoint)
