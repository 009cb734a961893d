"""What of a sender waits is ignored at once, when nothing of theirs is wanted any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, select

from store.access import sees_activity
from store.actor import Actor
from store.history.ledger import Change
from store.schema.activities import Activity, ActivityParty
from store.schema.triage import Triage
from store.triage.rows import changed, set_states, triage_states
from store.triage.standing import State

_WAITING = (State.PENDING.value, State.UNDECIDED.value, State.SNOOZED.value)


def ignore_waiting(tx: Connection, sender: str, *, by: Actor, now: datetime) -> list[Change]:
    """Ignore what waits of this address, or of everybody of this registrable domain, as far as `by` sees it; returns
    what changed, for the ledger."""
    theirs = ActivityParty.email == sender
    if "@" not in sender:
        # By the registrable domain an index finds them; an address of a part of it has that domain, too.
        at_domain = ActivityParty.email.endswith(f"@{sender}", autoescape=True)
        theirs = and_(ActivityParty.domain == sender, at_domain)
    mails = (
        select(Triage.activity_id)
        .join(Activity, Activity.id == Triage.activity_id)
        .join(ActivityParty, ActivityParty.activity_id == Triage.activity_id)
        .where(Triage.state.in_(_WAITING), ActivityParty.role == "from", theirs, sees_activity(by))
    )
    keys = list(tx.execute(mails).scalars())
    before = triage_states(tx, keys)
    set_states(tx, dict.fromkeys(keys, State.IGNORED), decided_at=now, rule_id=None)
    return changed(before, triage_states(tx, keys))
