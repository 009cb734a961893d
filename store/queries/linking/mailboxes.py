"""What mailboxes say of their mail to linking: whether it is tracked, and which mails written here it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from store.chunks import chunked
from store.linking.facts import ActivityFacts, SentMail
from store.linking.tracking import PLAIN, is_shown
from store.mail.tokens import verified_uids
from store.queries.linking.records import records_of
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.store_keys import MAIL_TOKENS, find_key
from store.sync.settings import LINK_INTERNAL


def with_mailboxes(
    tx: Connection, facts: Sequence[ActivityFacts], activities: Sequence[Row[Any]], lines: Mapping[int, Sequence[str]]
) -> list[ActivityFacts]:
    """The facts with what the mailboxes say: whether the mail is tracked, and which mails written here it names."""
    held = _held(tx, [row.id for row in activities])
    tokens = _Tokens(tx)
    own = {row.id: [*tokens.named(row.message_id, row.stamp), *held.stamps.get(row.id, ())] for row in activities}
    repeated = {row.id: tokens.named(*lines.get(row.id, ())) for row in activities}
    sent = _sent(tx, {uid for found in (*own.values(), *repeated.values()) for uid in found})

    def mails(uids: Iterable[str], own_uids: Sequence[str] = ()) -> tuple[SentMail, ...]:
        return tuple(sent[uid] for uid in dict.fromkeys(uids) if uid in sent and uid not in own_uids)

    return [
        replace(
            each,
            tracked=each.activity_id in held.tracked,
            owners=held.owners.get(each.activity_id, ()),
            link_internal=each.activity_id in held.link_internal,
            sent=mails(own[each.activity_id]),
            tokens=mails(repeated[each.activity_id], own[each.activity_id]),
        )
        for each in facts
    ]


@dataclass(frozen=True, slots=True)
class _Held:
    """What the mailboxes that hold these mails say of them."""

    tracked: frozenset[int]
    link_internal: frozenset[int]
    stamps: Mapping[int, Sequence[str]]
    owners: Mapping[int, tuple[str, ...]]


def _is_known(tx: Connection, remembered: str) -> bool:
    """A category with a number asks for that record, so one with a number that nobody has asks for none."""
    numbers = remembered.split()
    known = select(Record.id).where(Record.number.in_(numbers)).limit(1)
    return PLAIN in numbers or tx.execute(known).first() is not None


def _held(tx: Connection, activity_ids: Collection[int]) -> _Held:
    people = dict(_owners(tx))
    wanting = {row.id for row in tx.execute(select(Mailbox.id, Mailbox.settings)) if row.settings.get(LINK_INTERNAL)}
    owners: dict[int, set[str]] = defaultdict(set)
    tracked: set[int] = set()
    internal: dict[int, bool] = {}
    stamps: dict[int, list[str]] = defaultdict(list)
    columns = (
        MailboxItem.activity_id,
        MailboxItem.mailbox_id,
        MailboxItem.tracked,
        MailboxItem.stamp,
        MailboxItem.gone_at,
    )
    for portion in chunked(activity_ids):
        for row in tx.execute(select(*columns).where(MailboxItem.activity_id.in_(portion))):
            key: int = row.activity_id
            if row.tracked and not is_shown(row.tracked) and _is_known(tx, row.tracked):
                tracked.add(key)
            if row.stamp:
                stamps[key].append(row.stamp)
            if row.gone_at is None:
                # A link shows the mail to whoever sees the record, so nobody who holds it decides for the others.
                internal[key] = internal.get(key, True) and row.mailbox_id in wanting
            if row.gone_at is None and row.mailbox_id in people:
                owners[key].add(people[row.mailbox_id])
    return _Held(
        frozenset(tracked),
        frozenset(key for key, wanted in internal.items() if wanted),
        stamps,
        {key: tuple(sorted(found)) for key, found in owners.items()},
    )


def _owners(tx: Connection) -> Iterator[tuple[int, str]]:
    """Each mailbox with its owner's address; a mailbox without an owner, as a shared one, is nobody's."""
    owned = select(Mailbox.id, User.email).join(User, User.id == Mailbox.owner_id).where(User.email.is_not(None))
    yield from ((row.id, row.email) for row in tx.execute(owned))


class _Tokens:
    """Reads the tokens of mails written here; what is forged or somebody else's names nothing."""

    def __init__(self, tx: Connection) -> None:
        self._key = find_key(tx, MAIL_TOKENS)

    def named(self, *texts: str | None) -> tuple[str, ...]:
        return verified_uids(self._key, filter(None, texts)) if self._key is not None else ()


def _sent(tx: Connection, uids: Collection[str]) -> dict[str, SentMail]:
    """The mails written here for which somebody chose what they are regarding, by their uid."""
    rows: list[Any] = []
    columns = (Outgoing.uid, Outgoing.payload, Outgoing.record_id, Outgoing.created_at, Outgoing.done_at)
    for portion in chunked(uids):
        rows += tx.execute(select(*columns).where(Outgoing.uid.in_(portion), Outgoing.record_id.is_not(None))).all()
    records = records_of(tx, {row.record_id for row in rows})
    return {
        row.uid: SentMail(
            subject=str(row.payload.get("subject", "")),
            sent_at=row.done_at or row.created_at,
            audience=frozenset(
                str(one[0]).lower() for name in ("to", "cc", "bcc") for one in row.payload.get(name, ())
            ),
            regarding=records[row.record_id],
        )
        for row in rows
        if row.record_id in records
    }
