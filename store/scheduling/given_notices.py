"""How a site writes to its customers, as it is given by address and by names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from store.domains import parse_email
from store.errors import Invalid
from store.scheduling.notices import NOTICE_KINDS, notices_of
from store.scheduling.written import minutes_from
from store.schema.outbox import MailTemplate
from store.schema.people import Mailbox
from store.sync.mailboxes import FILES

_LEAST, _MOST = 15, 31 * 24 * 60  # minutes


def notices_from(tx: Connection, given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """For the store, with what was given by field; what is not named stays. Raises Invalid."""
    known = notices_of(before)
    mailbox = _mailbox(tx, _text(given["mailbox"])) if "mailbox" in given else known.mailbox
    remind = _remind(given["remind"]) if "remind" in given else known.remind
    if remind and mailbox is None:
        raise Invalid("Reminders go out from a scheduling mailbox; say which.")
    templates = dict(known.templates)
    for kind in NOTICE_KINDS:
        if kind in given:
            templates[kind] = _template(tx, kind, _text(given[kind]))
    kept = {"mailbox": mailbox, "remind": remind, "templates": {kind: uid for kind, uid in templates.items() if uid}}
    return {name: value for name, value in kept.items() if value}


def _mailbox(tx: Connection, address: str) -> str | None:
    if not address:
        return None
    wanted = parse_email(address)
    found = select(Mailbox.uid).where(Mailbox.address == wanted, Mailbox.provider != FILES)
    uid = tx.execute(found).scalar()
    if uid is None:
        raise Invalid(f"Scheduling mailbox: there is no mailbox {wanted} that could send mail.")
    return uid


def _remind(given: Any) -> int:
    if given in (None, "", 0, "0"):
        return 0
    return minutes_from("Reminder", given, least=_LEAST, most=_MOST)


def _template(tx: Connection, kind: str, name: str) -> str:
    """The uid of the template with this name that is for everybody, '' for no name."""
    if not name:
        return ""
    shared = (MailTemplate.owner_id.is_(None), MailTemplate.deleted_at.is_(None))
    named = (func.lower(MailTemplate.name) == name.lower()) | (MailTemplate.uid == name)
    uid = tx.execute(select(MailTemplate.uid).where(*shared, named).order_by(MailTemplate.id).limit(1)).scalar()
    if uid is None:
        raise Invalid(f"{kind.capitalize()}: there is no template {name!r} for everybody.")
    return uid


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())
