"""Rules at work: mail that waits for them is decided, and what a rule asks for is done.

Facts are read for many mails at once and without the write lock. Every mail that a rule does something about is looked
at once more in a transaction of its own, which sees what was done for the mails before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from assistant.apart import TRIAGE, apart, give_up
from assistant.triage.acknowledging import is_told_often
from assistant.triage.acting import act
from assistant.triage.facts import MailFacts
from assistant.triage.flooding import is_flood, is_held_back
from assistant.triage.matching import Decision
from assistant.triage.past_facts import SoFar, facts_of
from assistant.triage.stored import LiveRules
from mail_sync.clues import READER_VERSION, read_clues
from store.actor import SYSTEM
from store.engine import Store
from store.linking.clues import missing_clues
from store.linking.pending import uid_and_kind
from store.queries.triage import incoming_mails
from store.queries.triage_mail import DAY, IncomingMail
from store.triage.acts import connected_since, rule_acts
from store.triage.notices import tell
from store.triage.rows import claim
from store.triage.states import decide_by_itself, pending_rows, settle_by_itself
from store.triage.waiting import any_due, leave_to_people, pending_mails, wake_mails

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Known:
    """Mails, oldest first, with what rules may know of them by themselves, and what rules did lately. `too_old` came
    before their mailboxes were connected: rules let them be."""

    mails: tuple[IncomingMail, ...]
    facts: Mapping[int, MailFacts]
    so_far: SoFar
    too_old: frozenset[int]

    def of(self, mail: IncomingMail) -> MailFacts:
        return self.so_far.added(self.facts[mail.activity_id], mail)


def triage_pending(store: Store, *, now: datetime) -> int:
    """Decide about every mail that waits for rules, and wake what was put off until now; returns how many were decided.

    Safe to run anywhere, any time; where nothing waits it costs two looks into an index.
    """
    with store.read() as tx:  # without the write lock, which others need while nothing waits
        due = any_due(tx, now=now)
        waiting = pending_mails(tx, limit=BATCH)
    if due:
        with store.write() as tx:
            wake_mails(tx, now=now)
    done = 0
    while waiting:
        done += sum(apart(waiting, partial(_decide, store, now), partial(_fails, store, now)))
        with store.read() as tx:
            waiting = pending_mails(tx, limit=BATCH)
    return done


def _fails(store: Store, now: datetime, activity_id: int, error: Exception) -> None:
    with store.read() as tx:
        uid, kind = uid_and_kind(tx, activity_id)
    done = partial(leave_to_people, activity_ids=[activity_id])
    give_up(store, f"{TRIAGE}{uid}", kind, "Rules could not look at it", error, done=done, now=now)


def _decide(store: Store, now: datetime, waiting: Sequence[int]) -> int:
    """Decide about these mails, oldest first; returns how many there were."""
    with store.read() as tx:
        rules = LiveRules(tx)
        known = _known(tx, waiting, now) if rules.any else None
    held_back = frozenset() if known is None else _follow_rules(store, rules, known, now)
    with store.write() as tx:
        decide_by_itself(tx, pending_rows(tx, [key for key in waiting if key not in held_back]))
        leave_to_people(tx, waiting)
    return len(waiting)


def _follow_rules(store: Store, rules: LiveRules, known: _Known, now: datetime) -> frozenset[int]:
    """Do what rules say of these mails. Returns those of which one wanted to make something, and was held back."""
    held_back: set[int] = set()
    told_often: set[str] = set()
    touched: set[int] = set()  # threads in which something was done, which is news for the rest of them
    for mail in known.mails:
        facts = known.of(mail)
        decision = _decision(rules, known, mail, facts)
        if is_told_often(facts) and any(each.action.name == "acknowledge" for each in decision.withheld):
            told_often.add(mail.email)
        if decision.actions or mail.thread_id in touched:
            with store.write() as tx:
                _act(tx, rules, known, mail.activity_id, now)
            touched.add(mail.thread_id)
        elif is_held_back(facts) and decision.withheld:
            held_back.add(mail.activity_id)
    _warn_of_floods(store, [mail for mail in known.mails if mail.activity_id in held_back], known, now)
    _warn_of_answers(store, told_often, now)
    return frozenset(held_back)


def _decision(rules: LiveRules, known: _Known, mail: IncomingMail, facts: MailFacts) -> Decision:
    if mail.activity_id in known.too_old:
        return Decision()
    return rules.book(mail.occurred_at).decide(facts)


def _act(tx: Connection, rules: LiveRules, before: _Known, activity_id: int, now: datetime) -> None:
    """Look at a mail as it stands now, and do what a rule says."""
    if not claim(tx, activity_id):
        return  # another process did, or a person decided
    fresh = _known(tx, [activity_id], now)
    for mail in fresh.mails:
        facts = before.so_far.added(fresh.facts[mail.activity_id], mail)
        decision = _decision(rules, fresh, mail, facts)
        decided = is_held_back(facts) and bool(decision.withheld)
        if decision.rule is not None and decision.actions:
            decided = act(tx, mail, decision, rules.stored(decision.rule), now=now)
            before.so_far.note(mail, decision)
        if not decided:
            settle_by_itself(tx, [activity_id])


def _known(tx: Connection, activity_ids: Sequence[int], now: datetime) -> _Known:
    mails = incoming_mails(tx, activity_ids, by=SYSTEM)
    keys = [mail.activity_id for mail in mails]
    unread = missing_clues(tx, keys, READER_VERSION)
    read = {each.activity_id: read_clues(each.subject, each.text, each.new_text_size).new_text for each in unread}
    facts = {
        mail.activity_id: replace(
            facts_of(mail, read.get(mail.activity_id, mail.new_text)), is_late=now - mail.occurred_at > DAY
        )
        for mail in mails
    }
    since = connected_since(tx, keys)
    too_old = frozenset(mail.activity_id for mail in mails if mail.occurred_at < since.get(mail.activity_id, now))
    return _Known(mails, facts, _so_far(tx, mails), too_old)


def _so_far(tx: Connection, mails: Sequence[IncomingMail]) -> SoFar:
    so_far = SoFar()
    if not mails:
        return so_far
    emails, threads = {mail.email for mail in mails if mail.email}, {mail.thread_id for mail in mails}
    acts = rule_acts(tx, emails, threads, mails[0].occurred_at, mails[-1].occurred_at)
    for email, subject, at in acts.made:
        so_far.note_made(email, subject, at)
    for email, thread_id, at in acts.told:
        so_far.note_told(email, thread_id, at)
    for thread_id, day in acts.days:
        so_far.note_day(thread_id, day)
    return so_far


def _warn_of_floods(store: Store, mails: Sequence[IncomingMail], known: _Known, now: datetime) -> None:
    """Tell people, once a day, of senders who write as no person does."""
    worst: dict[str, int] = {}
    for mail in mails:
        if is_flood(known.facts[mail.activity_id]):
            worst[mail.email] = max(mail.within_hour, worst.get(mail.email, 0))
    if not worst:
        return
    with store.write() as tx:
        for email, count in worst.items():
            told = (
                f"{email} wrote {count:,} mails within an hour. One was made a case or lead; the others wait in triage."
            )
            tell(tx, f"flood/{email}/{now:%Y-%m-%d}", told, now=now)


def _warn_of_answers(store: Store, emails: Collection[str], now: datetime) -> None:
    """Tell people, once of each, of senders who are sent no more acknowledgements for now."""
    if not emails:
        return
    with store.write() as tx:
        for email in sorted(emails):
            told = f"{email} writes often and is sent no more acknowledgements this week; it may be a machine."
            tell(tx, f"acknowledged/{email}", told, now=now)
