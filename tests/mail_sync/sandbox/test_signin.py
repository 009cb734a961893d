"""Basic, NTLM and bearer tokens, as exchangelib shows them, and what the server answers to the wrong ones."""

from __future__ import annotations

import http.client
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from exchangelib import BASIC, DELEGATE, NTLM, Account, Configuration, Credentials, FailFast
from exchangelib.errors import MalformedResponseError, TransportError, UnauthorizedError
from exchangelib.protocol import close_connections

from mail_sync.sandbox.autodiscover import EWS_PATH
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin import ntlm
from mail_sync.sandbox.signin.gate import Scheme
from mail_sync.sandbox.signin.md4 import md4
from tests.mail_sync.sandbox.builders import ANNA, synthetic


@pytest.fixture
def model() -> Model:
    return synthetic(3)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    close_connections()


def sign_in(sandbox: Sandbox, user: str = ANNA, password: str = "demo", auth_type: str | None = NTLM) -> Account:
    configuration = Configuration(
        service_endpoint=sandbox.url,
        credentials=Credentials(user, password),
        auth_type=auth_type,
        retry_policy=FailFast(),
        max_connections=1,
    )
    return Account(ANNA, config=configuration, autodiscover=False, access_type=DELEGATE)


def subjects(account: Account) -> list[str]:
    return [item.subject for item in account.inbox.all().only("subject")]


READ = ["Order 2", "Order 1", "Order 0"]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("message digest", "d9130a8164549fe818874806e1c7014b"),
        ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_md4_gives_the_digests_of_its_rfc(text: str, digest: str) -> None:
    assert md4(text.encode()).hex() == digest


def test_ntlmv2_proof_is_that_of_the_specification() -> None:
    """MS-NLMP 4.2.4: user "User", domain "Domain", password "Password"."""
    blob = bytes.fromhex(
        "01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c0053006500"
        "720076006500720000000000 00000000".replace(" ", "")
    )
    proof = bytes.fromhex("68cd0ab851e51c96aabc927bebef6a1c")
    answer = ntlm.Answer("User", "Domain", proof + blob)
    challenge = bytes.fromhex("0123456789abcdef")
    assert (answer.proves("Password", challenge), answer.proves("password", challenge)) == (True, False)


def test_ntlm_signs_a_connection_in(model: Model) -> None:
    with serve(model, schemes=[Scheme.NTLM]) as sandbox:
        assert subjects(sign_in(sandbox)) == READ


@pytest.mark.parametrize("user", ["ALPINE\\anna", "\\" + ANNA])
@pytest.mark.parametrize("auth_type", [NTLM, BASIC])
def test_domain_and_user_sign_in(model: Model, user: str, auth_type: str) -> None:
    with serve(model, schemes=[Scheme.NTLM, Scheme.BASIC]) as sandbox:
        assert subjects(sign_in(sandbox, user, auth_type=auth_type)) == READ


def test_ntlm_is_preferred_when_the_client_may_choose(model: Model) -> None:
    with serve(model, schemes=[Scheme.BASIC, Scheme.NTLM]) as sandbox:
        account = sign_in(sandbox, auth_type=None)
        assert (account.protocol.auth_type, subjects(account)) == (NTLM, READ)


def test_wrong_password_is_refused_by_ntlm(model: Model) -> None:
    with serve(model, schemes=[Scheme.NTLM]) as sandbox, pytest.raises(UnauthorizedError):
        subjects(sign_in(sandbox, password="wrong"))


def test_scheme_that_is_not_offered_opens_nothing(model: Model) -> None:
    with serve(model, schemes=[Scheme.NTLM]) as sandbox, pytest.raises(UnauthorizedError):
        subjects(sign_in(sandbox, auth_type=BASIC))


@pytest.mark.parametrize(("scheme", "auth_type"), [(Scheme.BASIC, BASIC), (Scheme.NTLM, NTLM)])
def test_changed_password_ends_what_was_signed_in(model: Model, scheme: Scheme, auth_type: str) -> None:
    with serve(model, schemes=[scheme]) as sandbox:
        account = sign_in(sandbox, auth_type=auth_type)
        assert subjects(account) == READ
        model.mailbox(ANNA).password = "changed"
        with pytest.raises(UnauthorizedError):
            subjects(account)
        close_connections()
        assert subjects(sign_in(sandbox, password="changed", auth_type=auth_type)) == READ


