"""How far linking is with what it looks at again."""

from __future__ import annotations

from sqlalchemy import Connection, literal_column, select

from store.actor import Actor
from store.queries.paging import Count, counted
from store.schema.activities import Activity


def looked_at_again(tx: Connection, *, by: Actor) -> Count:
    """How many mails and meetings wait to be decided again, whoever may see them."""
    # Written out, because a partial index is found by its words.
    return counted(tx, select(Activity.id).where(Activity.link_state == literal_column("'again'")))
