"""Reading new mail for what is asked and promised in it: what waits for that in the store is read and kept, a batch per
transaction. A process that is killed leaves what it did not finish waiting, and what two read at once is kept once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from dateutil.tz import tzlocal
from sqlalchemy import Connection

from assistant.apart import FOLLOWING, apart, give_up
from assistant.following.finding.awaiting import Ask, Sayings, asks_of, heard, met, sent_again
from assistant.following.finding.made import fact_of_ask, fact_of_promise
from assistant.following.finding.promises import Promise, kept_by_meeting, promises_of, promises_to_meet
from assistant.following.finding.wishes import wishes_of
from assistant.following.saying.reading import said_in
from assistant.following.saying.values import Said
from assistant.reader_zone import zone_name
from mail_sync.clues import READER_VERSION, read_clues
from store.engine import Store
from store.following.facts import Conversation, Fact, Met, Person, ThreadMail, Wishes
from store.following.keeping import close_others, keep, pending_mails, set_read, still_pending
from store.linking.clues import missing_clues
from store.linking.pending import uid_and_kind
from store.queries.following.contacts import addresses_of, answer_times, mails_from, mails_to, meetings_with
from store.queries.following.conversations import conversations, threads_of

BATCH = 100

_Wishes = Mapping[int, Wishes]


def follow_mails(store: Store, *, now: datetime, zone: str = "") -> int:
    """Read every mail that waits for it; returns how many follow-ups are new. Safe to run anywhere, any time; where
    nothing waits it costs a look into an index. `zone` is the IANA zone of users who named none, '' for the one of this
    computer."""
    new = 0
    zone = zone or zone_name(tzlocal())
    while True:
        with store.read() as tx:  # without the write lock, which others need while texts are read
            waiting = pending_mails(tx, limit=BATCH)
        if not waiting:
            return new
        new += sum(apart(waiting, partial(_read, store, now, zone), partial(_fails, store, now)))


def _fails(store: Store, now: datetime, activity_id: int, error: Exception) -> None:
    with store.read() as tx:
        uid, kind = uid_and_kind(tx, activity_id)
    done = partial(set_read, activity_ids=[activity_id])
    give_up(store, f"{FOLLOWING}{uid}", kind, "It could not be read for follow-ups", error, done=done, now=now)


def _read(store: Store, now: datetime, zone: str, waiting: Sequence[int]) -> int:
    """Read these mails and what belongs to them; returns how many follow-ups are new."""
    sayings = _Sayings()
    with store.read() as tx:
        found = conversations(tx, threads_of(tx, waiting))
        sayings.read(tx, found, wishes_of(tx, found, zone))
    with store.write() as tx:  # looked up once more: what another process wrote meanwhile counts
        ids = still_pending(tx, waiting)
        found = conversations(tx, threads_of(tx, ids))
        wishes = wishes_of(tx, found, zone)
        sayings.read(tx, found, wishes)
        facts = _facts(tx, found, sayings.by_mail, wishes)
        close_others(tx, [mail.activity_id for one in found for mail in one.mails], _names(facts), now=now)
        new = keep(tx, facts, now=now)
        set_read(tx, ids)
    return new


def _names(facts: Iterable[Fact]) -> list[str]:
    return [fact.found.identity for fact in facts]


class _Sayings:
    """What mails say, each read once."""

    def __init__(self) -> None:
        self.by_mail: dict[int, tuple[Said, ...]] = {}

    def read(self, tx: Connection, found: Iterable[Conversation], wishes: _Wishes) -> None:
        """Read the mails of these conversations that count and were not read yet."""
        mails = [
            mail
            for one in found
            for mail in one.mails
            if mail.is_fresh and mail.user_id in wishes and mail.activity_id not in self.by_mail
        ]
        unread = missing_clues(tx, [mail.activity_id for mail in mails if not mail.text], READER_VERSION)
        texts = {one.activity_id: read_clues(one.subject, one.text, one.new_text_size).new_text for one in unread}
        for mail in mails:
            text = mail.text or texts.get(mail.activity_id, "")
            own = wishes[mail.user_id or 0]
            at = mail.at.astimezone(ZoneInfo(own.zone))
            self.by_mail[mail.activity_id] = _said(text, mail.direction == "out", at) if text else ()


@lru_cache(1_000)  # each new mail of a conversation has the earlier ones read again
def _said(text: str, sent: bool, at: datetime) -> tuple[Said, ...]:
    return said_in(text, sent=sent, now=at)


def _facts(tx: Connection, found: Collection[Conversation], said: Sayings, wishes: _Wishes) -> list[Fact]:
    asks = [ask for one in found for ask in asks_of(one, said, wishes)]
    promises = [promise for one in found for promise in promises_of(one, said, wishes)]
    around = _Around(tx)
    facts: list[Fact | None] = []
    for ask in asks:
        own = wishes[ask.mail.user_id or 0]
        ask = around.settle(ask, own) if ask.is_open else ask
        facts.append(fact_of_ask(ask, own, around.answers(ask) if ask.is_open else ()))
    for promise in promises:
        promise = around.settle_promise(promise) if promise.is_open else promise
        facts.append(fact_of_promise(promise, wishes[promise.mail.user_id or 0]))
    return [fact for fact in facts if fact is not None]


class _Around:
    """What the people of conversations did elsewhere, each asked for once."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._answers: dict[str, list[tuple[datetime, datetime]]] = {}

    def settle(self, ask: Ask, wishes: Wishes) -> Ask:
        """An ask after what its people wrote in other conversations, and the meetings that were booked with them."""
        emails = addresses_of(self._tx, ask.asked)
        if ask.bounced is not None:
            ask = sent_again(ask, mails_to(self._tx, emails, since=ask.mail.at))
        ask = heard(ask, mails_from(self._tx, emails, since=ask.mail.at), wishes, elsewhere=True)
        return met(ask, self._met(ask.asked, emails, ask.mail)) if ask.is_open else ask

    def settle_promise(self, promise: Promise) -> Promise:
        """A promise after the meetings and calls with whom it was made to."""
        if not promises_to_meet(promise):
            return promise
        people = promise.mail.others + promise.mail.copied
        return kept_by_meeting(promise, self._met(people, {one.email for one in people}, promise.mail))

    def answers(self, ask: Ask) -> list[tuple[datetime, datetime]]:
        """When whoever is asked first was asked before, and answered."""
        email = ask.asked[0].email
        if email not in self._answers:
            self._answers[email] = answer_times(self._tx, email)
        return self._answers[email]

    def _met(self, people: Iterable[Person], emails: Collection[str], mail: ThreadMail) -> list[Met]:
        known = {key for one in people for key in (*one.contacts, *one.accounts)}
        return meetings_with(self._tx, emails, known, since=mail.at)