EMPTY = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x/></s:Body></s:Envelope>'


class Line:
    """A bare keep-alive connection."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.http = http.client.HTTPConnection(sandbox.host, sandbox.port)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, authorization: str = "") -> tuple[int, list[str]]:
        headers = {"Authorization": authorization} if authorization else {}
        self.http.request("POST", EWS_PATH, EMPTY, headers)
        reply = self.http.getresponse()
        reply.read()
        return reply.status, reply.headers.get_all("WWW-Authenticate") or []


def test_every_scheme_has_a_challenge_of_its_own(model: Model) -> None:
    with serve(model, schemes=list(Scheme)) as sandbox, Line(sandbox) as line:
        status, challenges = line.ask()
        assert (status, [challenge.split()[0] for challenge in challenges]) == (401, ["Basic", "NTLM", "Bearer"])


def test_ntlm_challenge_is_used_once(model: Model) -> None:
    message = ntlm.SIGNATURE + (1).to_bytes(4, "little") + bytes(24)
    negotiate = f"NTLM {b64encode(message).decode()}"
    with serve(model, schemes=[Scheme.NTLM]) as sandbox, Line(sandbox) as line:
        (status, [first]), (_, [second]) = line.ask(negotiate), line.ask(negotiate)
        assert status == 401
        challenges = [b64decode(one.removeprefix("NTLM "))[24:32] for one in (first, second)]
        assert challenges[0] != challenges[1]
        assert line.ask("NTLM nonsense") == (401, ["NTLM"])
        assert line.ask() == (401, ["NTLM"])


def test_challenge_of_a_fault_is_given_as_it_is(sandbox: Sandbox, anna: Mailbox) -> None:
    sandbox.faults.set(FaultKind.CHALLENGE, 'Bearer error="insufficient_claims"', operation="x", times=1)
    basic = f"Basic {b64encode(f'{ANNA}:demo'.encode()).decode()}"
    with Line(sandbox) as line:
        assert line.ask(basic) == (401, ['Bearer error="insufficient_claims"'])


def test_blocked_tenant_answers_without_a_body(sandbox: Sandbox) -> None:
    sandbox.faults.set(FaultKind.EWS_BLOCKED)
    with pytest.raises(MalformedResponseError) as caught:
        subjects(sign_in(sandbox, auth_type=BASIC))
    assert "Code: 403" in str(caught.value)


def test_moved_mailbox_redirects(sandbox: Sandbox) -> None:
    sandbox.faults.set(FaultKind.REDIRECT, "https://other.example/EWS/Exchange.asmx", operation="FindItem")
    with pytest.raises(TransportError):
        subjects(sign_in(sandbox, auth_type=BASIC))


@pytest.mark.parametrize("status", [429, 503])
def test_throttled_client_is_told_to_wait_for_an_hour(sandbox: Sandbox, status: int) -> None:
    sandbox.faults.set(FaultKind.HTTP_STATUS, status, retry_after=3600)
    basic = f"Basic {b64encode(f'{ANNA}:demo'.encode()).decode()}"
    with Line(sandbox) as line:
        line.http.request("POST", EWS_PATH, EMPTY, {"Authorization": basic})
        with line.http.getresponse() as reply:
            reply.read()
        assert (reply.status, reply.headers["Retry-After"]) == (status, "3600")


def test_servers_date_follows_its_clock(sandbox: Sandbox, model: Model) -> None:
    model.clock.offset = timedelta(days=400)
    with Line(sandbox) as line:
        line.http.request("POST", EWS_PATH, EMPTY)
        with line.http.getresponse() as reply:
            reply.read()
    said = parsedate_to_datetime(reply.headers["Date"])
    assert timedelta(days=399) < said - datetime.now(UTC) < timedelta(days=401)


def test_stop_leaves_no_threads(model: Model) -> None:
    before = set(threading.enumerate())
    with serve(model, schemes=[Scheme.NTLM], hosts=["mail.alpineskihouse.example"]) as sandbox:
        lines = [Line(sandbox) for _ in range(3)]
        for line in lines:
            line.http.connect()
    assert set(threading.enumerate()) - before == set()
    for line in lines:
        line.http.close()
