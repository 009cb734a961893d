"""The raw bytes of what could not be read, and asking for another try of all of it."""

from __future__ import annotations

import pytest

from store.engine import Store
from store.errors import NotFound
from store.queries.quarantine import SHOWN, quarantine_chunks, quarantine_raw
from store.queries.status import quarantined
from store.requests import RETRY, open_requests, request
from store.sync.quarantine import Unread, put_aside
from store.sync.retrying import retry_all
from tests.store.builders import NOW, World, actor

RAW = b"From: x\r\n\r\n" + bytes(range(256)) * 400


def filled(store: Store) -> int:
    """Three entries: of a mailbox, of a file, and of somebody else's mailbox. Returns the first one's mailbox."""
    with store.write() as tx:
        world = World(tx)
        mine, other = world.mailbox("anna@alpine.example", None), world.mailbox("jonas@alpine.example", None)
        put_aside(tx, Unread("mine", "email", "no header", mailbox_id=mine, raw=RAW), now=NOW)
        put_aside(tx, Unread("file", "email", "no header"), now=NOW)
        put_aside(tx, Unread("theirs", "email", "no header", mailbox_id=other, raw=RAW), now=NOW)
        return mine


def test_raw_bytes_are_shown_from_their_beginning_and_saved_whole(store: Store) -> None:
    by = actor(1, mailbox_ids=[filled(store)])
    with store.read() as tx:
        rows = {row.source: row.quarantine_id for row in quarantined(tx, by=by).rows}
        shown = quarantine_raw(tx, rows["mine"], by=by)
        assert b"".join(quarantine_chunks(tx, rows["mine"], by=by)) == RAW
        assert quarantine_raw(tx, rows["file"], by=by).size == 0
        with pytest.raises(NotFound):
            quarantine_chunks(tx, rows["file"], by=by)
    assert (shown.head, shown.size) == (RAW[:SHOWN], len(RAW))


def test_raw_bytes_of_somebody_elses_mailbox_stay_hidden(store: Store) -> None:
    by = actor(1, mailbox_ids=[filled(store)])
    with store.read() as tx:
        (theirs,) = [row for row in quarantined(tx, by=actor(2, role="admin")).rows if row.source == "theirs"]
        with pytest.raises(NotFound):
            quarantine_raw(tx, theirs.quarantine_id, by=by)
        with pytest.raises(NotFound):
            quarantine_chunks(tx, theirs.quarantine_id, by=by)


def test_trying_all_again_asks_once_for_each_that_may_be_seen(store: Store) -> None:
    by = actor(1, mailbox_ids=[filled(store)])
    with store.write() as tx:
        rows = {row.source: row.uid for row in quarantined(tx, by=by).rows}
        request(tx, RETRY, {"quarantine": rows["mine"]}, by=by, now=NOW)
        assert retry_all(tx, by=by, now=NOW) == 2
        asked = [asked.payload["quarantine"] for asked in open_requests(tx, RETRY)]
    assert asked == [rows["mine"], rows["file"]]
