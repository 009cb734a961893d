"""How the users whose mail is read want to be reminded."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from store.following.facts import Conversation, Wishes
from store.following.settings import settings_of


def wishes_of(tx: Connection, found: Iterable[Conversation], zone: str) -> dict[int, Wishes]:
    """The wishes of the users whose mail these conversations hold; `zone` is that of users who named none."""
    return of_users(tx, {mail.user_id for one in found for mail in one.mails if mail.user_id is not None}, zone)


def of_users(tx: Connection, user_ids: Collection[int], zone: str) -> dict[int, Wishes]:
    """The wishes of these users, by their keys."""
    return {user_id: _wishes(tx, user_id, zone) for user_id in sorted(user_ids)}


def _wishes(tx: Connection, user_id: int, zone: str) -> Wishes:
    own = settings_of(tx, user_id, zone=zone)
    return Wishes(own.zone, own.calendar, own.patience, own.confirms, own.colleagues)
