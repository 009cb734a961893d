"""Signing in with tokens, against an authorization server and an Exchange that takes nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mail_sync.errors import (
    ApplicationUnknown,
    ConsentMissing,
    MailboxUnavailable,
    SecretExpired,
    SignInEnded,
    SyncError,
    Throttled,
    TokenNeeded,
    UntrustedServer,
)
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import Access, ExchangeSettings, Login, TokenSource
from mail_sync.providers.exchange.tokens import (
    Application,
    ApplicationTokens,
    DeviceSignIn,
    PersonTokens,
    application_tokens,
    forget_tokens,
    person_tokens,
    refusal,
)
from mail_sync.providers.retry import Retry
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme

ADA, BERT = "ada@alpine.example", "bert@alpine.example"
SERVICE, PUBLIC, SECRET = "service-app", "public-app", "app secret"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    model = Model()
    for address in (ADA, BERT):
        model.add_mailbox(address, address)
    with serve(model, hosts=["outlook.example"], schemes=[Scheme.BEARER]) as running:
        running.authority.register(SERVICE, SECRET)
        running.authority.register(PUBLIC)
        yield running
        forget_tokens()


@pytest.fixture
def bundle(sandbox: Sandbox, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(sandbox.ca_pem)
    return str(path)


@pytest.fixture
def public(sandbox: Sandbox, bundle: str) -> Application:
    return Application(PUBLIC, authority=sandbox.base, verify=bundle)


@pytest.fixture
def service(sandbox: Sandbox, bundle: str) -> Application:
    return Application(SERVICE, "tenant", authority=sandbox.base, secret=SECRET, verify=bundle)


@pytest.fixture
def opened() -> Iterator[list[ExchangeMailbox]]:
    mailboxes: list[ExchangeMailbox] = []
    yield mailboxes
    for mailbox in mailboxes:
        mailbox.close()


def signed_in(sandbox: Sandbox, application: Application, user: str = ADA) -> str:
    """The refresh token of somebody who enters the code while the device waits."""
    device = DeviceSignIn(application)

    def enter(seconds: float) -> None:
        sandbox.model.clock.offset += timedelta(seconds=seconds)
        sandbox.authority.approve(device.shown.code, user)

    return device.finish(enter)


def mailbox(
    sandbox: Sandbox, tokens: TokenSource, opened: list[ExchangeMailbox], address: str = ADA, **changes: object
) -> ExchangeMailbox:
    settings = ExchangeSettings(
        address, "", "", service_endpoint=sandbox.url, login=Login.DEVICE, tokens=tokens, verify=_bundle(tokens)
    )
    made = connect(replace(settings, **changes), Retry(sleep=lambda _: None))  # type: ignore[arg-type]
    opened.append(made)
    return made


def _bundle(tokens: TokenSource) -> bool | str:
    assert isinstance(tokens, (ApplicationTokens, PersonTokens))
    return tokens.application.verify


class Kept:
    """Where a refresh token is kept."""

    def __init__(self, token: str = "") -> None:
        self.tokens = [token]

    def read(self) -> str:
        return self.tokens[-1]

    def write(self, token: str) -> None:
        self.tokens.append(token)


def person(sandbox: Sandbox, application: Application, kept: Kept | None = None) -> PersonTokens:
    kept = kept or Kept(signed_in(sandbox, application))
    return PersonTokens(application, kept.read, kept.write)


def asked(sandbox: Sandbox) -> int:
    return sandbox.counts["Token"]


def test_a_person_who_entered_the_code_reads_the_own_mailbox(
    sandbox: Sandbox, public: Application, opened: list[ExchangeMailbox]
) -> None:
    assert mailbox(sandbox, person(sandbox, public), opened).folders()


def test_a_code_that_nobody_enters_runs_out(sandbox: Sandbox, public: Application) -> None:
    sandbox.authority.device_lifetime = timedelta(seconds=20)
    device = DeviceSignIn(public)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        sandbox.model.clock.offset += timedelta(seconds=seconds - (len(waited) == 2))

    with pytest.raises(SignInEnded) as caught:
        device.finish(wait)
    assert waited == [5.0, 5.0, 10.0]
    assert caught.value.sentence == (
        'The sign-in to this mailbox has ended; run "regarding connect" and sign in again (nobody entered the code '
        "in time)."
    )


def test_a_person_who_says_no_is_not_signed_in(sandbox: Sandbox, public: Application) -> None:
    device = DeviceSignIn(public)
    with pytest.raises(SignInEnded):
        device.finish(lambda _: sandbox.authority.deny(device.shown.code))


def test_every_renewed_refresh_token_is_kept(sandbox: Sandbox, public: Application) -> None:
    kept = Kept(signed_in(sandbox, public))
    tokens = person(sandbox, public, kept)
    first = tokens.token()
    assert (tokens.token(), tokens.token(refused="another")) == (first, first)
    assert len(kept.tokens) == 2
    assert PersonTokens(public, kept.read, kept.write).token() not in ("", first)


def test_a_token_is_renewed_before_it_ends(sandbox: Sandbox, public: Application) -> None:
    now = [1000.0]
    kept = Kept(signed_in(sandbox, public))
    tokens = PersonTokens(public, kept.read, kept.write, clock=lambda: now[0])
    first = tokens.token()
    now[0] += 3600 - 301
    assert tokens.token() == first
    now[0] += 2
    assert tokens.token() != first


def test_a_token_that_ended_meanwhile_is_renewed_once(
    sandbox: Sandbox, public: Application, opened: list[ExchangeMailbox]
) -> None:
    provider = mailbox(sandbox, person(sandbox, public), opened)
    provider.folders()
    sandbox.model.clock.offset += timedelta(hours=2)
    before = asked(sandbox)
    assert provider.folders()
    assert asked(sandbox) - before == 1


def test_a_revoked_sign_in_ends_and_says_so(
    sandbox: Sandbox, public: Application, opened: list[ExchangeMailbox]
) -> None:
    provider = mailbox(sandbox, person(sandbox, public), opened)
    provider.folders()
    sandbox.authority.revoke(ADA)
    with pytest.raises(SignInEnded) as caught:
        provider.folders()
    assert caught.value.state == "auth_expired"


def test_a_server_that_refuses_every_token_ends_the_sign_in(
    sandbox: Sandbox, public: Application, opened: list[ExchangeMailbox]
) -> None:
    provider = mailbox(sandbox, person(sandbox, public), opened)
    sandbox.faults.set(FaultKind.CHALLENGE, operation="GetFolder")
    before = asked(sandbox)
    with pytest.raises(SignInEnded):
        provider.folders()
    assert asked(sandbox) - before == 2


def test_who_signed_in_again_elsewhere_is_signed_in_here(sandbox: Sandbox, public: Application) -> None:
    kept = Kept(signed_in(sandbox, public))
    tokens = person(sandbox, public, kept)
    old = tokens.token()
    sandbox.authority.revoke(ADA)
    kept.write(signed_in(sandbox, public))
    assert tokens.token(refused=old) != old


def test_nobody_who_never_signed_in_gets_a_token(sandbox: Sandbox, public: Application) -> None:
    with pytest.raises(SignInEnded, match="nobody has signed in"):
        person(sandbox, public, Kept()).token()


def test_a_service_opens_every_mailbox_with_one_token(
    sandbox: Sandbox, service: Application, opened: list[ExchangeMailbox]
) -> None:
    assert application_tokens(service) is application_tokens(replace(service))
    for address in (ADA, BERT):
        tokens = application_tokens(service)
        assert mailbox(sandbox, tokens, opened, address, access=Access.IMPERSONATION, login=Login.APPLICATION).folders()
    assert asked(sandbox) == 1


def test_a_service_renews_a_token_that_is_refused(
    sandbox: Sandbox, service: Application, opened: list[ExchangeMailbox]
) -> None:
    provider = mailbox(sandbox, ApplicationTokens(service), opened, access=Access.IMPERSONATION)
    provider.folders()
    sandbox.model.clock.offset += timedelta(hours=2)
    assert provider.folders()
    assert asked(sandbox) == 2


def test_mailboxes_of_one_person_share_their_tokens(public: Application) -> None:
    kept = Kept()
    first = person_tokens(public, ADA, kept.read, kept.write)
    assert person_tokens(public, ADA, kept.read, kept.write) is first
    assert person_tokens(public, BERT, kept.read, kept.write) is not first
    forget_tokens()


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"secret": "wrong"}, SecretExpired), ({"client_id": "unknown"}, ApplicationUnknown)],
)
def test_what_is_wrong_with_an_application_is_named(
    service: Application, changes: dict[str, str], error: type[SyncError]
) -> None:
    with pytest.raises(error):
        ApplicationTokens(replace(service, **changes)).token()


def test_an_expired_secret_and_missing_consent_are_named(sandbox: Sandbox, service: Application) -> None:
    registered = sandbox.authority.register(SERVICE, SECRET, acts_for_all=False)
    with pytest.raises(ConsentMissing):
        ApplicationTokens(service).token()
    registered.secret_expired = True
    with pytest.raises(SecretExpired):
        ApplicationTokens(service).token()


def test_a_busy_sign_in_server_is_waited_for(sandbox: Sandbox, service: Application) -> None:
    sandbox.faults.set(FaultKind.HTTP_STATUS, 503, operation="Token", times=1, retry_after=60)
    with pytest.raises(Throttled) as caught:
        ApplicationTokens(service).token()
    assert caught.value.retry_after == timedelta(seconds=60)


def test_a_sign_in_server_that_is_not_there_is_tried_again_later(service: Application) -> None:
    with pytest.raises(MailboxUnavailable):
        ApplicationTokens(replace(service, authority="https://127.0.0.1:9")).token()


def test_a_sign_in_server_of_an_unknown_authority_is_not_trusted(service: Application) -> None:
    with pytest.raises(UntrustedServer):
        ApplicationTokens(replace(service, verify=True)).token()


def test_a_password_for_a_server_that_takes_tokens_says_what_to_do(
    sandbox: Sandbox, bundle: str, opened: list[ExchangeMailbox]
) -> None:
    opened.append(connect(ExchangeSettings(ADA, ADA, "demo", service_endpoint=sandbox.url, verify=bundle)))
    with pytest.raises(TokenNeeded) as caught:
        opened[0].folders()
    assert caught.value.sentence == 'This server takes no passwords; run "regarding connect" with --login device.'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": "interaction_required", "error_codes": [50076]}, SignInEnded),
        ({"error": "temporarily_unavailable"}, MailboxUnavailable),
        ({"error": "consent_required"}, ConsentMissing),
        ({"error": "unauthorized_client"}, ApplicationUnknown),
        ({}, SignInEnded),
    ],
)
def test_refusals_of_the_token_endpoint_have_a_meaning(answer: dict[str, object], error: type[SyncError]) -> None:
    assert type(refusal(answer)) is error


def test_secrets_are_not_shown(service: Application) -> None:
    assert SECRET not in repr(service)
