"""Which mails were answered or sent on by one of us."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.outbox.queue import OutgoingState, Verb
from store.queries.paging import AnySelect
from store.schema.activities import Activity
from store.schema.mail import Email, EmailReference
from store.schema.outbox import Outgoing
from store.triage.acknowledged import is_acknowledgement

_ON_ITS_WAY = (OutgoingState.WAITING.value, OutgoingState.WORKING.value, OutgoingState.DONE.value)


def answers(tx: Connection, activity_ids: Collection[int]) -> dict[int, str]:
    """How mails were dealt with last, where it is known: reply, reply_all or forward.

    Known are mails that people wrote here, and answers in our sent mail that name what they answer.
    """
    replied, written = _statements()
    found: dict[int, str] = {}
    for portion in chunked(activity_ids):
        ids = {"ids": portion}
        found |= dict.fromkeys(tx.execute(replied, ids).scalars(), "reply")
        for activity_id, payload in tx.execute(written, ids):
            is_automatic = any(name == "Auto-Submitted" for name, _ in payload.get("headers", ()))
            if not is_automatic and payload.get("how") in ("reply", "reply_all", "forward"):
                found[activity_id] = payload["how"]
    return found


@cache
def _statements() -> tuple[AnySelect, AnySelect]:
    """Answers in our sent mail to `ids`, and what was written to them here. Made once: that takes longer than to read
    them."""
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    original, answer, reply = aliased(Email), aliased(Activity), aliased(Email)
    replied = (
        select(original.id)
        .join(EmailReference, EmailReference.message_id == original.message_id)
        .join(answer, answer.id == EmailReference.activity_id)
        .join(reply, reply.id == answer.id)
        .where(original.id.in_(ids), original.message_id != "", EmailReference.position == 0)
        .where(answer.direction == "out", reply.noise == "", ~is_acknowledgement(answer.id))
    )
    written = (
        select(Outgoing.activity_id, Outgoing.payload)
        .where(Outgoing.activity_id.in_(ids), Outgoing.verb == Verb.SEND_MAIL.value)
        .where(Outgoing.state.in_(_ON_ITS_WAY))
        .order_by(Outgoing.id)
    )
    return replied, written
