"""Asking a server when resources are busy whose calendars are not synced, by a mailbox that is connected to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from calendar_sync.provider import CalendarProvider, FreeBusy
from mail_sync.errors import AccessDenied, BrokenReply, FolderRefused, MailboxRefused, MailboxUnavailable, SyncError
from store.engine import Store
from store.scheduling.busy import BusyTime, ToAsk, ToldBusy, keep_busy, to_ask

#: How far ahead is asked; what lies further ahead is not known, and nobody is offered there.
AHEAD = timedelta(days=92)
_BACK = timedelta(days=1)


def ask_when_busy(store: Store, mailbox_id: int, calendar: CalendarProvider, *, now: datetime) -> datetime | None:
    """Ask about the resources that are this mailbox's to ask about, where that is due; returns when it is due again,
    None where there is nobody to ask about.

    Raises SyncError where the mailbox itself cannot be used; what the server refuses to tell is kept in words.
    """
    with store.read() as tx:
        asked = to_ask(tx, mailbox_id)
    if not asked:
        return None
    if any(_is_due(one, now) for one in asked):
        # Those that are nearly due come along: one request is enough for many.
        due = [one for one in asked if _is_due(one, now + one.rhythm / 2)]
        told = _ask(calendar, due, now)
        with store.write() as tx:
            keep_busy(tx, told)
        asked = [one._replace(due_at=now + one.rhythm) if one.resource_id in told else one for one in asked]
    return min(one.due_at or now for one in asked)


def _is_due(one: ToAsk, now: datetime) -> bool:
    return one.due_at is None or one.due_at <= now


def _ask(calendar: CalendarProvider, due: Iterable[ToAsk], now: datetime) -> dict[int, ToldBusy]:
    start = now.replace(minute=0, second=0, microsecond=0) - _BACK
    end = start + _BACK + AHEAD
    addresses = list(dict.fromkeys(one.address for one in due))
    try:
        answers = {each.address: each for each in calendar.free_busy(addresses, start, end)}
    except SyncError as error:
        if _concerns_the_mailbox(error):
            raise
        return {one.resource_id: ToldBusy(one.address, now, error=error.sentence) for one in due}
    return {one.resource_id: _told(one.address, answers.get(one.address), start, end, now) for one in due}


def _concerns_the_mailbox(error: SyncError) -> bool:
    """Whether nothing can be asked of the server now, or by this mailbox; its other reading says so too."""
    refused = isinstance(error, BrokenReply | AccessDenied | FolderRefused)
    return isinstance(error, MailboxUnavailable | MailboxRefused) and not refused


def _told(address: str, answer: FreeBusy | None, start: datetime, end: datetime, now: datetime) -> ToldBusy:
    if answer is None or not answer.known:
        return ToldBusy(address, now, error=(answer and answer.reason) or "the server says nothing of it")
    times = tuple(BusyTime(each.start, each.end, each.kind) for each in answer.busy)
    return ToldBusy(address, now, start, end, times=times)
