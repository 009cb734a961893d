"""Doing to cases what customers' answers do to them. Each is an operation of the system that people can undo."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from store.actor import SYSTEM
from store.cases.awaited import Awaited
from store.cases.events import add_events, event_row, kept_events
from store.cases.following import KINDS, Fresh
from store.cases.lifecycle import IN_PROGRESS, is_closed
from store.cases.mails import ANSWER
from store.cases.replies import Outcome
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.linking.by_hand import link_all_by_hand
from store.queues.giving import next_member
from store.records.references import find_user_uid, still_there
from store.records.state import State, Stored, read_state
from store.records.writing import change_record, insert_records
from store.schema.records import Case
from store.schema.service import CaseEvent
from store.triage.notices import tell
from store.triage.rows import changed, set_states, triage_states
from store.triage.standing import State as TriageState
from store.triage.states import settle_by_itself

_RULE = "case_answer"  # of links that answers bring
#: What a case that follows another one takes over from it.
_HANDED_ON = ("title", "account", "contact", "product", "serial", "queue", "priority")


def act_on_answer(tx: Connection, answer: Awaited, outcome: Outcome, *, now: datetime) -> str:
    """Let an answer do to its case what was decided; returns the operation's uid, '' where it does nothing."""
    tx.execute(update(CaseEvent).where(CaseEvent.id == answer.event_id).values(value=outcome.value))
    case = read_state(tx, answer.record_id)
    if case is None or case.deleted or outcome is Outcome.STALE:
        return ""
    if outcome is Outcome.FOLLOWS:
        return _begin_another(tx, answer, case, now)
    changes = [] if answer.is_linked else _linked(tx, answer, case.record_id, case, now)
    if outcome is Outcome.JOINS:
        return _joined(tx, answer, case, changes, now)
    changes += _opened(tx, answer, case, "reopened" if outcome is Outcome.REOPENS else "status", now)
    settle_by_itself(tx, [answer.activity_id])
    reopens = outcome is Outcome.REOPENS
    if reopens:
        text = f"{case.number} {case.state['title']} was opened again: {answer.who or 'the customer'} answered."
        _tell(tx, answer, text, case.record_id, case.owner_id, now)
    told = f"{'Opened again' if reopens else 'Went on with'} {_named(case)}: {answer.who or 'the customer'} answered"
    return record_operation(tx, "reopen_case" if reopens else "go_on", told, changes, by=SYSTEM, now=now)


def _joined(tx: Connection, answer: Awaited, case: Stored, changes: list[Change], now: datetime) -> str:
    """It stays with the case, and nobody has to decide about it any more."""
    changes += _settled(tx, answer.activity_id, now)
    said = "is an automatic answer" if answer.reply.is_automatic else "only says thank you"
    told = f"“{answer.subject}” {said}: it stays with {_named(case)}"
    if answer.reply.about_former and not is_closed(case.state["status"]):
        told = f"“{answer.subject}” belongs to {_named(case)}, which follows the one it answers"
    return record_operation(tx, "take_answer", told, changes, by=SYSTEM, now=now) if changes else ""


def _opened(tx: Connection, answer: Awaited, case: Stored, kind: str, now: datetime) -> list[Change]:
    """The case is in progress since the customer answered, not only since that was read."""
    events = kept_events(tx, [case.record_id], KINDS).get(case.record_id, [])
    at = max(answer.reply.at, *(event.at for event in events if event.counts)) if events else answer.reply.at
    fresh = Fresh(at, kind, IN_PROGRESS)
    if events:  # one without a beginning gets it with its change
        add_events(tx, [event_row(case.record_id, fresh, SYSTEM, activity_id=answer.activity_id)])
    change = change_record(tx, case, {"status": IN_PROGRESS}, by=SYSTEM, now=now)
    return [change] if change else []


def _begin_another(tx: Connection, answer: Awaited, old: Stored, now: datetime) -> str:
    """A new case that follows the closed one, to which the answer belongs."""
    handed_on = {name: old.state[name] for name in _HANDED_ON if name in old.state}
    state: State = still_there(tx, "case", handed_on, by=SYSTEM)
    state |= {"follows": old.uid, "origin": "email", "description": answer.reply.new_text.strip()}
    state["owner"] = _owner(tx, old, now)
    inserted, changes = insert_records(tx, "case", [state], by=SYSTEM, now=now)
    new = inserted[0]
    changes += _linked(tx, answer, new.record_id, old, now)
    row = event_row(old.record_id, Fresh(now, "follow_up", new.uid), SYSTEM, activity_id=answer.activity_id)
    add_events(tx, [row])
    made = read_state(tx, new.record_id)
    text = f"{new.number} {old.state['title']} follows {old.number}: {answer.who or 'the customer'} answered."
    _tell(tx, answer, text, new.record_id, made.owner_id if made else None, now)
    told = (
        f"Case {new.number} {old.state['title']} follows {old.number}, which was closed too long before "
        f"{answer.who or 'the customer'} answered"
    )
    return record_operation(tx, "follow_up_case", told, changes, by=SYSTEM, now=now)


def _tell(tx: Connection, answer: Awaited, text: str, record_id: int, user_id: int | None, now: datetime) -> None:
    """Let whoever has the case know; nobody has to, where it waits in a queue for somebody."""
    if user_id is not None:
        tell(tx, f"{ANSWER} {answer.event_id}", text, record_id=record_id, user_id=user_id, now=now)


def _owner(tx: Connection, old: Stored, now: datetime) -> str | None:
    """Whose turn it is in the queue; without a queue whoever had the closed case, if they still work here."""
    queue_id = tx.execute(select(Case.queue_id).where(Case.id == old.record_id)).scalar()
    user_id = old.owner_id if queue_id is None else next_member(tx, queue_id, now=now)
    try:
        return None if user_id is None else find_user_uid(tx, user_id)
    except Invalid:
        return None


def _linked(tx: Connection, answer: Awaited, record_id: int, case: Stored, now: datetime) -> list[Change]:
    because = {"rule": _RULE, "quote": answer.subject, "source": f"answers {case.number}, or what it follows"}
    return link_all_by_hand(tx, [answer.activity_id], record_id, because=because, by=SYSTEM, now=now)


def _settled(tx: Connection, activity_id: int, now: datetime) -> list[Change]:
    """Nobody has to decide about it any more."""
    before = triage_states(tx, [activity_id])
    set_states(tx, {activity_id: TriageState.HANDLED}, decided_at=now, rule_id=None)
    return changed(before, triage_states(tx, [activity_id]))


def _named(case: Stored) -> str:
    return f"case {case.number} {case.state['title']}"
