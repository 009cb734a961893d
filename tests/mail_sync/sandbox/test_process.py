"""`python -m mail_sync.sandbox`: loading a folder, the start line, the control endpoint, the end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import requests
from exchangelib import BASIC, DELEGATE, Account, Configuration, Credentials, FailFast
from exchangelib.errors import UnauthorizedError
from exchangelib.protocol import close_connections

from mail_sync.sandbox.loader import BadIndex, load
from mail_sync.sandbox.rooms import RoomList
from mail_sync.sandbox.signin.oauth import DEVICE_GRANT
from tests.mail_sync.sandbox.builders import ANNA
from tests.mail_sync.sandbox.test_calendar import WEEKLY
from tests.mail_sync.sandbox.test_contacts import CARD
from tests.mail_sync.sandbox.test_mail import MEETING, PLAIN

INDEX: dict[str, Any] = {
    "version": 1,
    "mailboxes": [{"address": ANNA, "name": "Anna Hofer", "password": "demo"}],
    "items": [
        {"mailbox": ANNA, "folder": "inbox", "file": "mail/1.eml", "received": "2026-11-02T08:15:00Z", "read": False,
         "flagged": True, "categories": ["Track"]},
        {"mailbox": ANNA, "folder": "inbox/Customers", "file": "mail/2.eml"},
        {"mailbox": ANNA, "file": "events/1.ics"},
        {"mailbox": ANNA, "file": "cards/1.vcf"},
    ],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "index.json": json.dumps(INDEX),
        "mail/1.eml": PLAIN,
        "mail/2.eml": MEETING.format(method="REQUEST"),
        "events/1.ics": f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{WEEKLY.strip()}\nEND:VCALENDAR\n",
        "cards/1.vcf": f"BEGIN:VCARD\nVERSION:3.0\n{CARD}\nEND:VCARD\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def started(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "mail_sync.sandbox", str(folder), "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield process, json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def control(start: dict[str, Any], token: str = "", **command: object) -> dict[str, Any]:
    request = Request(
        start["control"],
        json.dumps(command).encode(),
        {"Authorization": f"Bearer {token or start['token']}"},
    )
    try:
        with urlopen(request) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except HTTPError as error:
        with error:
            refused: dict[str, Any] = json.load(error)
            return refused


def test_folder_becomes_a_model(folder: Path) -> None:
    mailbox = load(folder).mailbox(ANNA)
    [mail] = mailbox.folder("inbox").items
    [meeting] = mailbox.folder("inbox/Customers").items
    assert (mail.is_read, mail.flagged, mail.categories, mail.received.isoformat()) == (
        False, True, ("Track",), "2026-11-02T08:15:00+00:00",
    )  # fmt: skip
    assert (meeting.item_class, meeting.is_read) == ("IPM.Schedule.Meeting.Request", True)
    assert [len(mailbox.folder(name).items) for name in ("calendar", "contacts")] == [1, 1]


def test_folder_names_rights_and_rooms(folder: Path) -> None:
    max_, list_ = "max@alpineskihouse.example", "rooms@alpineskihouse.example"
    index = INDEX | {
        "mailboxes": [{"address": ANNA, "readers": [max_], "send_as": [max_.upper()], "send_on_behalf": [max_]}],
        "impersonators": [max_.upper()],
        "room_lists": [{"address": list_, "name": "Rooms", "rooms": ["room1@alpineskihouse.example"]}],
    }
    (folder / "index.json").write_text(json.dumps(index))
    model = load(folder)
    mailbox = model.mailbox(ANNA)
    assert (mailbox.readers, mailbox.send_as, mailbox.send_on_behalf, model.impersonators) == ({max_},) * 4
    assert model.room_lists == [RoomList(list_, "Rooms", ("room1@alpineskihouse.example",))]


def test_same_folder_gives_the_same_ids(folder: Path) -> None:
    assert list(load(folder).mailbox(ANNA).items) == list(load(folder).mailbox(ANNA).items)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("[]", "is not an index of version 1"),
        ("{", "is not JSON"),
        ('{"version": 1, "items": [{"mailbox": "x@y.example", "file": "a.eml"}]}', "items[0] of index.json: NotFound"),
    ],
)
def test_bad_index_is_refused_in_words(tmp_path: Path, index: str, message: str) -> None:
    (tmp_path / "index.json").write_text(index)
    with pytest.raises(BadIndex) as caught:
        load(tmp_path)
    assert message in str(caught.value)


def test_process_serves_until_its_input_ends(started: tuple[subprocess.Popen[str], dict[str, Any]]) -> None:
    process, start = started
    assert (start["pid"], start["mailboxes"]) == (process.pid, [ANNA])
    configuration = Configuration(
        service_endpoint=start["url"], credentials=Credentials(ANNA, "demo"), auth_type=BASIC, retry_policy=FailFast()
    )
    account = Account(ANNA, config=configuration, autodiscover=False, access_type=DELEGATE)
    assert [item.subject for item in account.inbox.all().only("subject")] == ["Bestellung für Montag"]
    close_connections()


def test_control_changes_a_running_sandbox(started: tuple[subprocess.Popen[str], dict[str, Any]]) -> None:
    _, start = started
    delivered = control(start, do="deliver", mailbox=ANNA, source=PLAIN, received="2026-11-03T08:00:00+00:00")["item"]
    assert control(start, do="items", mailbox=ANNA)["items"][0] == delivered
    assert control(start, do="mark_read", item=delivered) == {"ok": True}
    assert control(start, do="edit", item=delivered, categories=["Blue"])["ok"] is True
    moved = control(start, do="move", item=delivered, folder="archive")["item"]
    assert control(start, do="delete", item=delivered)["error"].startswith("NotFound")
    assert control(start, do="delete", item=moved) == {"ok": True}
    card = f"BEGIN:VCARD\nVERSION:3.0\n{CARD}\nEND:VCARD\n"
    contact = control(start, do="deliver", mailbox=ANNA, kind="vcf", source=card)["item"]
    assert contact in control(start, do="items", mailbox=ANNA, folder="contacts")["items"]
    assert control(start, do="deliver", mailbox=ANNA, kind="ics", source="x")["error"].startswith("Unreadable")
    assert control(start, do="fault", kind="busy", value=10, operation="GetItem", times=1) == {"ok": True}
    assert control(start, do="clear_faults") == {"ok": True}
    assert control(start, do="counts") == {"ok": True, "counts": {}}
    assert control(start, do="_item", item="x") == {"ok": False, "error": "ValueError: no command '_item'"}


def test_control_changes_who_may_come_in(started: tuple[subprocess.Popen[str], dict[str, Any]]) -> None:
    _, start = started
    max_ = {"mailbox": ANNA, "user": "max@alpineskihouse.example"}
    assert control(start, do="share", **max_) == {"ok": True}
    assert control(start, do="share", **max_, folder="inbox", level="Reviewer") == {"ok": True}
    assert control(start, do="share", **max_, folder="inbox", level="Boss")["error"].startswith("ValueError")
    assert control(start, do="let_send", **max_) == {"ok": True}
    assert control(start, do="unshare", **max_) == {"ok": True}
    assert control(start, do="impersonate", user=ANNA) == {"ok": True}
    assert control(start, do="register", application="app", secret="s") == {"ok": True}
    assert control(start, do="revoke_tokens") == {"ok": True, "revoked": 0}
    assert control(start, do="approve", code="NOSUCHONE", mailbox=ANNA)["error"].startswith("NotFound")
    assert control(start, do="deny", code="NOSUCHONE")["error"].startswith("NotFound")
    assert control(start, do="drop_streams") == {"ok": True}
    assert control(start, do="restart") == {"ok": True}
    assert control(start, do="shift_clock", seconds=3600)["ok"] is True
    assert control(start, do="change_password", mailbox=ANNA, password="new") == {"ok": True}
    configuration = Configuration(
        service_endpoint=start["url"], credentials=Credentials(ANNA, "demo"), auth_type=BASIC, retry_policy=FailFast()
    )
    with pytest.raises(UnauthorizedError):
        _ = Account(ANNA, config=configuration, autodiscover=False, access_type=DELEGATE).inbox.total_count
    close_connections()


@pytest.fixture
def secured(folder: Path, tmp_path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    authority = tmp_path / "ca.pem"
    options = ["--auth", "bearer", "--tls", "mail.alpineskihouse.example", "--application", "me"]
    options += ["--ca-file", str(authority), "--until-stdin-closes"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "mail_sync.sandbox",
            str(folder),
            "--until-stdin-closes",
            *options,
            "--application",
            "me",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield json.loads(process.stdout.readline()), authority
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_device_code_is_approved_by_hand(secured: tuple[dict[str, Any], Path]) -> None:
    start, authority = secured
    assert authority.read_text() == start["ca"]

    def ask(endpoint: str, **form: str) -> dict[str, Any]:
        url = start["token_url"].replace("/token", f"/{endpoint}")
        answer: dict[str, Any] = requests.post(
            url, data={"client_id": "me", **form}, verify=str(authority), timeout=10
        ).json()
        return answer

    device = ask("devicecode")
    asked = {"grant_type": DEVICE_GRANT, "device_code": device["device_code"]}
    assert ask("token", **asked)["error"] == "authorization_pending"
    assert control(start, do="approve", code=device["user_code"], mailbox=ANNA) == {"ok": True}
    bearer = {"Authorization": f"Bearer {ask('token', **asked)['access_token']}"}
    assert requests.get(start["url"], headers=bearer, verify=str(authority), timeout=10).status_code == 405
    assert control(start, do="revoke_tokens", mailbox=ANNA) == {"ok": True, "revoked": 1}
    assert requests.get(start["url"], headers=bearer, verify=str(authority), timeout=10).status_code == 401


def test_control_needs_the_token(started: tuple[subprocess.Popen[str], dict[str, Any]]) -> None:
    assert control(started[1], token="guess", do="counts") == {"ok": False, "error": "wrong token"}


@pytest.mark.skipif(sys.platform == "win32", reason="platform: Windows ends a process without asking it")
def test_process_ends_in_order_when_asked_to(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mail_sync.sandbox", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["url"].endswith("/EWS/Exchange.asmx")
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_missing_folder_ends_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mail_sync.sandbox", str(tmp_path / "none")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.startswith("The sandbox cannot start: ")) == (1, "", True)
