"""Showing in Outlook what a mail is regarding: a category, for the mailboxes that want it.

The category is ours as long as nobody changes it: it asks for nothing when it comes back, and goes with the link.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from store.access import owner_sees_record
from store.actor import SYSTEM
from store.chunks import chunked
from store.linking.tracking import is_shown, showing, shown
from store.mail.marks import held_mail, set_marks
from store.outbox.queue import OutgoingState, Verb
from store.queries.paging import AnyRow
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.sync.mailboxes import FILES
from store.sync.settings import SHOW_LINKS, SHOWING_BELOW

#: Mails of a mailbox whose links are shown in one step, and marks that may wait before there is another one: what
#: people do meanwhile must not stand in line behind years of mail.
PORTION = 100


def show_links(tx: Connection, activity_ids: Collection[int], *, now: datetime) -> None:
    """Bring the categories of these mails in line with what they are regarding first of all."""
    wanting = _mailboxes(tx) if activity_ids else []
    if not wanting:
        return
    rows = {row.id: row for row in _items(tx, activity_ids, wanting)}
    for mail in held_mail(tx, list(rows)):
        row = rows[mail.item_id]
        number = row.number or ""
        categories = showing(mail.categories, row.tracked, number, row.title or "")
        if categories is not None:
            set_marks(tx, mail, {"categories": sorted(categories, key=str.casefold)}, by=SYSTEM, now=now)
            tracked = _remembered(row.tracked, number)
            tx.execute(update(MailboxItem).where(MailboxItem.id == mail.item_id).values(tracked=tracked))


def mailboxes_to_show(tx: Connection) -> tuple[int, ...]:
    """The mailboxes where links that existed before have yet to be shown, and whose outbox has room for some."""
    waiting = (
        select(func.count())
        .where(
            Outgoing.mailbox_id == Mailbox.id,
            Outgoing.state.in_((OutgoingState.WAITING.value, OutgoingState.WORKING.value)),
            Outgoing.verb == Verb.MARK_MAIL.value,
        )
        .scalar_subquery()
    )
    rows = tx.execute(select(Mailbox.id, Mailbox.settings, waiting.label("waiting")).where(Mailbox.provider != FILES))
    return tuple(row.id for row in rows if SHOWING_BELOW in row.settings and row.waiting < PORTION)


def show_standing_links(tx: Connection, mailbox_id: int, *, now: datetime) -> None:
    """Show the links of the next `PORTION` mails of a mailbox that were linked when it began to show links."""
    settings = dict(tx.execute(select(Mailbox.settings).where(Mailbox.id == mailbox_id)).scalar_one())
    below = settings.pop(SHOWING_BELOW, 0)
    rows = tx.execute(
        select(MailboxItem.id, MailboxItem.activity_id)
        .join(Link, Link.activity_id == MailboxItem.activity_id)
        .where(
            MailboxItem.mailbox_id == mailbox_id,
            MailboxItem.id < below,
            MailboxItem.holds == "email",
            MailboxItem.gone_at.is_(None),
            Link.state == "linked",
            Link.is_primary.is_(True),
        )
        .order_by(MailboxItem.id.desc())
        .limit(PORTION)
    ).all()
    show_links(tx, {row.activity_id for row in rows}, now=now)
    if len(rows) == PORTION:
        settings[SHOWING_BELOW] = rows[-1].id
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(settings=settings))


def _remembered(before: str, number: str) -> str:
    """What a person tracks stays tracked by them, whatever we write instead of their category."""
    by_a_person = before != "" and not is_shown(before)
    return number if by_a_person or not number else shown(number)


def _mailboxes(tx: Connection) -> list[int]:
    rows = tx.execute(select(Mailbox.id, Mailbox.settings).where(Mailbox.provider != FILES))
    return [row.id for row in rows if row.settings.get(SHOW_LINKS) is True]


def _items(tx: Connection, activity_ids: Collection[int], mailbox_ids: list[int]) -> Iterator[AnyRow]:
    """The places of these mails with the number and title of their first link, where the mailbox's owner may see that
    record; private mail shows none."""
    first = and_(Link.activity_id == Activity.id, Link.state == "linked", Link.is_primary.is_(True))
    for portion in chunked(activity_ids):
        yield from tx.execute(
            select(MailboxItem.id, MailboxItem.tracked, Record.number, Record.title)
            .join(Activity, Activity.id == MailboxItem.activity_id)
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .outerjoin(User, User.id == Mailbox.owner_id)
            .outerjoin(Link, first)
            .outerjoin(Record, and_(Record.id == Link.record_id, Record.deleted_at.is_(None), owner_sees_record()))
            .where(
                MailboxItem.activity_id.in_(portion),
                MailboxItem.mailbox_id.in_(mailbox_ids),
                MailboxItem.gone_at.is_(None),
                Activity.private.is_(False),
            )
        ).all()
