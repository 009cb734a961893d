"""The one loop of import, sync and demo: something was stored, now everything that follows from it is done.

Each step reads what is pending in the store, so a step that was killed is simply done again.
"""

from __future__ import annotations

from datetime import datetime

from assistant.cases.answering import act_on_answers
from assistant.duplicates.scanning import compare_waiting
from assistant.following.finding.worker import follow_mails
from assistant.following.in_outlook import tell_outlook
from assistant.following.keeping_up import keep_following
from assistant.leads.assigning import assign_new_leads
from assistant.leads.scoring import score_waiting
from assistant.linking.worker import link_pending
from assistant.proposing.worker import propose_waiting
from assistant.scheduling.keeping_up import keep_up
from assistant.triage.worker import triage_pending
from calendar_sync.invitations import take_invitations
from store.engine import Store
from store.linking.shown import mailboxes_to_show, show_standing_links


def follow_up(store: Store, *, now: datetime, again: bool = True) -> int:
    """Put meetings that came by mail into the calendar, decide what everything new is regarding, let triage rules act
    on what came in and on new leads, find what somebody has to come back to, propose what signatures say, look for
    duplicates of new and changed records, work out how promising leads are, do what follows from bookings, and go on
    with showing the links of mailboxes that began to show them, a bounded step for each.

    Returns how many mails and meetings are linked that were not before. Without `again`, what was decided before and
    waits to be looked at again goes on waiting, as do proposals, duplicates and what follows from bookings: in the
    midst of a sync the same would be looked at many times.
    """
    take_invitations(store, now=now)
    linked = link_pending(store, now=now, again=again)
    act_on_answers(store, now=now)
    triage_pending(store, now=now)
    assign_new_leads(store, now=now)
    follow_mails(store, now=now)
    if again:
        propose_waiting(store, now=now)
        compare_waiting(store, now=now)
        score_waiting(store)
        keep_up(store, now=now)
        keep_following(store, now=now)
        tell_outlook(store, now=now)
    _go_on_showing(store, now)
    return linked


def _go_on_showing(store: Store, now: datetime) -> None:
    with store.read() as tx:  # without the write lock, which others need
        mailbox_ids = mailboxes_to_show(tx)
    for mailbox_id in mailbox_ids:
        with store.write() as tx:
            show_standing_links(tx, mailbox_id, now=now)
