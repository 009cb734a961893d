"""Which mail is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.chat.pointing import pointed, record, speaks_of
from assistant.chat.registry import Talk
from store.errors import NotFound
from store.queries.activities import find_activity
from store.queries.timeline import timeline


def the_mail(talk: Talk, value: Any) -> int:
    """The key of the activity: pointed at, or the newest from its sender. Raises NotFound."""
    if not isinstance(value, Mapping):
        return talk.services.read(find_activity, pointed(talk, value))
    if "sender" not in value:
        raise NotFound("say from whom the mail is")
    ref = record(talk, value["sender"])
    rows = talk.services.read(timeline, ref.record_id, kind="email", limit=50).rows
    received = (row for row in rows if row.direction == "in")
    newest = next((row for row in received if "text" not in value or speaks_of(row.subject, value["text"])), None)
    if newest is None:
        raise NotFound(f"no mail from {ref.title}")
    return newest.activity_id
