"""All that follows for follow-ups from what happened and from time that passes.

Each step reads what is pending in the store, so it may run at any time, in any process, and one that was killed is
simply done again.
"""

from __future__ import annotations

from datetime import datetime

from dateutil.tz import tzlocal

from assistant.following.bringing import bring_up_due
from assistant.following.day.mailing import mail_days
from assistant.following.finding.after_meetings import ask_after_meetings
from assistant.following.finding.scanning import close_what_is_over, look_at_records
from assistant.following.finding.worker import follow_mails
from assistant.reader_zone import zone_name
from store.engine import Store


def keep_following(store: Store, *, now: datetime, zone: str = "") -> None:
    """Read new mail, look at the next records, ask after meetings, close what is over, bring up what is due, and mail
    their day to those whose time has come. `zone` is the IANA zone of users who named none, '' for the one of this
    computer."""
    zone = zone or zone_name(tzlocal())
    follow_mails(store, now=now, zone=zone)
    look_at_records(store, now=now, zone=zone)
    ask_after_meetings(store, now=now, zone=zone)
    close_what_is_over(store, now=now)
    bring_up_due(store, now=now, zone=zone)
    mail_days(store, now=now, zone=zone)
