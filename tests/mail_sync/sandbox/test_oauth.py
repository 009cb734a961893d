"""Tokens: how an application gets them, and what EWS says to good, old and revoked ones."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from exchangelib import DELEGATE, IMPERSONATION, OAUTH2, Account, Configuration, FailFast, Identity, OAuth2Credentials
from exchangelib import OAuth2AuthorizationCodeCredentials as CodeCredentials
from exchangelib.errors import EWSError, UnauthorizedError
from exchangelib.protocol import close_connections

from mail_sync.sandbox.autodiscover import EWS_PATH
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme
from mail_sync.sandbox.signin.oauth import DEVICE_GRANT
from tests.mail_sync.sandbox.builders import ANNA, synthetic

APP, SECRET, PUBLIC = "6f8f2c1e-app", "app-secret", "6f8f2c1e-public"
READ = ["Order 2", "Order 1", "Order 0"]


@pytest.fixture
def model() -> Model:
    return synthetic(3)


@pytest.fixture
def sandbox(model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    with serve(model, hosts=["outlook.example"], schemes=[Scheme.BEARER]) as running:
        running.authority.register(APP, SECRET)
        running.authority.register(PUBLIC)
        trusted = tmp_path / "ca.pem"
        trusted.write_bytes(running.ca_pem)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield running
        close_connections()


def application(sandbox: Sandbox, secret: str = SECRET, access_type: str = IMPERSONATION) -> Account:
    """An account that an application opens with its own token."""

    class Credentials(OAuth2Credentials):  # type: ignore[misc]
        token_url = sandbox.token_url

    credentials = Credentials(
        client_id=APP, client_secret=secret, tenant_id="t", identity=Identity(primary_smtp_address=ANNA)
    )
    if access_type == DELEGATE:
        credentials.identity = None
    return account(sandbox, credentials, access_type)


def user(sandbox: Sandbox, token: dict[str, Any]) -> Account:
    """An account that a user's token opens."""
    return account(sandbox, CodeCredentials(access_token=token), DELEGATE)


def account(sandbox: Sandbox, credentials: object, access_type: str) -> Account:
    configuration = Configuration(
        service_endpoint=sandbox.url, credentials=credentials, auth_type=OAUTH2, retry_policy=FailFast()
    )
    return Account(ANNA, config=configuration, autodiscover=False, access_type=access_type)


def subjects(account: Account) -> list[str]:
    return [item.subject for item in account.inbox.all().only("subject")]


def post(sandbox: Sandbox, endpoint: str = "token", **form: str) -> tuple[int, dict[str, Any]]:
    reply = requests.post(f"{sandbox.base}/common/oauth2/v2.0/{endpoint}", data=form, timeout=10)
    answer: dict[str, Any] = reply.json()
    return reply.status_code, answer


def by_password(sandbox: Sandbox) -> dict[str, Any]:
    return post(sandbox, grant_type="password", client_id=PUBLIC, username=ANNA, password="demo")[1]


def test_application_reads_a_mailbox_it_impersonates(sandbox: Sandbox) -> None:
    assert subjects(application(sandbox)) == READ


def test_application_must_impersonate(sandbox: Sandbox) -> None:
    with pytest.raises(EWSError) as caught:
        subjects(application(sandbox, access_type=DELEGATE))
    assert "ExchangeImpersonation SOAP header must be present" in str(caught.value)


def test_wrong_secret_gets_no_token(sandbox: Sandbox) -> None:
    with pytest.raises(Exception, match="AADSTS7000215"):
        subjects(application(sandbox, secret="wrong"))


def test_expired_secret_gets_no_token(sandbox: Sandbox) -> None:
    sandbox.authority.register(APP, SECRET).secret_expired = True
    with pytest.raises(Exception, match="AADSTS7000222"):
        subjects(application(sandbox))


def test_missing_consent_gets_no_token(sandbox: Sandbox) -> None:
    sandbox.authority.register(APP, SECRET, acts_for_all=False)
    with pytest.raises(Exception, match="AADSTS65001"):
        subjects(application(sandbox))


def test_unknown_application_gets_no_token(sandbox: Sandbox) -> None:
    status, answer = post(sandbox, grant_type="client_credentials", client_id="x", client_secret="y")
    assert (status, answer["error"], answer["error_codes"]) == (400, "unauthorized_client", [700016])


def test_unknown_grant_is_refused(sandbox: Sandbox) -> None:
    assert post(sandbox, grant_type="magic", client_id=APP)[1]["error"] == "unsupported_grant_type"


def bearer(sandbox: Sandbox, token: str) -> requests.Response:
    return requests.post(
        f"{sandbox.base}{EWS_PATH}", data=b"<x/>", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )


def test_expired_token_is_refused_as_exchange_online_does(sandbox: Sandbox, model: Model) -> None:
    token = by_password(sandbox)["access_token"]
    assert bearer(sandbox, token).status_code == 500  # it came in: the request itself is no SOAP
    model.clock.offset = timedelta(hours=2)
    reply = bearer(sandbox, token)
    assert (reply.status_code, reply.headers["x-ms-diagnostics"]) == (
        401,
        '2000001;reason="The token has expired.";error_category="token_expired"',
    )
    assert reply.headers["WWW-Authenticate"].startswith('Bearer client_id="00000002-0000-0ff1-ce00-000000000000"')
    assert reply.headers["WWW-Authenticate"].endswith('error="invalid_token"')


def test_made_up_token_is_refused(sandbox: Sandbox) -> None:
    assert bearer(sandbox, "made.up.token").status_code == 401


