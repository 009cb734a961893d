"""From a mailbox in the store to a connection: settings, password, provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from assistant.secret_store import SecretMissing
from calendar_sync.provider import CalendarProvider
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.errors import PasswordMissing
from mail_sync.provider import MailProvider
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from store.mailboxes import MailboxRow

EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class ConnectedMailbox:
    """Both sides of one connection."""

    mail: MailProvider
    calendar: CalendarProvider
    close: Callable[[], None]
    endpoint: str = ""  # where the server was found


def found_endpoint(connected: object) -> str:
    """Where autodiscover found the server of a connection, '' where it was not asked."""
    return connected.endpoint if isinstance(connected, ConnectedMailbox) else ""


def exchange_connector(
    secret_of: Callable[[str], str], *, clock: Callable[[], datetime]
) -> Callable[[MailboxRow], ConnectedMailbox]:
    """Connects mailboxes over EWS; `secret_of` finds the password for an address or raises SecretMissing."""

    def connector(mailbox: MailboxRow) -> ConnectedMailbox:
        try:
            password = secret_of(mailbox.address)
        except SecretMissing as error:
            raise PasswordMissing(str(error)) from error
        settings = exchange_settings(mailbox.address, mailbox.settings, password)
        return _both(connect(replace(settings, since=since(mailbox.settings, clock()))))

    return connector


def exchange_settings(address: str, settings: Mapping[str, Any], password: str) -> ExchangeSettings:
    """The provider's settings out of what the store keeps with a mailbox."""
    return ExchangeSettings(
        address=address,
        username=settings.get("username") or address,
        password=password,
        server=settings.get("server", ""),
        service_endpoint=settings.get("service_endpoint", ""),
        login=Login(settings.get("login", Login.AUTO.value)),
        verify=settings.get("ca_bundle") or True,
    )


def since(settings: Mapping[str, Any], now: datetime) -> datetime | None:
    """From when on mail is read, as chosen when the mailbox was connected; None for everything."""
    days = settings.get("days")
    return now - timedelta(days=int(days)) if days else None


def _both(mailbox: ExchangeMailbox) -> ConnectedMailbox:
    return ConnectedMailbox(
        mail=mailbox,
        calendar=ExchangeCalendar(mailbox),
        close=mailbox.close,
        endpoint=mailbox.settings.service_endpoint,
    )


def checked_settings(address: str, settings: Mapping[str, Any], password: str) -> dict[str, Any]:
    """The settings once a connection with them worked, with what autodiscover found. Raises SyncError."""
    mailbox = connect(exchange_settings(address, settings, password))
    try:
        mailbox.folders()
        found = mailbox.settings.service_endpoint
    finally:
        mailbox.close()
    return dict(settings) | ({"service_endpoint": found} if found else {})
