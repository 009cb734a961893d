"""The examination of set-ups that are sound, and of such that are not, against an embedded Exchange."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.doctor import server
from mail_sync.errors import EwsBlocked
from mail_sync.providers.exchange.tokens import forget_tokens
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme
from tests.assistant.commands.conftest import NOW, Ran, Run
from tests.assistant.commands.test_schemas import check

ADA, SHARED = "ada@alpine.example", "support@alpine.example"
SECRET = "REGARDING_SECRET_ADA_ALPINE_EXAMPLE"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    monkeypatch.setenv(SECRET, "demo")
    made = Model()
    made.add_mailbox(ADA, "Ada")
    made.add_mailbox(SHARED, "Support")
    return made


@pytest.fixture
def exchange(model: Model) -> Iterator[Sandbox]:
    """Its clock agrees with that of the commands."""
    with serve(model, schemes=[Scheme.NTLM, Scheme.BASIC]) as running:
        model.clock.offset += NOW - model.now()
        yield running


@pytest.fixture
def connected(regarding: Run, exchange: Sandbox) -> Run:
    assert regarding("connect", ADA, "--server", exchange.url).code == 0
    assert regarding("sync").code == 0
    return regarding


def found(ran: Ran, what: str = ADA) -> dict[str, tuple[str, str]]:
    """Level and sentence of each check of what is not as it should be."""
    findings = {each["what"]: each["findings"] for each in ran.json["examined"]}[what]
    return {each["check"]: (each["level"], each["sentence"]) for each in findings if each["level"] != "ok"}


def steps(ran: Ran, name: str, what: str = ADA) -> list[str]:
    findings = {each["what"]: each["findings"] for each in ran.json["examined"]}[what]
    return [step for each in findings if each["check"] == name for step in each["steps"]]


def test_sound_set_up_has_no_problem(connected: Run) -> None:
    ran = connected("doctor", "--json")
    check("doctor", ran.json)
    assert (ran.code, ran.json["problems"], found(ran)) == (0, 0, {})
    (mailbox,) = [each for each in ran.json["examined"] if each["what"] == ADA]
    assert [each["check"] for each in mailbox["findings"]] == [
        "last sync",
        "throttling",
        "outbox",
        "quarantine",
        "secret",
        "network",
        "clock",
        "sign-in",
        "rights",
        "send as",
        "listening",
    ]


def test_examination_fits_a_terminal_and_never_shows_a_secret(connected: Run) -> None:
    ran = connected("doctor")
    lines = ran.out.splitlines()
    assert [line for line in lines if len(line) > 80 and not line.strip().startswith((">", "store:"))] == []
    assert lines[0] == "This machine"
    assert "  ok      sign-in: The mailbox opens; it has" in ran.out
    assert "demo" not in ran.out


def test_store_that_was_never_backed_up_is_a_warning_until_it_is(connected: Run, tmp_path: Path) -> None:
    connected("account", "new", "Contoso")
    assert found(connected("doctor", "--json"), "store") == {
        "backup": ("warning", "This store was never backed up with Regarding."),
        "service": ("warning", "Nothing syncs in the background."),
    }
    assert connected("backup", tmp_path / "copy.db").code == 0
    assert "backup" not in found(connected("doctor", "--json"), "store")


def test_changed_password_is_a_problem_with_the_next_step(connected: Run, model: Model) -> None:
    model.mailbox(ADA).password = "changed"
    ran = connected("doctor", "--json")
    assert (ran.code, found(ran), steps(ran, "sign-in")) == (
        1,
        {
            "sign-in": (
                "problem",
                'The mail server did not accept the user name and password; run "regarding connect" to enter them '
                "again (HTTP 401).",
            )
        },
        [f"regarding connect {ADA}"],
    )


def test_missing_password_is_a_problem(connected: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET)
    ran = connected("doctor", "--json")
    assert (found(ran), steps(ran, "secret")) == (
        {"secret": ("problem", "The password is not found.")},
        [f"Set {SECRET}, or connect again."],
    )


def test_ews_that_a_server_of_ones_own_blocks_comes_with_its_commands(connected: Run, exchange: Sandbox) -> None:
    exchange.faults.set(FaultKind.EWS_BLOCKED)
    assert steps(connected("doctor", "--json"), "EWS") == [
        f"Get-CASMailbox -Identity {ADA} | Format-List Ews*",
        f"Set-CASMailbox -Identity {ADA} -EwsEnabled $true",
        "See the logs of the server and of the proxies before it.",
    ]


def test_ews_that_a_tenant_blocks_comes_with_the_commands_of_its_administrator() -> None:
    found = server.signed_in(EwsBlocked("HTTP 403"), 0, ADA, "app-id")
    assert found.steps == (
        "Get-OrganizationConfig | Format-List Ews*",
        "Set-OrganizationConfig -EwsEnabled $true",
        'Set-OrganizationConfig -EwsAllowedAppIDs "OTHER-IDS,app-id"',
        f"Set-CASMailbox -Identity {ADA} -EwsEnabled $true",
    )


def test_server_that_is_not_there_is_named(connected: Run, exchange: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connected("connect", ADA, "--server", "http://127.0.0.1:9/EWS/Exchange.asmx", "--no-check").code == 0
    assert list(found(connected("doctor", "--json"))) == ["network"]


def test_clock_that_is_wrong_is_a_problem(connected: Run, model: Model) -> None:
    model.clock.offset += timedelta(minutes=7)
    ran = connected("doctor", "--json")
    assert found(ran)["clock"] == ("problem", "This clock is 7 minutes behind the server's; sign-ins fail.")


def test_right_to_write_that_is_missing_is_named(regarding: Run, exchange: Sandbox, model: Model) -> None:
    shared = model.mailbox(SHARED)
    for folder in shared.folders.values():
        folder.permissions[ADA] = "Reviewer"
    assert regarding("connect", SHARED, "--as", ADA, "--server", exchange.url, "--folder", "Inbox").code == 0
    assert regarding("sync").code == 0
    ran = regarding("doctor", "--mailbox", SHARED, "--json")
    assert found(ran, SHARED)["rights"] == (
        "warning",
        "In Inbox nothing may be made, so what is new here stays here.",
    )
    assert steps(ran, "rights", SHARED) == [
        f'Add-MailboxFolderPermission "{SHARED}:\\{name}" -User WHO -AccessRights Editor'
        for name in ("Calendar", "Contacts", "Inbox")
    ]


def test_right_that_was_taken_away_is_a_problem(regarding: Run, exchange: Sandbox, model: Model) -> None:
    model.mailbox(SHARED).readers.add(ADA)
    assert regarding("connect", SHARED, "--as", ADA, "--server", exchange.url).code == 0
    assert regarding("sync").code == 0
    model.mailbox(SHARED).readers.clear()
    ran = regarding("sync", "--json")
    assert ran.json["mailboxes"][0]["error"].startswith(
        "The right to read this mailbox was taken away; what was read stays here, ask its owner for access"
    )
    told = found(regarding("doctor", "--json"), SHARED)
    assert (told["last sync"][0], told["rights"][0]) == ("problem", "problem")


def test_server_that_grants_no_subscription_is_polled(connected: Run, exchange: Sandbox) -> None:
    exchange.faults.set(FaultKind.MESSAGE_ERROR, "ErrorInvalidSubscriptionRequest", operation="Subscribe")
    assert found(connected("doctor", "--json")) == {
        "listening": ("warning", "The server grants no subscription; it is asked every 2 minutes.")
    }


def test_secret_that_ends_soon_is_an_alarm(
    regarding: Run, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_SERVICE", "secret")
    with serve(model, hosts=["outlook.example"], schemes=[Scheme.BEARER]) as online:
        online.authority.register("service", "secret")
        bundle = tmp_path / "ca.pem"
        bundle.write_bytes(online.ca_pem)
        options = ("--server", online.url, "--authority", online.base, "--ca-bundle", bundle, "--client-id", "service")
        ends = (NOW + timedelta(days=20)).date()
        login = ("--login", "application", "--tenant", "t", "--secret-expires", ends)
        assert regarding("connect", ADA, *options, *login).code == 0
        told = found(regarding("doctor", "--json"))
        assert told["secret's end"] == ("warning", f"The application's secret ends in 20 days, on {ends}.")
        online.authority.register("service", "secret").secret_expired = True
        forget_tokens()
        assert found(regarding("doctor", "--json"))["secret"][0] == "problem"
    forget_tokens()


def test_mailbox_that_is_not_connected_is_one_sentence(connected: Run) -> None:
    ran = connected("doctor", "--mailbox", "nobody@alpine.example")
    assert (ran.code, ran.err) == (1, "regarding: No mailbox nobody@alpine.example is connected.\n")
