"""Which mail a refusal bears on: it is decided again when the refusal is made or taken back.

Scopes and what their subject is: message (the uid of a mail or meeting), thread (the uid of a mail of it, or the key of
the thread in refusals of old), split (the uid of the mail that begins a topic of its own), sender (an address), domain
(a registrable domain).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from store.linking.following import reopen_following
from store.linking.pending import reopen
from store.linking.reopening import requeue_addresses, requeue_domains
from store.linking.topics import thread_mails
from store.schema.activities import Activity
from store.schema.mail import Email

MESSAGE, THREAD, SPLIT, SENDER, DOMAIN = "message", "thread", "split", "sender", "domain"


def decide_refused_again(tx: Connection, refusals: Collection[tuple[str, str]]) -> None:
    """Decide again what these refusals, scope and subject, bear on: mail at hand soon, what senders wrote later."""
    requeue_addresses(tx, {subject for scope, subject in refusals if scope == SENDER})
    requeue_domains(tx, {subject for scope, subject in refusals if scope == DOMAIN})
    mails: set[int] = set()
    for scope, subject in refusals:
        if scope in (MESSAGE, SPLIT):
            mails.update(tx.execute(select(Activity.id).where(Activity.uid == subject)).scalars())
        elif scope == THREAD:
            mails |= thread_mails(tx, _thread_id(tx, subject))
    reopen(tx, mails)
    reopen_following(tx, mails)


def _thread_id(tx: Connection, subject: str) -> int | None:
    if subject.isdecimal():
        return int(subject)
    known = select(Email.thread_id).join(Activity, Activity.id == Email.id).where(Activity.uid == subject)
    return tx.execute(known).scalar()
