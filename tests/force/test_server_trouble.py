"""A server on its worst days: the mailbox's state, the sentence a user reads, the exit code, and the day after."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.server import HTTPServer
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from sqlalchemy import select

from assistant.secret_store import environment_name
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.server import serve
from mail_sync.sandbox.web import Server
from store.engine import connect
from store.schema.mail import MailboxItem
from tests.force import corpus
from tests.force.picture import Picture
from tests.force.world import CARDS, EVENTS, MAILS, World, connected_store
from tests.mail_sync.providers.exchange.test_trust import write_certificate

ALL = MAILS + CARDS + EVENTS
BUSY = "The mail server is busy and asked us to wait"
BROKEN = "The mail server's answer broke off or made no sense; it will be tried again"
AWAY = "The mail server cannot be reached at the moment; it will be tried again"

TROUBLES: dict[str, tuple[dict[str, Any], str, str, int]] = {
    "password refused": (
        {"kind": "http_status", "value": 401},
        "auth_expired",
        'The mail server did not accept the user name and password; run "regarding connect" to enter them again',
        0,
    ),
    "blocked": (
        {"kind": "http_status", "value": 403},
        "ews_blocked",
        "This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, EWSAllowedAppIDs)",
        0,
    ),
    "too many requests": ({"kind": "http_status", "value": 429, "retry_after": 7}, "throttled", BUSY, 35),
    "unavailable": ({"kind": "http_status", "value": 503}, "unavailable", AWAY, 31),
    "unavailable for long": ({"kind": "http_status", "value": 503, "retry_after": 600}, "throttled", BUSY, 0),
    "broken server": ({"kind": "http_status", "value": 500}, "unavailable", BROKEN, 31),
    "busy with back-off": ({"kind": "busy", "value": 5000}, "throttled", BUSY, 25),
    "busy inside an answer": ({"kind": "busy_message", "value": 5000}, "throttled", BUSY, 25),
    "connection dropped within answers": ({"kind": "drop_body"}, "unavailable", BROKEN, 31),
    "connection dropped before answers": ({"kind": "drop_request"}, "unavailable", BROKEN, 31),
    "internal error": ({"kind": "soap_fault", "value": "ErrorInternalServerError"}, "unavailable", BROKEN, 31),
    "no access": (
        {"kind": "message_error", "value": "ErrorAccessDenied"},
        "access_denied",
        "This user may not read that mailbox or folder; ask its owner for access",
        0,
    ),
    "no mailbox": (
        {"kind": "message_error", "value": "ErrorNonExistentMailbox"},
        "not_found",
        "There is no such mailbox on this server",
        0,
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_is_told_and_the_next_sync_completes(world: World, undisturbed: Picture, name: str) -> None:
    fault, state, sentence, waited = TROUBLES[name]
    world.sandbox.faults.set(**fault)
    told = world.sync()
    error = told.sync["error"]
    assert (told.code, error.partition(" (HTTP")[0].partition(" (Error")[0].rstrip(".")) == (1, sentence)
    assert (world.state(), sum(world.slept)) == (state, waited)
    world.sandbox.faults.clear()
    again = world.sync()
    assert (again.code, again.sync["new"], world.state()) == (0, ALL, "ready")
    assert world.picture().differences(undisturbed) == {}


@pytest.mark.parametrize("fault", ["drop_body", "drop_request"])
def test_passing_trouble_is_waited_for_and_loses_nothing(world: World, undisturbed: Picture, fault: str) -> None:
    world.sandbox.faults.set(fault, probability=0.3)
    told = world.sync()
    assert (told.code, told.sync["new"], told.sync["quarantined"]) == (0, ALL, [])
    assert world.picture().differences(undisturbed) == {}


def test_server_that_hands_out_no_item_at_all_is_unavailable_and_no_item_is_blamed(
    world: World, undisturbed: Picture
) -> None:
    world.sandbox.faults.set("drop_body", operation="GetItem")
    told = world.sync()
    assert (told.code, told.sync["quarantined"], world.state()) == (1, [], "unavailable")
    world.sandbox.faults.clear()
    assert world.sync().code == 0
    assert world.picture().differences(undisturbed) == {}


def test_wrong_password_is_told_and_never_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment_name(corpus.ANNA), "wrong")
    assert world.sync().sync["error"] == (
        'The mail server did not accept the user name and password; run "regarding connect" to enter them again'
        " (HTTP 401)."
    )
    assert (world.state(), world.slept) == ("auth_expired", [])


def test_unreachable_server_is_told(world: World, tmp_path: Path) -> None:
    with closing(socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused at once, and nobody else takes the port
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/EWS/Exchange.asmx"
        world.store = connected_store(tmp_path / "unreachable.db", url)
        told = world.sync()
    assert (told.code, told.sync["error"].startswith(AWAY.removesuffix(".")), world.state()) == (1, True, "unavailable")


@pytest.fixture
def company(world: World, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The sandbox behind TLS with a certificate of the company's own authority: its URL and the certificate."""
    cert_file, key_file = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    plain = Server.get_request

    def get_request(self: HTTPServer) -> Any:
        connection, address = plain(self)
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "get_request", get_request)
        with serve(world.sandbox.model) as sandbox:
            yield sandbox.url.replace("http:", "https:"), cert_file
    gc.collect()  # a connection that was refused while it was made may be left to the collector: here, and not later


