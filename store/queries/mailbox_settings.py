"""What was chosen for a mailbox: about writing from it, showing things in it, and syncing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.errors import NotFound
from store.schema.people import Mailbox
from store.sync.mailboxes import FILES
from store.sync.settings import ALIASES, FIELDS, MAY_DELETE, QUIET_HOUR, SEND_AS, SHOW_LINKS, SIGNATURE


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The choices for one mailbox (see store.sync.settings).

    `fields` holds the directions that differ from two_way, by what an item is; `quiet_hour` is None where nobody chose.
    """

    mailbox_id: int
    mailbox: str
    signature: str
    aliases: tuple[str, ...]
    send_as: tuple[str, ...]
    show_links: bool
    may_delete: bool
    quiet_hour: int | None
    fields: Mapping[str, Mapping[str, str]]


def mail_settings(tx: Connection, address: str, *, by: Actor) -> MailSettings:
    """The settings of the mailbox with this address. Raises NotFound where it has no server or is not theirs."""
    wanted = address.strip().lower()
    row = tx.execute(
        select(Mailbox.id, Mailbox.address, Mailbox.settings).where(
            Mailbox.address == wanted, Mailbox.provider != FILES
        )
    ).one_or_none()
    if row is None or not (by.sees_everything or row.id in by.mailbox_ids):
        raise NotFound(f"no mailbox {wanted} of yours is connected")
    return _read(row.id, row.address, row.settings)


def _read(mailbox_id: int, address: str, settings: Mapping[str, Any]) -> MailSettings:
    return MailSettings(
        mailbox_id=mailbox_id,
        mailbox=address,
        signature=str(settings.get(SIGNATURE, "")),
        aliases=tuple(settings.get(ALIASES, ())),
        send_as=tuple(settings.get(SEND_AS, ())),
        show_links=settings.get(SHOW_LINKS) is True,
        may_delete=settings.get(MAY_DELETE) is True,
        quiet_hour=settings.get(QUIET_HOUR),
        fields=settings.get(FIELDS, {}),
    )
