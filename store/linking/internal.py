"""Whether mail in which nobody from outside takes part is linked too: chosen once, for every mailbox with a server.

It is kept with each mailbox, because who sees a record sees the mail that is linked to it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.errors import NotAllowed
from store.history.ledger import record_operation
from store.linking.pending import look_again
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.sync.settings import LINK_INTERNAL


def link_internal(tx: Connection, wanted: bool, *, by: Actor, now: datetime) -> str:
    """Link mail among ourselves that lies in their mailboxes, or do not; returns the operation's uid. It is decided
    again in the background. Raises NotAllowed for who has no mailbox."""
    mailboxes = _mailboxes(tx, by)
    if not mailboxes:
        raise NotAllowed("only who has a mailbox can say whether its internal mail is linked")
    for key, settings in mailboxes.items():
        tx.execute(update(Mailbox).where(Mailbox.id == key).values(settings={**settings, LINK_INTERNAL: wanted}))
    held = select(MailboxItem.activity_id).where(MailboxItem.mailbox_id.in_(list(mailboxes)))
    look_again(tx, Activity.id.in_(held))
    told = "Internal mail is linked" if wanted else "Internal mail is not linked"
    return record_operation(tx, "link_internal", told, [], by=by, now=now)


def links_internal(tx: Connection, *, by: Actor) -> bool:
    """Whether mail among ourselves in any mailbox of theirs is linked."""
    return any(settings.get(LINK_INTERNAL) is True for settings in _mailboxes(tx, by).values())


def _mailboxes(tx: Connection, by: Actor) -> dict[int, dict[str, object]]:
    """The mailboxes they decide about, with their settings: their own, not those of others that they may read."""
    rows = tx.execute(select(Mailbox.id, Mailbox.settings))
    mine = by.mailbox_ids - by.delegated_ids
    return {row.id: row.settings for row in rows if by.sees_everything or row.id in mine}
