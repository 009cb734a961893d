"""What is read for the card of a meeting, in one snapshot and as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.following.day.meeting_card import CardLine, Matter, MeetingFacts, Person, Promise, Source, Talked
from assistant.following.day.meeting_card import meeting_card as card_of
from store.access import sees_activity
from store.actor import SYSTEM, Actor
from store.errors import NotFound
from store.following.customers import customers_of
from store.following.values import Kind
from store.queries.follow_ups import FollowUpRow, follow_ups
from store.queries.glance import last_contacts, open_cases, open_deals
from store.queries.linking.records import records_by_address
from store.queries.own import own_addresses, own_domains
from store.queries.refs import RecordRef, refs, regarding
from store.schema.activities import Activity, ActivityParty
from store.schema.records import Contact, Lead

_PEOPLE = 12  # that are looked at
_SHOWN = 5  # of each
_PROMISES = (Kind.PROMISE, Kind.THEIR_PROMISE)
_QUESTIONS = (Kind.AWAITING_REPLY, Kind.OFFER)


def meeting_card(
    tx: Connection, activity_id: int, starts_at: datetime, *, by: Actor, now: datetime
) -> tuple[CardLine, ...]:
    """The card of a meeting, or of the occurrence that begins then. Raises NotFound."""
    return card_of(meeting_facts(tx, activity_id, starts_at, by=by, now=now), now)


def meeting_facts(tx: Connection, activity_id: int, starts_at: datetime, *, by: Actor, now: datetime) -> MeetingFacts:
    """What is known of those from outside who take part. Raises NotFound."""
    found = select(Activity.uid, Activity.kind, Activity.subject).where(Activity.id == activity_id, sees_activity(by))
    meeting = tx.execute(found).one_or_none()
    if meeting is None:
        raise NotFound("this meeting is not there any more")
    source = Source(meeting.kind, meeting.uid, meeting.subject or "(no title)", activity_id=activity_id)
    outside = _outside(tx, activity_id)
    people, known = _people(tx, outside, by)
    about = regarding(tx, [activity_id], by=by).get(activity_id)
    tops = [ref.record_id for ref in known if ref.kind == "account"]
    whom = [*tops, *(ref.record_id for ref in known)]
    if about is not None and about[1] == "linked":
        matter = about[0].record_id
        tops.append(customers_of(tx, [matter])[matter])
        whom += [tops[-1], matter]
    whom = list(dict.fromkeys(whom))
    subjects = list(dict.fromkeys(tops or whom))
    waiting = follow_ups(tx, by=by, record_ids=whom, kinds=(*_PROMISES, *_QUESTIONS)) if whom else ()
    return MeetingFacts(
        source,
        people,
        _talked(tx, subjects, min(starts_at, now), activity_id, by),
        (*_matters(tx, whom, by), *(_question(row, source) for row in waiting if row.kind in _QUESTIONS)),
        tuple(_promise(row, source) for row in waiting if row.kind in _PROMISES and row.sentence),
    )


def _outside(tx: Connection, activity_id: int) -> Sequence[tuple[str, str, str]]:
    """Address, name and answer of those who are not of our own company, without rooms."""
    domains, ours = own_domains(tx), own_addresses(tx)
    rows = tx.execute(
        select(ActivityParty.email, ActivityParty.name, ActivityParty.response, ActivityParty.domain)
        .where(ActivityParty.activity_id == activity_id, ActivityParty.role != "resource", ActivityParty.email != "")
        .order_by(ActivityParty.role.desc(), ActivityParty.position)
    )
    people: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        if row.email not in ours and row.domain not in domains:
            people.setdefault(row.email, (row.email, row.name, row.response or ""))
    return list(people.values())[:_PEOPLE]


def customer_met(tx: Connection, activity_id: int) -> int | None:
    """The record that a meeting with people from outside is about: the one it is linked to, else the first of them whom
    we know; None where nobody of them is known or all are ours."""
    outside = _outside(tx, activity_id)
    if not outside:
        return None
    linked = regarding(tx, [activity_id], by=SYSTEM).get(activity_id)
    if linked is not None and linked[1] == "linked":
        return linked[0].record_id
    held = records_by_address(tx, [email for email, _, _ in outside])
    return next((known[0].record_id for email, _, _ in outside if (known := held.get(email))), None)


def _people(
    tx: Connection, outside: Sequence[tuple[str, str, str]], by: Actor
) -> tuple[tuple[Person, ...], list[RecordRef]]:
    """Each with what is known of them, and the records by which they are known, with their accounts."""
    held = records_by_address(tx, [email for email, _, _ in outside])
    first = {email: next(iter(held.get(email, ())), None) for email, _, _ in outside}
    keys = {key for one in first.values() if one for key in (one.record_id, one.account_id) if key is not None}
    seen = refs(tx, keys, by=by)
    titles = _job_titles(tx, seen)
    people, known = [], []
    for email, name, response in outside:
        one = first[email]
        ref = seen.get(one.record_id) if one else None
        account = seen.get(one.account_id) if one and one.account_id is not None else None
        known += [each for each in (ref, account) if each is not None]
        if ref is None:
            people.append(Person(name, email, response))
            continue
        company = account.title if account is not None and account.record_id != ref.record_id else ""
        named = name if ref.kind == "account" else ref.title
        company = ref.title if ref.kind == "account" else company
        people.append(Person(named, email, response, titles.get(ref.record_id, ""), company, _source(ref)))
    return tuple(people), known


def _job_titles(tx: Connection, seen: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for table in (Contact, Lead):
        found |= {
            row.id: row.job_title for row in tx.execute(select(table.id, table.job_title).where(table.id.in_(seen)))
        }
    return found


def _talked(tx: Connection, subjects: Sequence[int], until: datetime, but: int, by: Actor) -> tuple[Talked, ...]:
    """What we last had to do with them, the newest first."""
    found = {
        one.activity_id: one
        for record_id in subjects
        for one in last_contacts(tx, record_id, until=until, but=but, limit=_SHOWN, by=by)
    }
    newest = sorted(found.values(), key=lambda one: (one.occurred_at, one.activity_id), reverse=True)[:_SHOWN]
    uids = dict(
        tx.execute(select(Activity.id, Activity.uid).where(Activity.id.in_([one.activity_id for one in newest]))).all()
    )
    return tuple(
        Talked(
            one.occurred_at,
            one.direction,
            one.who,
            Source(one.kind, uids[one.activity_id], one.subject or "(no subject)", activity_id=one.activity_id),
        )
        for one in newest
    )


def _matters(tx: Connection, whom: Sequence[int], by: Actor) -> tuple[Matter, ...]:
    """Their open cases and opportunities."""
    if not whom:
        return ()
    cases, _ = open_cases(tx, whom, by=by)
    deals, _ = open_deals(tx, whom, by=by)
    return (
        *(Matter(one.record.title, one.status.replace("_", " "), one.due_at, _source(one.record)) for one in cases),
        *(Matter(one.record.title, one.stage.replace("_", " "), None, _source(one.record)) for one in deals),
    )


def _question(row: FollowUpRow, meeting: Source) -> Matter:
    said = row.sentence or row.text or (row.ground.subject if row.ground else "")
    return Matter(f"No reply yet: {said}", "", None, _ground(row, meeting))


def _promise(row: FollowUpRow, meeting: Source) -> Promise:
    return Promise(row.kind is Kind.PROMISE, row.sentence, row.comes_at, _ground(row, meeting))


def _ground(row: FollowUpRow, meeting: Source) -> Source:
    if row.ground is None:
        return meeting if row.customer is None else _source(row.customer)
    return Source(row.ground.kind, row.ground.uid, row.ground.subject, activity_id=row.ground.activity_id)


def _source(ref: RecordRef) -> Source:
    return Source(ref.kind, ref.number, ref.title, record_id=ref.record_id)
