"""Connecting with tokens, for a service, and to mailboxes of others: against an Exchange and its sign-in server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mail_sync.providers.exchange.tokens import DeviceSignIn, forget_tokens
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme
from store.engine import open_store
from store.schema.people import Mailbox, MailboxRight, User
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check

ADA, BERT, SHARED = "ada@alpine.example", "bert@alpine.example", "support@alpine.example"
SERVICE, PUBLIC, SECRET = "service-app", "public-app", "app secret"


@pytest.fixture
def model() -> Model:
    made = Model()
    for address in (ADA, BERT, SHARED):
        made.add_mailbox(address, address)
    return made


@pytest.fixture
def online(model: Model) -> Iterator[Sandbox]:
    """An Exchange that takes tokens only."""
    with serve(model, hosts=["outlook.example"], schemes=[Scheme.BEARER]) as running:
        running.authority.register(SERVICE, SECRET)
        running.authority.register(PUBLIC)
        yield running
    forget_tokens()


@pytest.fixture
def on_premises(model: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("REGARDING_SECRET_ADA_ALPINE_EXAMPLE", "demo")
    with serve(model, schemes=[Scheme.NTLM, Scheme.BASIC]) as running:
        yield running


def way(sandbox: Sandbox, tmp_path: Path) -> tuple[object, ...]:
    """The options that lead to the sandbox."""
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(sandbox.ca_pem)
    return ("--server", sandbox.url, "--authority", sandbox.base, "--ca-bundle", bundle)


def device(sandbox: Sandbox, tmp_path: Path) -> tuple[object, ...]:
    return (*way(sandbox, tmp_path), "--login", "device", "--client-id", PUBLIC)


def service(sandbox: Sandbox, tmp_path: Path) -> tuple[object, ...]:
    return (*way(sandbox, tmp_path), "--login", "application", "--client-id", SERVICE, "--tenant", "alpine.example")


@pytest.fixture
def entered(online: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada enters every code that is shown while the device waits."""

    def enter(_: float) -> None:
        for waiting in online.authority._devices.values():
            waiting.user = ADA

    monkeypatch.setattr(DeviceSignIn.finish, "__defaults__", (enter,))


def stored(tmp_path: Path) -> dict[str, Any]:
    store = open_store(str(tmp_path / "store.db"))
    with store.read() as tx:
        rights = select(User.email).join(MailboxRight, MailboxRight.user_id == User.id).order_by(User.email)
        owner = select(User.email, User.active).join(Mailbox, Mailbox.owner_id == User.id)
        found = {
            "settings": tx.execute(select(Mailbox.settings)).scalar_one(),
            "readers": list(tx.execute(rights).scalars()),
            "owner": tuple(tx.execute(owner).one()),
        }
    store.close()
    return found


def test_a_person_enters_a_code_and_the_sign_in_is_kept_in_a_file(
    regarding: Run, online: Sandbox, tmp_path: Path, entered: None
) -> None:
    kept = tmp_path / "kept" / "token"
    ran = regarding("connect", ADA, *device(online, tmp_path), "--token-file", kept, "--json")
    assert ran.code == 0, ran
    check("connect", ran.json)
    assert ran.json["password_kept"]
    assert kept.stat().st_mode & 0o77 == 0
    assert re.fullmatch(
        r"Open https://\S+/deviceauth in a browser, on any device, and enter the code\n"
        r"  [A-Z0-9]{9}\n"
        rf"then sign in as {ADA}\. Waiting \.\.\.\n",
        ran.err,
    )
    assert kept.read_text("ascii").strip() not in ran.out + ran.err + str(stored(tmp_path))
    forget_tokens()
    assert regarding("sync", "--json").code == 0
    assert regarding("connect", ADA, *device(online, tmp_path), "--token-file", kept).err == ""


def test_a_sign_in_that_nothing_can_keep_says_so(
    regarding: Run, online: Sandbox, tmp_path: Path, entered: None
) -> None:
    lines = regarding("connect", ADA, *device(online, tmp_path)).out.splitlines()
    assert lines[-2] == (
        "No keyring took the sign-in, so it ends with this command; run it again with --token-file PATH."
    )
    forget_tokens()
    ran = regarding("sync")
    assert (ran.code, ran.out) == (
        1,
        f'{ADA}: The sign-in to this mailbox has ended; run "regarding connect" and sign in again (nobody has signed '
        "in).\n",
    )


