"""What one mail is regarding bears on later ones: those that answer it, that quote it, and those of the same people."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from store.linking.pending import reopen_answers
from store.linking.quotations import reopen_quoting
from store.linking.recent import reopen_later


def reopen_following(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these activities are regarding changed: whatever may follow from it is decided again."""
    reopen_answers(tx, activity_ids)
    reopen_quoting(tx, activity_ids)
    reopen_later(tx, activity_ids)
