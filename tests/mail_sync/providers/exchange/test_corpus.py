"""Real mails come through EWS as they are in their files."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from mail_sync.errors import SyncError
from mail_sync.message import Message
from mail_sync.mime.reader import read_message
from mail_sync.provider import FolderRole, RemoteMessage
from tests.mail_sync.providers.contract import RECEIVED, the
from tests.mail_sync.providers.exchange.world import ExchangeWorld

ARCHIVE = Path(__file__).parents[5] / "shared" / "data" / "mail" / "spamassassin" / "easy-ham-1.tar.gz"
MAILS = 300


def raw_mails() -> list[bytes]:
    if not ARCHIVE.exists():
        pytest.skip(f"{ARCHIVE} is not here")
    with tarfile.open(ARCHIVE) as archive:
        files = (archive.extractfile(member) for member in archive if member.isfile())
        return [file.read() for file in islice((file for file in files if file), MAILS)]


def read_from_file(raw: bytes) -> Message | None:
    try:
        return replace(read_message(raw), received_at=RECEIVED)
    except SyncError:
        return None


@pytest.mark.corpus
def test_real_mails_come_through_as_they_are(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    expected = {world.deliver(inbox, raw): read_from_file(raw) for raw in raw_mails()}
    pages = provider.changes(inbox, None)
    found = [change.item_id for page in pages for change in page.changes]
    got = {one.item_id: one.message for one in provider.fetch_messages(found) if isinstance(one, RemoteMessage)}
    readable = {item_id: message for item_id, message in expected.items() if message is not None}
    assert sorted(got) == sorted(readable)
    different = [
        (message.message_id, name)
        for item_id, message in readable.items()
        for name in ("subject", "sender", "to", "cc", "text", "html", "references", "source", "sent_at")
        if getattr(message, name) != getattr(got[item_id], name)
    ]
    assert different == []
