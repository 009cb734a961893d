"""connect, sync, status and the demo against an embedded Exchange."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox, serve
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.sample import mail
from tests.assistant.commands.test_schemas import check

ADDRESS, PASSWORD = "anna@alpine.example", "correct horse"
SECRET = "REGARDING_SECRET_ANNA_ALPINE_EXAMPLE"


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """An Exchange with Anna's mailbox, whose password is in the environment."""
    monkeypatch.setenv(SECRET, PASSWORD)
    model = Model()
    model.add_mailbox(ADDRESS, "Anna Hofer", PASSWORD)
    with serve(model) as sandbox:
        yield sandbox


def mailbox(sandbox: Sandbox) -> Mailbox:
    return sandbox.model.mailbox(ADDRESS)


def deliver(sandbox: Sandbox, number: int) -> None:
    box = mailbox(sandbox)
    received = NOW - timedelta(days=30 - number)
    box.add(box.folder("inbox"), BytesContent(mail(number, f"Offer {number}")), received=received, is_read=False)


def connect(run: Run, sandbox: Sandbox, *words: object) -> None:
    ran = run("connect", ADDRESS, "--server", sandbox.url, "--login", "basic", *words)
    assert ran.code == 0, ran


def test_connect_checks_and_keeps_what_was_chosen(regarding: Run, exchange: Sandbox) -> None:
    told = regarding(
        *("connect", ADDRESS, "--server", exchange.url, "--login", "basic", "--days", 30, "--folder", "Inbox"),
        *("--never-address", "Boss@alpine.example", "--never-domain", "@bank.example", "--json"),
    ).json
    check("connect", told)
    assert told["mailbox"] == ADDRESS
    assert told["settings"] == {
        "days": 30,
        "login": "basic",
        "folders": ["Inbox"],
        "service_endpoint": exchange.url,
        "found": {"endpoint": exchange.url, "login": "basic", "version": "15.1.2507.6"},
    }
    assert told["capture"] == {
        "addresses": ["boss@alpine.example"],
        "domains": ["bank.example"],
        "private_items": True,
    }


def test_connect_never_prints_or_stores_the_password(regarding: Run, exchange: Sandbox, tmp_path: Path) -> None:
    ran = regarding("connect", ADDRESS, "--server", exchange.url, "--login", "basic", "--json")
    assert PASSWORD not in ran.out + ran.err
    assert [path.name for path in tmp_path.iterdir() if PASSWORD.encode() in path.read_bytes()] == []


def test_connect_asks_for_what_was_not_given(
    regarding: Run, exchange: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "E-mail address: ": ADDRESS,
        "Exchange server (empty: find it by autodiscover): ": exchange.url,
        "Folders, separated by commas (empty: all mail): ": "Inbox, Sent Items",
        "How many days back (0: everything) [365]: ": "",
        "Addresses or domains that are never stored (empty: none): ": "boss@alpine.example, bank.example",
        "Store private items, for your eyes only? (y/n) [n]: ": "y",
    }
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return answers[question]

    monkeypatch.delenv(SECRET)
    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("assistant.commands.connect.getpass", lambda _: PASSWORD)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    ran = regarding("connect", "--login", "basic")
    assert (ran.code, asked) == (0, list(answers)), ran
    lines = ran.out.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == [
        f"{ADDRESS} is connected.",
        f"No keyring took the password; set {SECRET} or a secret_command.",
        "Run `regarding sync` to read it, or `regarding` to read it while you work.",
    ]


def test_connect_with_a_wrong_password_is_one_sentence_and_keeps_nothing(
    regarding: Run, exchange: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "wrong")
    ran = regarding("connect", ADDRESS, "--server", exchange.url, "--login", "basic")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert regarding("status", "--json").json["mailboxes"] == []


def test_connect_without_a_password_names_where_to_put_one(regarding: Run) -> None:
    ran = regarding("connect", ADDRESS, "--no-check")
    assert (ran.code, ran.out) == (1, "")
    assert SECRET in ran.err


@pytest.mark.parametrize("words", [(), ("no address",)])
def test_connect_without_an_address_is_one_sentence(regarding: Run, words: tuple[str, ...]) -> None:
    ran = regarding("connect", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_sync_pulls_once_and_then_what_is_new(regarding: Run, exchange: Sandbox) -> None:
    deliver(exchange, 1)
    deliver(exchange, 2)
    connect(regarding, exchange)
    first = regarding("sync", "--json").json
    check("sync", first)
    assert (first["new"], first["known"]) == (2, 0)
    deliver(exchange, 3)
    second = regarding("sync", "--json").json
    assert (second["new"], second["known"]) == (1, 0)
    check("status", regarding("status", "--json").json)
    lines = regarding("status").out.splitlines()
    assert lines[0] == f"{ADDRESS}: ready, last success just now"


def test_sync_that_fails_tells_why_and_status_remembers(
    regarding: Run, exchange: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(regarding, exchange)
    monkeypatch.setenv(SECRET, "changed since")
    ran = regarding("sync", "--json")
    assert ran.code == 1
    check("sync", ran.json)
    reason = ran.json["mailboxes"][0]["error"]
    assert reason
    status = regarding("status", "--json").json["mailboxes"][0]
    assert status["last_error"] == reason
    assert reason in regarding("status").out


def test_sync_without_a_mailbox_says_what_to_do(regarding: Run) -> None:
    ran = regarding("sync")
    assert (ran.code, ran.err) == (1, "regarding: No mailbox is connected yet; run `regarding connect`.\n")


def test_sync_of_an_unknown_mailbox_is_one_sentence(regarding: Run, exchange: Sandbox) -> None:
    connect(regarding, exchange)
    ran = regarding("sync", "nobody@alpine.example")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_demo_syncs_and_links_the_whole_company_and_leaves_the_own_store_alone(regarding: Run) -> None:
    told = regarding("demo", "--no-ui", "--json").json
    check("demo", told)
    assert told["stored"]["email"] >= 600
    assert told["stored"]["thread"] >= 150
    assert told["stored"]["contact"] >= 80
    assert told["stored"]["appointment"] >= 60
    assert told["stored"]["linked"] >= 300
    assert told["store"] is None
    assert regarding("account", "list", "--json").json["records"] == []
