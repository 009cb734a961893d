"""The day as a mail to oneself, once a day whichever process sends it: when asked for, or at the time that is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from assistant.composing import new_draft
from assistant.following.day.text import day_lines
from assistant.following.day.today import today
from store.actor import Actor, actor_for
from store.engine import Store
from store.errors import Invalid
from store.following.settings import claim_mailing, settings_of
from store.history.ledger import record_operation
from store.mail.composing import AUTO_GENERATED, queue_written
from store.queries.senders import senders
from store.schema.following import FollowUpSetting
from store.schema.people import User

_AT_ONCE = timedelta()


def mail_day(tx: Connection, *, zone: str, by: Actor, now: datetime) -> str:
    """Let the day wait in the outbox, to oneself; returns the operation's uid, '' where it was mailed already today.
    `zone` is that of a user who named none. Raises Invalid where nothing of theirs can send."""
    if by.user_id is None:
        raise Invalid("Only a user can be mailed their day; say which one you are with --user.")
    settings = settings_of(tx, by.user_id, zone=zone)
    there = now.astimezone(ZoneInfo(settings.zone))
    draft = new_draft(tx, by=by)
    if not claim_mailing(tx, by.user_id, settings, there.date()):
        return ""
    found = today(tx, by=by, now=there)
    subject = f"Your day: {there:%A} {there.day} {there:%B}"
    text = "\n".join(day_lines(found, there)) + "\n"
    written = replace(draft, to=(draft.sender,), subject=subject, text=text)
    _, change = queue_written(tx, written, headers=AUTO_GENERATED, recall=_AT_ONCE, by=by, now=now)
    return record_operation(tx, "mail_day", "Mailed the day to oneself", [change], by=by, now=now)


def mail_days(store: Store, *, now: datetime, zone: str) -> int:
    """Mail their day to those whose time has come; returns to how many. Who cannot send gets none."""
    with store.read() as tx:
        waiting = [email for email, user_id in _who_wants(tx) if _is_time(tx, user_id, now, zone)]
    sent = 0
    for email in waiting:
        with store.write() as tx:
            actor = actor_for(tx, email)
            if senders(tx, by=actor):
                sent += bool(mail_day(tx, zone=zone, by=actor, now=now))
    return sent


def _who_wants(tx: Connection) -> list[tuple[str, int]]:
    rows = tx.execute(
        select(User.email, User.id)
        .join(FollowUpSetting, FollowUpSetting.user_id == User.id)
        .where(FollowUpSetting.mail_at != "", User.active.is_(True), User.email.is_not(None))
    )
    return [(row.email, row.id) for row in rows]


def _is_time(tx: Connection, user_id: int, now: datetime, zone: str) -> bool:
    settings = settings_of(tx, user_id, zone=zone)
    there = now.astimezone(ZoneInfo(settings.zone))
    if settings.mail_at is None or settings.mailed_on == there.date():
        return False
    return there.time() >= settings.mail_at