@pytest.mark.filterwarnings("ignore:unclosed <truststore:ResourceWarning")
def test_company_authority_is_refused_until_its_certificate_is_given(
    world: World, undisturbed: Picture, company: tuple[str, Path], tmp_path: Path
) -> None:
    url, certificate = company
    world.store = connected_store(tmp_path / "distrusted.db", url)
    told = world.sync()
    sentence = "The mail server's certificate is not trusted here; install your company's certificate in the system"
    assert (told.code, told.sync["error"].partition(" (")[0], world.state()) == (1, sentence, "untrusted")
    world.store = connected_store(tmp_path / "trusted.db", url, ca_bundle=str(certificate))
    assert (world.sync().code, world.state()) == (0, "ready")
    assert world.picture().differences(undisturbed) == {}


def test_forgotten_sync_state_reads_everything_again_and_doubles_nothing(world: World, undisturbed: Picture) -> None:
    world.sync()
    before = world.sandbox.counts["GetItem"]
    world.sandbox.faults.set("invalid_sync_state", times=1)
    told = world.sync()
    assert (told.code, told.sync["new"], world.sandbox.counts["GetItem"]) == (0, 0, before)
    assert world.picture().differences(undisturbed) == {}


def test_silent_full_resync_doubles_nothing(world: World, undisturbed: Picture) -> None:
    world.sync()
    before = world.sandbox.counts["GetItem"]
    world.sandbox.faults.set("ignore_sync_state")
    told = world.sync()
    assert (told.code, told.sync["new"], told.sync["known"]) == (0, 0, ALL)
    assert world.sandbox.counts["GetItem"] == before
    assert world.picture().differences(undisturbed) == {}


def test_deletion_while_the_state_was_forgotten_is_noticed_even_when_the_new_listing_breaks_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail_sync.providers.exchange.changes.LARGEST_PAGE", 10)
    world.sync()
    gone = world.items("inbox")[20]
    world.mailbox.delete(gone.item_id)
    world.sandbox.faults.set("invalid_sync_state", operation="SyncFolderItems", times=1)
    # The inbox starts anew, the other folders pass, and its listing breaks off after two pages.
    world.sandbox.faults.set("http_status", 403, operation="SyncFolderItems", skip=5, times=1)
    assert world.sync().code == 1
    assert world.sync().code == 0
    assert _present(world, gone.item_id) is False


def _present(world: World, item_id: str) -> bool:
    store = connect(str(world.store))
    with store.read() as tx:
        gone_at = tx.execute(select(MailboxItem.gone_at).where(MailboxItem.remote_id == item_id)).scalar_one()
    store.close()
    return gone_at is None


@pytest.mark.parametrize("size", [0, 1, 40 * 1024 * 1024])
def test_server_that_lies_about_sizes_is_read_all_the_same(world: World, undisturbed: Picture, size: int) -> None:
    world.sandbox.faults.set("wrong_size", size)
    told = world.sync()
    assert (told.code, told.sync["new"], told.sync["quarantined"]) == (0, ALL, [])
    assert world.picture().differences(undisturbed) == {}


def test_mail_that_the_server_calls_too_large_waits_in_quarantine(world: World, undisturbed: Picture) -> None:
    item = world.items("inbox")[3]
    world.sandbox.faults.set("wrong_size", 900 * 1024 * 1024, target=item.item_id)
    (refused,) = world.sync().sync["quarantined"]
    assert "900 MiB" in refused["reason"]
    world.sandbox.faults.clear()
    assert world.run("quarantine", "--retry", "all").code == 0
    assert world.picture().differences(undisturbed) == {}


@pytest.mark.parametrize("value", ["ErrorCorruptData", "ErrorInternalServerError", "broken xml"])
@pytest.mark.parametrize("folder", ["inbox", "contacts", "calendar"])
def test_poison_item_waits_in_quarantine_until_it_can_be_read(
    world: World, undisturbed: Picture, folder: str, value: str
) -> None:
    poison = world.items(folder)[2]
    world.sandbox.faults.set("poison", value, target=poison.item_id)
    told = world.sync()
    (refused,) = told.sync["quarantined"]
    assert (told.code, told.sync["new"], world.state()) == (0, ALL - 1, "ready")
    assert refused["reason"].startswith("The server could not hand out this one item; it waits in quarantine")
    (waiting,) = world.run("quarantine").said["quarantined"]
    assert (waiting["source"], waiting["reason"], waiting["attempts"]) == (refused["source"], refused["reason"], 1)
    still = world.run("quarantine", "--retry", waiting["uid"])
    assert (still.code, world.run("quarantine").said["quarantined"][0]["attempts"]) == (1, 2)
    world.sandbox.faults.clear()
    assert world.run("quarantine", "--retry", waiting["uid"]).code == 0
    assert world.run("quarantine").said["quarantined"] == []
    assert world.picture().differences(undisturbed) == {}


def test_item_of_an_unknown_class_is_stored(world: World, undisturbed: Picture) -> None:
    for number in (1, 4):
        world.sandbox.faults.set("unknown_element", "SharingMessage", target=world.items("inbox")[number].item_id)
    told = world.sync()
    assert (told.code, told.sync["new"], told.sync["quarantined"]) == (0, ALL, [])
    assert world.picture().differences(undisturbed) == {}


def test_mail_without_any_bytes_costs_nobody_else(world: World) -> None:
    world.mailbox.add(world.mailbox.folder("inbox"), BytesContent(b""))
    told = world.sync()
    assert (told.code, told.sync["new"] + len(told.sync["quarantined"])) == (0, ALL + 1)