def test_user_token_opens_the_users_mailbox(sandbox: Sandbox) -> None:
    assert subjects(user(sandbox, by_password(sandbox))) == READ


def test_revoked_token_ends_a_running_client(sandbox: Sandbox) -> None:
    opened = user(sandbox, by_password(sandbox))
    assert subjects(opened) == READ
    assert sandbox.authority.revoke(ANNA) == 1
    with pytest.raises(UnauthorizedError):
        subjects(opened)


def refresh(sandbox: Sandbox, token: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return post(sandbox, grant_type="refresh_token", client_id=PUBLIC, refresh_token=token["refresh_token"])


def test_refresh_token_gives_new_tokens(sandbox: Sandbox, model: Model) -> None:
    first = by_password(sandbox)
    model.clock.offset = timedelta(hours=2)
    status, second = refresh(sandbox, first)
    assert (status, bearer(sandbox, first["access_token"]).status_code) == (200, 401)
    assert bearer(sandbox, second["access_token"]).status_code == 500
    assert refresh(sandbox, second)[0] == 200


def test_refresh_token_ends_with_the_password_with_revocation_and_with_time(sandbox: Sandbox, model: Model) -> None:
    token = by_password(sandbox)
    model.mailbox(ANNA).password = "changed"
    assert refresh(sandbox, token)[1]["error_codes"] == [50173]
    model.mailbox(ANNA).password = "demo"
    model.clock.offset = timedelta(days=91)
    assert refresh(sandbox, token)[1]["error_codes"] == [700082]
    sandbox.authority.revoke(ANNA)
    status, answer = refresh(sandbox, token)
    assert (status, answer["error"]) == (400, "invalid_grant")


def test_wrong_user_password_gets_no_token(sandbox: Sandbox) -> None:
    for name, password, number in ((ANNA, "wrong", 50126), ("x@y.example", "demo", 50034)):
        answer = post(sandbox, grant_type="password", client_id=PUBLIC, username=name, password=password)[1]
        assert (answer["error"], answer["error_codes"]) == ("invalid_grant", [number])


def test_faults_strike_the_token_endpoint(sandbox: Sandbox) -> None:
    sandbox.faults.set(FaultKind.TOKEN_ERROR, "interaction_required", target=ANNA, times=1)
    assert by_password(sandbox)["error"] == "interaction_required"
    sandbox.faults.set(FaultKind.HTTP_STATUS, 503, operation="Token", times=1, retry_after=60)
    reply = requests.post(sandbox.token_url, data={"grant_type": "password"}, timeout=10)
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert by_password(sandbox)["token_type"] == "Bearer"


def poll(sandbox: Sandbox, device: dict[str, Any]) -> dict[str, Any]:
    return post(sandbox, grant_type=DEVICE_GRANT, client_id=PUBLIC, device_code=device["device_code"])[1]


def begin(sandbox: Sandbox) -> dict[str, Any]:
    return post(sandbox, "devicecode", client_id=PUBLIC, scope="offline_access")[1]


def test_device_waits_for_its_user(sandbox: Sandbox, model: Model) -> None:
    device = begin(sandbox)
    assert (device["interval"], device["expires_in"], len(device["user_code"])) == (5, 900, 9)
    assert poll(sandbox, device)["error"] == "authorization_pending"
    assert poll(sandbox, device)["error"] == "slow_down"
    model.clock.offset = timedelta(seconds=11)
    assert poll(sandbox, device)["error"] == "authorization_pending"
    sandbox.authority.approve(device["user_code"].lower(), ANNA)
    assert subjects(user(sandbox, poll(sandbox, device))) == READ
    assert poll(sandbox, device)["error"] == "bad_verification_code"


def test_device_code_expires(sandbox: Sandbox, model: Model) -> None:
    device = begin(sandbox)
    model.clock.offset = timedelta(minutes=16)
    assert poll(sandbox, device)["error"] == "expired_token"


@pytest.mark.parametrize("word", ["authorization_declined", "access_denied"])
def test_denied_device_is_told_so(sandbox: Sandbox, word: str) -> None:
    sandbox.authority.declined = word
    device = begin(sandbox)
    sandbox.authority.deny(device["user_code"])
    assert poll(sandbox, device)["error"] == word


def test_unknown_application_gets_no_device_code(sandbox: Sandbox) -> None:
    assert post(sandbox, "devicecode", client_id="x")[1]["error"] == "unauthorized_client"


def test_browser_comes_back_with_a_code_that_works_once(sandbox: Sandbox) -> None:
    verifier = "v" * 43
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": PUBLIC, "redirect_uri": "http://localhost:1/back", "state": "s", "login_hint": ANNA,
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    authorize = f"{sandbox.base}/common/oauth2/v2.0/authorize"
    reply = requests.get(authorize, params=query, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(reply.headers["Location"]).query)
    form = {"grant_type": "authorization_code", "client_id": PUBLIC, "code": back["code"][0], "code_verifier": verifier}
    status, token = post(sandbox, **form)
    assert (reply.status_code, back["state"], status) == (302, ["s"], 200)
    assert subjects(user(sandbox, token)) == READ
    assert post(sandbox, **form)[1]["error_codes"] == [70008]
    unknown = requests.get(authorize, params=query | {"login_hint": "x@y.example"}, allow_redirects=False, timeout=10)
    assert unknown.status_code == 403


def test_metadata_names_the_endpoints(sandbox: Sandbox) -> None:
    metadata = requests.get(f"{sandbox.base}/common/v2.0/.well-known/openid-configuration", timeout=10).json()
    assert metadata["token_endpoint"] == sandbox.token_url
