"""Texts to begin a mail with, for one person or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from store.actor import Actor
from store.errors import Invalid, NotAllowed, NotFound
from store.schema.outbox import MailTemplate
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class Template:
    """`shared`: everybody may use it. Fields stand in both texts as {contact.given_name}."""

    uid: str
    name: str
    subject: str
    text: str
    shared: bool


def templates(tx: Connection, *, by: Actor) -> tuple[Template, ...]:
    """Those that `by` may use, by name."""
    columns = (MailTemplate.uid, MailTemplate.name, MailTemplate.subject, MailTemplate.text, MailTemplate.owner_id)
    rows = tx.execute(select(*columns).where(*_usable(by)).order_by(MailTemplate.name, MailTemplate.id))
    return tuple(Template(*row[:4], shared=row.owner_id is None) for row in rows)


def save_template(
    tx: Connection,
    name: str,
    subject: str,
    text: str,
    *,
    shared: bool = False,
    uid: str | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Add a template, or change the one with `uid`; returns its uid. Raises Invalid, NotFound, NotAllowed."""
    if not name.strip():
        raise Invalid("A template needs a name.")
    values = {
        "name": " ".join(name.split()),
        "subject": subject,
        "text": text,
        "owner_id": None if shared else by.user_id,
    }
    if uid is None:
        uid = new_uid()
        tx.execute(insert(MailTemplate).values(uid=uid, created_at=now, **values))
        return uid
    key = _own(tx, uid, by)
    tx.execute(update(MailTemplate).where(MailTemplate.id == key).values(**values))
    return uid


def delete_template(tx: Connection, uid: str, *, by: Actor, now: datetime) -> None:
    """Nobody is offered it any more. Raises NotFound, NotAllowed."""
    key = _own(tx, uid, by)
    tx.execute(update(MailTemplate).where(MailTemplate.id == key).values(deleted_at=now))


def _own(tx: Connection, uid: str, by: Actor) -> int:
    row = tx.execute(
        select(MailTemplate.id, MailTemplate.owner_id).where(MailTemplate.uid == uid, *_usable(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such template")
    if row.owner_id is None and by.role == "restricted":
        raise NotAllowed("everybody's templates are not yours to change")
    return int(row.id)


def _usable(by: Actor) -> tuple[ColumnElement[bool], ...]:
    mine = or_(MailTemplate.owner_id.is_(None), MailTemplate.owner_id == by.user_id)
    return MailTemplate.deleted_at.is_(None), mine
