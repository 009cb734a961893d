"""What a call that was written down does: it answers a case, and contacts a lead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from store.cases.mails import follow_links as follow_cases
from store.leads.mails import follow_links as follow_leads


def follow_calls(tx: Connection, activity_ids: Collection[int], *, now: datetime) -> None:
    """Keep cases and leads in step with what these activities say by now, and with what they are linked to."""
    follow_leads(tx, activity_ids, now=now)
    follow_cases(tx, activity_ids, now=now)
