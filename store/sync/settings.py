"""What the people of a mailbox choose about writing from it, showing things in it, and syncing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from store.actor import Actor
from store.domains import parse_email
from store.errors import Invalid, NotFound
from store.history.ledger import record_operation
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox

SIGNATURE = "signature"  # text below new mail
ALIASES = "aliases"  # further addresses of the mailbox
SEND_AS = "send_as"  # addresses of others that it was given the right to use
SHOW_LINKS = "show_links"  # true: what a mail is regarding shows in Outlook as a category
LINK_INTERNAL = "link_internal"  # true: mail in which nobody from outside takes part is linked too
MAY_DELETE = "may_delete"  # true: mail may be moved to Deleted Items from here

FIELDS = "fields"  # which way edits of a field go, see mail_sync.directions
QUIET_HOUR = "quiet_hour"  # from which hour on the service's clock the mailbox is compared with its server

#: Not a choice of a person: what lies below this item of the mailbox has yet to show its links (store.linking.shown).
SHOWING_BELOW = "showing_below"

_LONGEST_SIGNATURE = 4_000  # characters
_KINDS: Mapping[str, type] = {
    SIGNATURE: str,
    ALIASES: list,
    SEND_AS: list,
    SHOW_LINKS: bool,
    LINK_INTERNAL: bool,
    MAY_DELETE: bool,
    FIELDS: dict,
    QUIET_HOUR: int,
}


def change_mail_settings(
    tx: Connection, mailbox_id: int, values: Mapping[str, Any], *, by: Actor, now: datetime
) -> str:
    """Set some of: signature, aliases and send_as (lists of addresses), show_links, may_delete, quiet_hour (0 to 23)
    and fields (what an item is -> field -> direction, as a whole); the rest stays.

    Where links are to be shown from now on, those that exist already follow bit by bit (see store.linking.shown).
    Returns the operation's uid. Raises NotFound for a mailbox that is not theirs, and Invalid.
    """
    row = tx.execute(select(Mailbox.address, Mailbox.settings).where(Mailbox.id == mailbox_id)).one_or_none()
    if row is None or not (by.sees_everything or mailbox_id in by.mailbox_ids):
        raise NotFound("no such mailbox of yours")
    checked = {name: _checked(name, value) for name, value in values.items()}
    settings = _with_showing(tx, mailbox_id, row.settings, {**row.settings, **checked})
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(settings=settings))
    summary = f"Changed {', '.join(name.replace('_', ' ') for name in checked)} of {row.address}"
    return record_operation(tx, "change_mail_settings", summary, [], by=by, now=now)


def _with_showing(tx: Connection, mailbox_id: int, before: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The settings with the place from which existing links are shown, where showing them was turned on or off."""
    if not after.get(SHOW_LINKS):
        return {name: value for name, value in after.items() if name != SHOWING_BELOW}
    if before.get(SHOW_LINKS):
        return after
    newest = tx.execute(select(func.max(MailboxItem.id)).where(MailboxItem.mailbox_id == mailbox_id)).scalar()
    return after if newest is None else after | {SHOWING_BELOW: newest + 1}


def _checked(name: str, value: Any) -> Any:
    kind = _KINDS.get(name)
    if kind is None:
        raise Invalid(f"A mailbox has no setting {name!r}; it has {', '.join(_KINDS)}.")
    if type(value) is not kind:  # True is no number
        raise Invalid(f"{name} cannot be {value!r}.")
    if isinstance(value, list):
        return list(dict.fromkeys(parse_email(str(each)) for each in value))
    if name == QUIET_HOUR and value not in range(24):
        raise Invalid(f"There is no hour {value}; a day has 0 to 23.")
    if isinstance(value, str) and len(value) > _LONGEST_SIGNATURE:
        raise Invalid(f"A signature has at most {_LONGEST_SIGNATURE:,} characters.")
    return value


def kept_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What stays when a mailbox is connected anew."""
    return {name: settings[name] for name in (*_KINDS, SHOWING_BELOW) if name in settings}
