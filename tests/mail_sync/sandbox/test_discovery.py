"""Autodiscover and EWS over TLS: exchangelib finds a mailbox by its address alone, and reads it."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.resolver
import pytest
import requests
from exchangelib import BASIC, DELEGATE, NTLM, Account, Configuration, Credentials, FailFast
from exchangelib.autodiscover import Autodiscovery, clear_cache
from exchangelib.errors import AutoDiscoverFailed, ErrorNonExistentMailbox, UnauthorizedError
from exchangelib.protocol import close_connections
from urllib3.util import connection

from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme
from tests.mail_sync.sandbox.builders import ANNA, synthetic

DOMAIN = "alpineskihouse.example"
SERVICE = f"autodiscover.{DOMAIN}"
MAIL = f"mail.{DOMAIN}"
ELSEWHERE = "autodiscover.hosted.example"
PATH = "/autodiscover/autodiscover.svc"


@pytest.fixture
def model() -> Model:
    return synthetic(3)


@pytest.fixture
def sandbox(model: Model) -> Iterator[Sandbox]:
    with serve(model, hosts=[SERVICE, MAIL, ELSEWHERE], schemes=[Scheme.NTLM, Scheme.BASIC]) as running:
        running.discovery.hosts = {SERVICE, ELSEWHERE}
        running.discovery.ews_url = f"https://{MAIL}/EWS/Exchange.asmx"
        yield running


@pytest.fixture(autouse=True)
def network(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, int]]:
    """The names of the sandbox lead to its ports, all other names to nothing; its authority is trusted. The client's
    cache of discovered services is one of its own."""
    known = {SERVICE: 0, MAIL: 0, ELSEWHERE: 0}
    real = connection.create_connection

    def connect(address: tuple[str, int], *rest: object, **fields: object) -> socket.socket:
        name, port = address
        if name not in known:
            if name == sandbox.host:
                return real(address, *rest, **fields)  # type: ignore[arg-type]
            raise ConnectionRefusedError(name)
        return real((sandbox.host, sandbox.port if port == 443 else sandbox.plain_port), *rest, **fields)  # type: ignore[arg-type]

    def resolve(_: object, name: str, *__: object, **___: object) -> list[object]:
        if name.rstrip(".") not in known:
            raise dns.resolver.NXDOMAIN
        return []

    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(sandbox.ca_pem)
    monkeypatch.setattr(connection, "create_connection", connect)
    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    clear_cache()
    yield known
    clear_cache()
    close_connections()


def discover(address: str = ANNA, password: str = "demo") -> Account:
    return Account(address, credentials=Credentials(ANNA, password), autodiscover=True, access_type=DELEGATE)


def subjects(account: Account) -> list[str]:
    return [item.subject for item in account.inbox.all().only("subject")]


READ = ["Order 2", "Order 1", "Order 0"]


def test_address_is_enough_to_read_a_mailbox(sandbox: Sandbox) -> None:
    account = discover()
    assert (account.protocol.service_endpoint, account.protocol.auth_type) == (
        f"https://{MAIL}/EWS/Exchange.asmx",
        NTLM,
    )
    assert subjects(account) == READ


def test_settings_are_those_of_the_user(sandbox: Sandbox) -> None:
    found, _ = Autodiscovery(email=ANNA, credentials=Credentials(ANNA, "demo")).discover()
    assert (found.autodiscover_smtp_address, found.user_settings["user_display_name"]) == (ANNA, "Anna Hofer")
    assert found.version.api_version == "Exchange2016"


def test_redirect_to_another_address_is_followed(sandbox: Sandbox) -> None:
    old = f"old.name@{DOMAIN}"
    sandbox.discovery.redirect_addresses[old] = ANNA
    account = discover(old)
    assert (account.primary_smtp_address, subjects(account)) == (ANNA, READ)


def test_redirect_by_http_is_followed(sandbox: Sandbox, network: dict[str, int]) -> None:
    sandbox.discovery.hosts = {ELSEWHERE}
    sandbox.discovery.plain_redirect = f"https://{ELSEWHERE}{PATH}"
    assert subjects(discover()) == READ


def test_redirect_to_another_service_is_followed(sandbox: Sandbox) -> None:
    sandbox.discovery.redirect_urls[DOMAIN] = f"https://{ELSEWHERE}{PATH}"
    assert subjects(discover()) == READ
    question = _question(ANNA)
    body = requests.post(f"https://{SERVICE}{PATH}", data=question, auth=(ANNA, "demo"), timeout=10).text
    assert "<ErrorCode>RedirectUrl</ErrorCode>" in body
    assert f"<RedirectTarget>https://{ELSEWHERE}{PATH}</RedirectTarget>" in body


def _question(address: str) -> str:
    autodiscover = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="{autodiscover}"><s:Body>'
        f"<a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>{address}</a:Mailbox></a:User>"
        "</a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting></a:RequestedSettings></a:Request>"
        "</a:GetUserSettingsRequestMessage></s:Body></s:Envelope>"
    )


@pytest.mark.parametrize(
    ("address", "error"), [(f"nobody@{DOMAIN}", ErrorNonExistentMailbox), ("x@unknown.example", AutoDiscoverFailed)]
)
def test_unknown_user_or_domain_is_refused(network: dict[str, int], address: str, error: type[Exception]) -> None:
    network["autodiscover.unknown.example"] = 0
    with pytest.raises(error):
        discover(address)


def test_domain_the_service_does_not_hold_is_named_so(sandbox: Sandbox) -> None:
    reply = requests.post(
        f"https://{SERVICE}{PATH}", data=_question("x@unknown.example"), auth=(ANNA, "demo"), timeout=10
    )
    assert "<ErrorCode>InvalidDomain</ErrorCode>" in reply.text


def test_wrong_password_does_not_discover(sandbox: Sandbox) -> None:
    with pytest.raises((UnauthorizedError, AutoDiscoverFailed)):
        discover(password="wrong")


def test_ews_speaks_tls_on_loopback(sandbox: Sandbox) -> None:
    configuration = Configuration(
        service_endpoint=sandbox.url, credentials=Credentials(ANNA, "demo"), auth_type=BASIC, retry_policy=FailFast()
    )
    assert sandbox.url.startswith("https://127.0.0.1:")
    assert subjects(Account(ANNA, config=configuration, autodiscover=False, access_type=DELEGATE)) == READ


def test_untrusted_authority_is_not_talked_to(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(sandbox.url, timeout=10)


@pytest.mark.parametrize("ask", [requests.get, requests.post])
def test_plain_port_serves_no_mail(sandbox: Sandbox, ask: Callable[..., requests.Response]) -> None:
    reply = ask(f"http://{MAIL}/EWS/Exchange.asmx", auth=(ANNA, "demo"), timeout=10)
    assert reply.status_code == 403
