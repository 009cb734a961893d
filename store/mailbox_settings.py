"""What the people of a mailbox choose about writing from it and showing things in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.errors import Invalid, NotFound
from store.ledger import record_operation
from store.schema.people import Mailbox

SIGNATURE = "signature"  # text below new mail
ALIASES = "aliases"  # further addresses of the mailbox
SEND_AS = "send_as"  # addresses of others that it was given the right to use
SHOW_LINKS = "show_links"  # true: what a mail is regarding shows in Outlook as a category
MAY_DELETE = "may_delete"  # true: mail may be moved to Deleted Items from here

_LONGEST_SIGNATURE = 4_000  # characters
_KINDS: Mapping[str, type] = {SIGNATURE: str, ALIASES: list, SEND_AS: list, SHOW_LINKS: bool, MAY_DELETE: bool}


def change_mail_settings(
    tx: Connection, mailbox_id: int, values: Mapping[str, Any], *, by: Actor, now: datetime
) -> str:
    """Set some of: signature, aliases and send_as (lists of addresses), show_links, may_delete; the rest stays.

    Returns the operation's uid. Raises NotFound for a mailbox that is not theirs, and Invalid.
    """
    row = tx.execute(select(Mailbox.address, Mailbox.settings).where(Mailbox.id == mailbox_id)).one_or_none()
    if row is None or not (by.sees_everything or mailbox_id in by.mailbox_ids):
        raise NotFound("no such mailbox of yours")
    checked = {name: _checked(name, value) for name, value in values.items()}
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(settings={**row.settings, **checked}))
    summary = f"Changed {', '.join(name.replace('_', ' ') for name in checked)} of {row.address}"
    return record_operation(tx, "change_mail_settings", summary, [], by=by, now=now)


def _checked(name: str, value: Any) -> Any:
    kind = _KINDS.get(name)
    if kind is None:
        raise Invalid(f"A mailbox has no setting {name!r}; it has {', '.join(_KINDS)}.")
    if not isinstance(value, kind):
        raise Invalid(f"{name} cannot be {value!r}.")
    if isinstance(value, list):
        wrong = next((each for each in value if "@" not in str(each)), None)
        if wrong is not None:
            raise Invalid(f"{wrong!r} is not an e-mail address.")
        return [str(each).strip().lower() for each in value]
    if isinstance(value, str) and len(value) > _LONGEST_SIGNATURE:
        raise Invalid(f"A signature has at most {_LONGEST_SIGNATURE:,} characters.")
    return value


def kept_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What stays when a mailbox is connected anew."""
    return {name: settings[name] for name in _KINDS if name in settings}
