"""What is adjusted in exchangelib, and what of a reply is believed."""

from __future__ import annotations

import subprocess
import sys

import pytest
import truststore
from exchangelib.autodiscover.cache import AutodiscoverCache
from exchangelib.protocol import Protocol

from mail_sync.errors import BrokenReply, MailboxNotFound, MailboxRefused, MailboxUnavailable, PoisonItem
from mail_sync.provider import FolderRole
from mail_sync.providers.exchange.connection import connect
from mail_sync.providers.exchange.library import new_account, parse_reply
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import mail, the
from tests.mail_sync.providers.exchange.world import ExchangeWorld

REPLY = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'


def test_parse_reply_keeps_legal_references_and_replaces_forbidden_ones() -> None:
    root = parse_reply(REPLY % b"&#x1F;a&#xE4;&#8;&#13;\x02")
    assert root[0].text == "?a\u00e4?\r?"


def test_parse_reply_refuses_half_a_reply() -> None:
    whole = REPLY % b"<a>text</a>"
    with pytest.raises(BrokenReply):
        parse_reply(whole[: len(whole) // 2])


def test_parse_reply_refuses_broken_xml() -> None:
    with pytest.raises(PoisonItem):
        parse_reply(REPLY % b"<a>text</b>")


def test_parse_reply_refuses_documents_with_their_own_entities() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>' + REPLY % b"&c;"
    with pytest.raises(PoisonItem):
        parse_reply(bomb)


def test_importing_the_provider_loads_no_exchangelib() -> None:
    code = (
        "import sys, mail_sync.providers.exchange.connection, calendar_sync.providers.exchange;"
        "print('exchangelib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_connections_share_nothing(world: ExchangeWorld) -> None:
    before = set(Protocol._protocol_cache)
    first, second = (new_account(world.settings(threads=2, streams=count)) for count in (0, 1))
    assert first.protocol is not second.protocol
    assert (first.protocol.max_connections, second.protocol.max_connections) == (2, 3)
    assert set(Protocol._protocol_cache) == before


def test_the_pool_keeps_its_size_under_a_busy_server(world: ExchangeWorld) -> None:
    provider = world.connect(threads=2)
    world.faults.set(FaultKind.BUSY, 1000, times=3)
    assert the(FolderRole.INBOX, provider).role is FolderRole.INBOX
    assert world.slept == [1, 1, 1]


def test_https_uses_the_systems_trust_store_also_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    settings = ExchangeSettings("a@mail.example", "a", "secret", server="mail.example", login=Login.BASIC)
    with new_account(settings).protocol.raw_session(settings.endpoint) as session:
        asked = session.merge_environment_settings(settings.endpoint, {}, None, session.verify, None)
        assert asked["proxies"]["https"] == "http://proxy.example:3128"
        adapter = session.adapters[settings.endpoint]
        contexts = [
            adapter.poolmanager.connection_pool_kw["ssl_context"],
            adapter.proxy_manager_for("http://proxy.example:3128").connection_pool_kw["ssl_context"],
        ]
    assert [type(context) for context in contexts] == [truststore.SSLContext] * 2


def test_the_way_of_logging_in_is_asked_for_once(world: ExchangeWorld) -> None:
    provider = world.connect(login=Login.AUTO)
    item = world.deliver(the(FolderRole.INBOX, provider), mail(1))
    assert [one.item_id for one in provider.fetch_messages([item])] == [item]


def test_a_url_without_exchange_behind_it_is_told(world: ExchangeWorld) -> None:
    settings = world.settings(login=Login.AUTO, service_endpoint=world.sandbox.url + "/elsewhere")
    mailbox = connect(settings, Retry(HASTY, world.slept.append, lambda: 0.0))
    with pytest.raises(MailboxUnavailable):
        mailbox.folders()
    mailbox.close()


def test_a_wrong_password_is_told_at_once(world: ExchangeWorld) -> None:
    mailbox = world.connect(password="wrong")
    with pytest.raises(MailboxRefused) as caught:
        mailbox.folders()
    assert (caught.value.state, world.slept) == ("auth_expired", [])


def test_an_unreachable_server_is_a_clear_sentence() -> None:
    settings = ExchangeSettings("a@b.example", "a", "secret", service_endpoint="http://127.0.0.1:9/", login=Login.BASIC)
    slept: list[float] = []
    mailbox = connect(settings, Retry(sleep=slept.append, clock=lambda: 0.0))
    with pytest.raises(MailboxUnavailable) as caught:
        mailbox.folders()
    assert caught.value.detail.partition(":")[0] == "Failed to establish a new connection"
    assert slept == [1, 2, 4, 8, 16]
    mailbox.close()


def test_settings_never_show_the_password() -> None:
    assert "secret" not in repr(ExchangeSettings("a@b.example", "a", "secret"))


def test_endpoint_is_made_from_the_host_name() -> None:
    by_name = ExchangeSettings("a@b.example", "a", "secret", server="mail.example")
    assert by_name.endpoint == "https://mail.example/EWS/Exchange.asmx"
    assert ExchangeSettings("a@b.example", "a", "secret").endpoint == ""


def test_autodiscover_keeps_what_it_learnt_in_memory() -> None:
    cache, key = AutodiscoverCache(), ("engines.example", None)
    protocol = new_account(
        ExchangeSettings("a@b.example", "a", "secret", server="mail.example", login=Login.BASIC)
    ).protocol
    others = set(cache._storage_file.parent.glob(f"{cache._storage_file.name}*"))
    cache[key] = protocol
    assert key in AutodiscoverCache()
    assert set(cache._storage_file.parent.glob(f"{cache._storage_file.name}*")) <= others
    del cache[key]
    assert key not in AutodiscoverCache()


def test_requests_say_what_they_are(world: ExchangeWorld) -> None:
    with new_account(world.settings()).protocol.raw_session(world.sandbox.url) as session:
        assert session.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert session.headers["User-Agent"] == "regarding-crm"


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(MailboxNotFound):
        connect(ExchangeSettings("ada", "ada", "secret", server="mail.example"))


@pytest.mark.parametrize("url", ["mail.example/EWS", "ftp://mail.example/EWS", "http://:-1/"])
def test_a_url_that_is_none_is_told(url: str) -> None:
    mailbox = connect(ExchangeSettings("a@b.example", "a", "secret", service_endpoint=url, login=Login.BASIC))
    with pytest.raises(MailboxNotFound):
        mailbox.folders()
