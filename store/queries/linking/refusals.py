"""What people refused, as it bears on the facts of mail: what nothing may propose, and evidence that no longer counts.

Refused are a mail, its topic, its sender or their domain. What was rejected of an earlier mail is not passed on to its
answers either, and before a split lies another topic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from store.chunks import chunked
from store.linking.facts import ActivityFacts, Ancestor, Party
from store.linking.refused_mail import DOMAIN, MESSAGE, SENDER, SPLIT, THREAD
from store.linking.topics import topics_of
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email

#: Keys of records that are refused; None stands for all of them.
_Refused = set[int | None]


def with_refusals(tx: Connection, facts: Sequence[ActivityFacts], rows: Sequence[Row[Any]]) -> list[ActivityFacts]:
    """The facts with what was refused of each, and without the evidence that is void."""
    earlier = {mail.activity_id for each in facts for mail in _earlier(each)}
    mails = _Mails(tx, earlier | {row.id for row in rows})
    topics = _Topics(tx, facts, {row.id: row.thread_id for row in rows})
    senders = _Senders(tx, facts)
    return [
        _refused(mails.told(each), mails.refused[each.activity_id], topics.refused(each) | senders.refused(each))
        for each in facts
    ]


def _refused(facts: ActivityFacts, itself: _Refused, around: _Refused) -> ActivityFacts:
    """`itself` was refused of the mail, `around` of its topic and its people."""
    if not (facts.refused or itself or around):
        return facts
    return replace(
        facts,
        refused=facts.refused | _records(itself | around),
        refused_itself=facts.refused | _records(itself),
        refused_all=None in itself or None in around,
        refused_mail=None in itself,
    )


def _records(refused: _Refused) -> frozenset[int]:
    return frozenset(record_id for record_id in refused if record_id is not None)


def _earlier(facts: ActivityFacts) -> list[Ancestor]:
    return [*facts.ancestors, *(each.mail for each in facts.quoted)]


class _Mails:
    """What was said of single mails: `refused` of them as such; links rejected; and where another topic begins."""

    def __init__(self, tx: Connection, activity_ids: Collection[int]) -> None:
        self.refused: dict[int, _Refused] = defaultdict(set)
        self._rejected: dict[int, set[int]] = defaultdict(set)
        self._split: set[int] = set()
        for portion in chunked(activity_ids):
            rejected = (Link.activity_id.in_(portion), Link.state == "rejected", Link.decided_by == "user")
            for key, record_id in tx.execute(select(Link.activity_id, Link.record_id).where(*rejected)):
                self._rejected[key].add(record_id)
            said = (
                select(Activity.id, LinkRefusal.scope, LinkRefusal.record_id)
                .join(LinkRefusal, LinkRefusal.subject == Activity.uid)
                .where(Activity.id.in_(portion), LinkRefusal.scope.in_((MESSAGE, SPLIT)))
            )
            for row in tx.execute(said):
                if row.scope == SPLIT:
                    self._split.add(row.id)
                else:
                    self.refused[row.id].add(row.record_id)

    def told(self, facts: ActivityFacts) -> ActivityFacts:
        """The facts with earlier mail that still is evidence, and what of it is."""
        if facts.activity_id in self._split:
            return replace(facts, ancestors=(), quoted=(), tokens=())
        earlier = _earlier(facts)
        if not any(self._is_border(mail) or mail.activity_id in self._rejected for mail in earlier):
            return facts
        ancestors = self._nearest(facts.ancestors)
        borders = [
            mail.occurred_at for mail in (*ancestors, *(each.mail for each in facts.quoted)) if self._is_border(mail)
        ]
        since = max(borders, default=None)
        kept = [each for each in facts.quoted if since is None or each.mail.occurred_at >= since]
        return replace(
            facts,
            ancestors=tuple(self._without_rejected(mail, earlier) for mail in ancestors),
            quoted=tuple(replace(each, mail=self._without_rejected(each.mail, earlier)) for each in kept),
            tokens=tuple(each for each in facts.tokens if since is None or each.sent_at >= since),
        )

    def _nearest(self, ancestors: Sequence[Ancestor]) -> Sequence[Ancestor]:
        """Those from this side of the nearest border, the mail at the border with them."""
        for place, mail in enumerate(ancestors, 1):
            if self._is_border(mail):
                return ancestors[:place]
        return ancestors

    def _is_border(self, mail: Ancestor) -> bool:
        return mail.activity_id in self._split or None in self.refused.get(mail.activity_id, ())

    def _without_rejected(self, mail: Ancestor, earlier: Sequence[Ancestor]) -> Ancestor:
        """What was rejected of it, or of a later mail on the way, it does not pass on."""
        later = (each for each in earlier if each.occurred_at >= mail.occurred_at)
        rejected = frozenset(record_id for each in later for record_id in self._rejected.get(each.activity_id, ()))
        return replace(mail, refused=rejected) if rejected else mail


class _Topics:
    """What was refused of whole topics. A mail that quotes one of a refused topic belongs to it, whatever it names."""

    def __init__(self, tx: Connection, facts: Sequence[ActivityFacts], threads: dict[int, int | None]) -> None:
        self._refused: dict[tuple[int | None, str], _Refused] = defaultdict(set)
        refusals = tx.execute(
            select(LinkRefusal.subject, LinkRefusal.record_id, Email.id, Email.thread_id)
            .outerjoin(Activity, Activity.uid == LinkRefusal.subject)
            .outerjoin(Email, Email.id == Activity.id)
            .where(LinkRefusal.scope == THREAD)
        ).all()
        if not refusals:
            return
        quoted = {each.quoted[0].mail.activity_id for each in facts if each.quoted}
        self._threads = threads | _threads_of(tx, quoted)
        of_old = {int(row.subject) for row in refusals if row.subject.isdecimal()}
        self._roots = topics_of(tx, of_old | {row.thread_id for row in refusals if row.thread_id is not None})
        for row in refusals:
            thread_id = int(row.subject) if row.subject.isdecimal() else row.thread_id
            self._refused[thread_id, self._roots.get(row.id, "")].add(row.record_id)

    def refused(self, facts: ActivityFacts) -> _Refused:
        if not self._refused:
            return set()
        mails = [facts.activity_id, *(each.mail.activity_id for each in facts.quoted[:1])]
        topics = [(self._threads.get(key), self._roots.get(key, "")) for key in mails]
        return {record_id for topic in topics for record_id in self._refused.get(topic, ())}


class _Senders:
    """What was refused of addresses and domains: for what comes from there, and what we write to nobody else."""

    def __init__(self, tx: Connection, facts: Sequence[ActivityFacts]) -> None:
        self._refused: dict[tuple[str, str], _Refused] = defaultdict(set)
        outside = [party for each in facts for party in each.outside]
        for scope, subjects in (
            (SENDER, {party.email for party in outside}),
            (DOMAIN, {party.domain for party in outside if party.domain}),
        ):
            for portion in chunked(subjects):
                said = (LinkRefusal.scope == scope, LinkRefusal.subject.in_(portion))
                for subject, record_id in tx.execute(select(LinkRefusal.subject, LinkRefusal.record_id).where(*said)):
                    self._refused[scope, subject].add(record_id)

    def refused(self, facts: ActivityFacts) -> _Refused:
        sender = facts.sender
        people = facts.outside if sender is None or sender.own else (sender,)
        return set.intersection(*map(self._of, people)) if people else set()

    def _of(self, party: Party) -> _Refused:
        return self._refused.get((SENDER, party.email), set()) | self._refused.get((DOMAIN, party.domain), set())


def _threads_of(tx: Connection, activity_ids: Collection[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(select(Email.id, Email.thread_id).where(Email.id.in_(portion)))
        found.update({row.id: row.thread_id for row in rows})
    return found
