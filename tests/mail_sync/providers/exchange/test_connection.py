"""Whose mailbox is opened, and how the way to it is found."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from mail_sync.errors import AccessDenied, MailboxNotFound, MailboxRefused
from mail_sync.provider import FolderRole
from mail_sync.providers.exchange import library
from mail_sync.providers.exchange.connection import connect, discover
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.sandbox.content import BytesContent
from tests.mail_sync.providers.contract import ids, mail, the
from tests.mail_sync.providers.exchange.world import ADDRESS, ExchangeWorld

SHARED = "support@alpine.example"


def test_a_shared_mailbox_is_read_by_whoever_may(world: ExchangeWorld) -> None:
    shared = world.sandbox.model.add_mailbox(SHARED)
    shared.readers.add(ADDRESS)
    item = shared.add(shared.folder("inbox"), BytesContent(mail(1))).item_id
    provider = world.connect(address=SHARED)
    assert ids(list(provider.changes(the(FolderRole.INBOX, provider), None))) == [item]
    assert [one.item_id for one in provider.fetch_messages([item])] == [item]


def test_a_shared_mailbox_without_rights_is_denied(world: ExchangeWorld) -> None:
    world.sandbox.model.add_mailbox(SHARED)
    with pytest.raises(AccessDenied):
        world.connect(address=SHARED).folders()


def test_a_mailbox_that_does_not_exist_is_told(world: ExchangeWorld) -> None:
    with pytest.raises(MailboxNotFound):
        world.connect(address="nobody@alpine.example").folders()


def test_discovered_settings_keep_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ("ada@mail.example", "https://mail.example/EWS/Exchange.asmx")
    monkeypatch.setattr(library, "autodiscover", lambda _: found)
    settings = ExchangeSettings("ada@alias.example", "ada", "secret", largest_mail=7)
    assert discover(settings) == ExchangeSettings(
        "ada@mail.example", "ada", "secret", service_endpoint=found[1], largest_mail=7
    )


class KerberosOnly(BaseHTTPRequestHandler):
    """Offers a way of logging in that a user name and a password cannot serve."""

    def do_POST(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def kerberos_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), KerberosOnly)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/EWS/Exchange.asmx"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_server_without_our_ways_of_logging_in_is_refused(kerberos_url: str) -> None:
    settings = ExchangeSettings("a@b.example", "a", "secret", service_endpoint=kerberos_url, login=Login.AUTO)
    mailbox = connect(settings)
    with pytest.raises(MailboxRefused) as caught:
        mailbox.folders()
    assert caught.value.detail == "the server offers neither Basic nor NTLM log-in"
    mailbox.close()
