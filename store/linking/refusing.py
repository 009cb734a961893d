"""Making refusals and taking them back, for the acts of people that do so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from store.access import sees_activity
from store.actor import Actor
from store.errors import NotFound
from store.history.ledger import Change
from store.linking.human import changes, decision
from store.linking.refused_mail import MESSAGE, THREAD, decide_refused_again
from store.linking.undo import refusal_states
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email
from store.triage.states import settle
from store.types import new_uid


def seen_mail(tx: Connection, activity_id: int, by: Actor) -> tuple[str, int]:
    """The subject, shortened, and the thread of a mail that they may decide about. Raises NotFound."""
    row = tx.execute(
        select(Activity.subject, Email.thread_id)
        .join(Email, Email.id == Activity.id)
        .where(Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such mail")
    return row.subject[:80], row.thread_id


def activity_uid(tx: Connection, activity_id: int) -> str:
    return tx.execute(select(Activity.uid).where(Activity.id == activity_id)).scalar_one()


def refuse(
    tx: Connection, scope: str, subject: str, *, record_id: int | None = None, by: Actor, now: datetime
) -> list[Change]:
    """Say no, to one record or to everything, once; what it bears on is decided again. Returns what changed."""
    if refusals_of(tx, scope, [subject], record_id):
        return []
    uid = new_uid()
    values = {"uid": uid, "scope": scope, "subject": subject, "record_id": record_id, "created_at": now}
    tx.execute(insert(LinkRefusal).values(user_id=by.user_id, **values))
    decide_refused_again(tx, [(scope, subject)])
    made = changes({}, refusal_states(tx, [uid]), "link_refusal")
    return made if record_id else made + settle(tx, _ids(tx, _mails([(scope, subject)])), now=now)


def lift(tx: Connection, uids: Collection[str], *, now: datetime) -> list[Change]:
    """Take these refusals back; what they bore on is decided again. Returns what changed."""
    states = refusal_states(tx, uids)
    tx.execute(delete(LinkRefusal).where(LinkRefusal.uid.in_(list(states))))
    lifted = {(state["scope"], state["subject"]) for state in states.values()}
    decide_refused_again(tx, lifted)
    mails = _mails((state["scope"], state["subject"]) for state in states.values() if state["record"] is None)
    return changes(states, {}, "link_refusal") + settle(tx, _ids(tx, mails), taken_off=mails, now=now)


def _mails(refusals: Iterable[tuple[str, str]]) -> set[str]:
    """The uids of the mails by which these refusals are known."""
    return {subject for scope, subject in refusals if scope in (MESSAGE, THREAD)}


def _ids(tx: Connection, uids: Collection[str]) -> list[int]:
    return list(tx.execute(select(Activity.id).where(Activity.uid.in_(uids))).scalars()) if uids else []


def refusals_of(tx: Connection, scope: str, subjects: Collection[str], record_id: int | None = None) -> list[str]:
    """The uids of the refusals of these subjects, of one record or of everything."""
    own = (LinkRefusal.scope == scope, LinkRefusal.subject.in_(subjects))
    which = LinkRefusal.record_id.is_(None) if record_id is None else LinkRefusal.record_id == record_id
    return list(tx.execute(select(LinkRefusal.uid).where(*own, which).order_by(LinkRefusal.id)).scalars())


def clear_links(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> None:
    """Take off everything that an activity is linked to: what rules say goes, what people chose is rejected, also
    what a mail's writer chose."""
    own = Link.activity_id == activity_id
    tx.execute(delete(Link).where(own, Link.decided_by == "rule", Link.rule != "sent"))
    rejected = {"state": "rejected", "is_primary": False, **decision(by, now)}
    tx.execute(update(Link).where(own, Link.state == "linked").values(**rejected))
