"""Meetings that came by mail: what a calendar part says is put into the calendar once, under the meeting's own UID.

A synced mailbox has a calendar of its own, in which its server keeps the meeting: there the mail adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from calendar_sync.ics import read_calendar
from calendar_sync.ingest import PreparedEvent, prepare_event, write_events
from mail_sync.capture import CaptureRules
from mail_sync.errors import Unreadable
from mail_sync.ours import Ours, ours_in
from mail_sync.source import read_source
from store import blobs
from store.bisect import write_apart
from store.engine import Store
from store.mailboxes import files_mailbox
from store.queries.invitations import InvitationMail, pending_invitations, set_invitations_done

_BATCH = 50

#: iTIP methods that say how a meeting stands (RFC 5546 section 1.4); replies and counter-proposals only ask.
_STATES = ("", "PUBLISH", "REQUEST", "CANCEL")


def take_invitations(store: Store, *, now: datetime) -> int:
    """Look into every mail that waits for it; returns how many meetings were new."""
    new = 0
    while True:
        with store.read() as tx:
            mails = pending_invitations(tx, limit=_BATCH)
            ours = ours_in(tx)
            events = [event for mail in mails if mail.only_in_files for event in _events(tx, mail, ours, now)]
        if not mails:
            return new
        with store.write() as tx:
            if events:
                new += _write(tx, events, now)
            set_invitations_done(tx, [mail.activity_id for mail in mails])


def _write(tx: Connection, events: Sequence[PreparedEvent], now: datetime) -> int:
    """Write the meetings; one that the store refuses costs only itself: its mail is stored and readable."""
    mailbox_id = files_mailbox(tx, now=now)
    new = 0

    def write(portion: Sequence[PreparedEvent]) -> None:
        nonlocal new
        new += write_events(tx, mailbox_id, None, portion, now=now)

    write_apart(tx, events, write, lambda _event, _error: None)
    return new


def _events(tx: Connection, mail: InvitationMail, ours: Ours, now: datetime) -> list[PreparedEvent]:
    found: list[PreparedEvent] = []
    for part, text in enumerate(read_source(blobs.read(tx, mail.source_blob_id)).calendars):
        try:
            calendar = read_calendar(text)
        except Unreadable:
            continue  # the mail itself is stored and readable; a broken calendar part adds no meeting
        for number, event in enumerate(calendar.events):
            if event.method.upper() in _STATES:
                key = f"mail:{mail.uid}/{part}/{number}"
                capture = CaptureRules(private_items=False)
                if event.method.upper() == "CANCEL":
                    event = replace(event, status="cancelled")
                found.append(prepare_event(key, "", event, ours=ours, capture=capture, now=now))
    return found
