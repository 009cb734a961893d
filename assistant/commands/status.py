"""`regarding status`: the state of each mailbox and of the store."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import ago, size, until
from store.queries.status import MailboxRow, StoreHealth, mailboxes, store_health
from store.sync.mailboxes import FILES


def _run(context: Context, _: Namespace) -> Outcome:
    services = context.services()
    rows = [row for row in services.read(mailboxes) if row.provider != FILES]  # imported files have no state
    health = store_health(services.store)
    now = context.clock()
    lines = [line for row in rows for line in _mailbox(row, now)]
    lines = lines or ["No mailbox is connected yet; run `regarding connect`."]
    payload = {"mailboxes": [as_payload(row) for row in rows], "store": as_payload(health)}
    return Outcome(payload, [*lines, _store(health)])


def _mailbox(row: MailboxRow, now: datetime) -> list[str]:
    state = row.state.replace("_", " ")
    if row.state == "syncing" and row.progress[1]:
        state += f" {row.progress[0]:,} of {row.progress[1]:,}"
    lines = [f"{row.address}: {state}, last success {ago(row.last_success_at, now)}"]
    if row.last_error and row.last_error_at and (row.last_success_at or row.last_error_at) <= row.last_error_at:
        lines.append(f"  last error {ago(row.last_error_at, now)}: {row.last_error}")
    if row.question:
        lines.append(f"  question: {row.question}")
    if row.retry_at is not None and row.state not in ("ready", "syncing", "asks"):
        lines.append(f"  next try {until(row.retry_at, now)}")
    waiting = [(row.outbox.waiting, "to send"), (row.outbox.failed, "refused"), (row.outbox.unsure, "unsure")]
    told = [f"{count:,} {what}" for count, what in waiting if count]
    if row.quarantined:
        told.append(f"{row.quarantined:,} in quarantine")
    if told:
        lines.append(f"  {', '.join(told)}")
    return lines


def _store(health: StoreHealth) -> str:
    where = str(health.path) if health.path else "PostgreSQL"
    parts = [f"store {where}: {size(health.size)}"]
    if health.path:
        parts.append(f"WAL {size(health.wal_size)}")
    if health.free_disk is not None:
        parts.append(f"{size(health.free_disk)} free on disk")
    return ", ".join(parts)


COMMAND = Command("status", "each mailbox's state and last success, the store's size and free disk", _run)
