"""A mailbox is found by its address alone, over TLS, and found again where it moved to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.resolver
import pytest
from exchangelib.autodiscover import clear_cache
from urllib3.util import connection

from mail_sync.errors import MailboxMoved, MailboxNotFound, TokenNeeded, UntrustedServer
from mail_sync.provider import FolderRole
from mail_sync.providers.exchange.connection import connect, discover
from mail_sync.providers.exchange.settings import ExchangeSettings, Found, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme

DOMAIN = "alpine.example"
ADA = f"ada@{DOMAIN}"
SERVICE, OLD, NEW = f"autodiscover.{DOMAIN}", f"old.{DOMAIN}", f"new.{DOMAIN}"


def ews(host: str) -> str:
    return f"https://{host}/EWS/Exchange.asmx"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    model = Model()
    model.add_mailbox(ADA, "Ada")
    with serve(model, hosts=[SERVICE, OLD, NEW], schemes=[Scheme.NTLM, Scheme.BASIC]) as running:
        running.discovery.hosts = {SERVICE}
        running.discovery.ews_url = ews(OLD)
        yield running


@pytest.fixture
def aliases(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The names lead to the sandbox, all others to nothing; CNAME records can be added."""
    known, records = {SERVICE, OLD, NEW}, dict[str, str]()
    real = connection.create_connection

    def open_socket(address: tuple[str, int], *rest: object, **fields: object) -> socket.socket:
        if address[0] not in known:
            raise ConnectionRefusedError(address[0])
        return real((sandbox.host, sandbox.port), *rest, **fields)  # type: ignore[arg-type]

    def resolve(_: object, name: object, kind: object = "A", *__: object, **___: object) -> list[str]:
        asked = str(name).rstrip(".")
        if kind == "CNAME" and asked in records:
            return [f"{records[asked]}."]
        if kind == "CNAME" or asked not in known:
            raise dns.resolver.NXDOMAIN
        return []

    monkeypatch.setattr(connection, "create_connection", open_socket)
    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    clear_cache()
    yield records
    clear_cache()


@pytest.fixture
def settings(sandbox: Sandbox, aliases: dict[str, str], tmp_path: Path) -> ExchangeSettings:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(sandbox.ca_pem)
    return ExchangeSettings(ADA, ADA, "demo", verify=str(bundle))


def test_the_address_is_enough_and_what_was_found_can_be_kept(settings: ExchangeSettings) -> None:
    mailbox = connect(settings, Retry(HASTY))
    assert FolderRole.INBOX in [folder.role for folder in mailbox.folders()]
    assert mailbox.found == Found(ews(OLD), Login.NTLM, "15.1.2507.6")
    mailbox.close()


def test_what_was_kept_is_not_looked_for_again(sandbox: Sandbox, settings: ExchangeSettings) -> None:
    kept = replace(settings, service_endpoint=ews(OLD), login=Login.NTLM, version="15.1.2507.6")
    mailbox = connect(kept, Retry(HASTY))
    assert mailbox.folders()
    assert sandbox.counts["GetUserSettings"] == 0
    mailbox.close()


def test_an_authority_that_is_not_trusted_is_not_asked(settings: ExchangeSettings) -> None:
    with pytest.raises((UntrustedServer, MailboxNotFound)):
        discover(replace(settings, verify=True))


def test_a_mailbox_that_moved_is_found_at_its_new_place(sandbox: Sandbox, settings: ExchangeSettings) -> None:
    found = discover(settings)
    sandbox.faults.set(FaultKind.MAILBOX_MOVE, times=1)
    mailbox = connect(found, Retry(HASTY))
    with pytest.raises(MailboxMoved):
        mailbox.folders()
    mailbox.close()
    sandbox.discovery.ews_url = ews(NEW)
    assert discover(settings).service_endpoint == ews(NEW)


def test_an_address_that_nobody_has_is_not_found(settings: ExchangeSettings) -> None:
    with pytest.raises(MailboxNotFound):
        discover(replace(settings, address=f"nobody@{DOMAIN}"))


def test_a_domain_in_exchange_online_needs_a_token(settings: ExchangeSettings, aliases: dict[str, str]) -> None:
    aliases[SERVICE] = "autodiscover.outlook.com"
    with pytest.raises(TokenNeeded):
        discover(settings)


def test_a_server_that_sends_elsewhere_means_that_the_mailbox_moved(
    sandbox: Sandbox, settings: ExchangeSettings
) -> None:
    mailbox = connect(replace(settings, service_endpoint=ews(OLD), login=Login.BASIC), Retry(HASTY))
    sandbox.faults.set(FaultKind.REDIRECT, ews(NEW))
    with pytest.raises(MailboxMoved):
        mailbox.folders()
    mailbox.close()