def test_a_token_file_that_others_can_read_is_not_used(regarding: Run, online: Sandbox, tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text("secret", "ascii")
    kept.chmod(0o644)
    ran = regarding("connect", ADA, *device(online, tmp_path), "--token-file", kept)
    assert (ran.code, ran.err) == (1, f"regarding: Others can read the token file {kept}; run `chmod 600 {kept}`.\n")


def test_a_service_opens_mailboxes_with_its_secret(
    regarding: Run, online: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_SERVICE_APP", SECRET)
    ran = regarding("connect", BERT, *service(online, tmp_path), "--secret-expires", "2027-01-31", "--json")
    check("connect", ran.json)
    assert SECRET not in ran.out + ran.err
    assert (ran.json["settings"]["secret_expires"], ran.json["password_kept"]) == ("2027-01-31", True)
    assert regarding("sync").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--login", "device"), "Login device needs --client-id: an administrator registers the application."),
        (
            ("--login", "application", "--client-id", "x"),
            "Login application needs --tenant: a service signs in to one organisation.",
        ),
        (
            ("--login", "device", "--client-id", "x", "--authority", "http://login.example"),
            "--authority must begin with https://, since secrets are sent there.",
        ),
    ],
)
def test_what_is_missing_for_tokens_is_named(regarding: Run, words: tuple[str, ...], said: str) -> None:
    ran = regarding("connect", ADA, *words)
    assert (ran.code, ran.err) == (1, f"regarding: {said}\n")


def test_blocked_ews_is_explained_with_the_commands_that_allow_it(
    regarding: Run, online: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_SERVICE_APP", SECRET)
    online.faults.set(FaultKind.EWS_BLOCKED, operation="GetFolder")
    ran = regarding("connect", BERT, *service(online, tmp_path))
    lines = ran.err.splitlines()
    assert (ran.code, lines[2:6]) == (
        1,
        [
            "  Get-OrganizationConfig | Format-List Ews*",
            "  Set-OrganizationConfig -EwsEnabled $true",
            f'  Set-OrganizationConfig -EwsAllowedAppIDs "OTHER-IDS,{SERVICE}"',
            f"  Set-CASMailbox -Identity {BERT} -EwsEnabled $true",
        ],
    )
    assert lines[-1] == (
        "regarding: This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, "
        "EWSAllowedAppIDs) (HTTP 403)."
    )
    assert [line for line in lines[:-1] if len(line) > 80] == []


def test_a_password_for_exchange_online_says_what_to_do(
    regarding: Run, online: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_ADA_ALPINE_EXAMPLE", "demo")
    ran = regarding("connect", ADA, *way(online, tmp_path))
    assert (ran.code, ran.err) == (
        1,
        'regarding: This server takes no passwords; run "regarding connect" with --login device.\n',
    )


def test_a_shared_mailbox_is_opened_by_a_person_and_seen_by_its_readers(
    regarding: Run, on_premises: Sandbox, model: Model, tmp_path: Path
) -> None:
    model.mailbox(SHARED).readers.add(ADA)
    ran = regarding("connect", SHARED, "--as", ADA, "--server", on_premises.url, "--share-with", BERT, "--json")
    assert ran.code == 0, ran
    check("connect", ran.json)
    assert (ran.json["settings"]["as"], ran.json["settings"]["found"]["login"]) == (ADA, "ntlm")
    assert stored(tmp_path) | {"settings": {}} == {
        "settings": {},
        "readers": [ADA, BERT],
        "owner": (SHARED, False),
    }
    assert regarding("sync").code == 0


def test_a_shared_mailbox_without_rights_is_refused(regarding: Run, on_premises: Sandbox) -> None:
    ran = regarding("connect", SHARED, "--as", ADA, "--server", on_premises.url)
    assert ran.code == 1
    assert ran.err.startswith(
        "regarding: This user may not read that mailbox or folder; ask its owner for access (ErrorAccessDenied"
    )


def test_folders_are_shown_and_absent_ones_named(regarding: Run, on_premises: Sandbox) -> None:
    ran = regarding("connect", ADA, "--server", on_premises.url, "--folder", "Inbox", "--folder", "Customers")
    lines = ran.out.splitlines()
    assert ("  Inbox" in lines, lines[-2]) == (True, "There is no folder Customers; it is read when there is one.")


def test_an_expired_token_is_renewed_in_the_middle_of_a_sync(
    regarding: Run, online: Sandbox, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_SERVICE_APP", SECRET)
    assert regarding("connect", BERT, *service(online, tmp_path)).code == 0
    model.clock.offset += timedelta(hours=2)
    assert regarding("sync").code == 0
