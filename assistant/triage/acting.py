"""Carrying out what a rule decided about a mail: one operation, of which the rule is the actor, and that undo takes
back. Its acknowledgement is another one, for what was sent cannot be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from assistant.triage.actions import OPEN_CASE
from assistant.triage.assigning import given_to
from assistant.triage.making import as_stored, from_mail, make_of
from assistant.triage.matching import Decision
from assistant.triage.prefill import FromMail, prefilled
from assistant.triage.thanking import send_acknowledgement
from store.actor import SYSTEM, Actor, rule_actor
from store.duplicates.merged import keys_by_number
from store.errors import NotFound
from store.history.ledger import Change, record_operation
from store.linking.by_hand import link_all_by_hand
from store.queries.refs import RecordRef, refs
from store.queries.triage_mail import IncomingMail
from store.records.values import read_values
from store.records.writing import change_record, visible_record
from store.triage.rows import changed, set_place, set_states, triage_states
from store.triage.rules import StoredRule
from store.triage.standing import DECIDED, State


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the mail: its state, the record it is regarding now, what changed, and that in words."""

    state: State
    told: str
    record_id: int | None = None
    changes: tuple[Change, ...] = ()


def act(tx: Connection, mail: IncomingMail, decision: Decision, rule: StoredRule, *, now: datetime) -> bool:
    """Do to a mail, which waits for a person by now, what a rule decided; returns whether nobody has to decide about it
    any more. What is held back is told with what is done. Raises Invalid, NotFound."""
    by = rule_actor(rule.rule_id, rule.name)
    wanted = {action.name: action.value for action in decision.actions}
    before = triage_states(tx, [mail.activity_id])
    outcome = _outcome(tx, mail, wanted, by, now)
    if outcome is None:
        return False
    decided = outcome.state in DECIDED
    decided_at, rule_id = (now, rule.rule_id) if decided else (None, None)
    set_states(tx, {mail.activity_id: outcome.state}, decided_at=decided_at, rule_id=rule_id)
    others = [change for change in outcome.changes if change.table != "triage"]
    changes = [*others, *changed(before, triage_states(tx, [mail.activity_id]))]
    unsent = [each.why for each in decision.withheld]
    if "acknowledge" in wanted:
        unsent.append(send_acknowledgement(tx, mail, wanted["acknowledge"], outcome.record_id, by=by, now=now))
    told = ". ".join([outcome.told, *(why.rstrip(".") for why in unsent if why)])
    record_operation(tx, "rule", told, changes, by=by, now=now)
    return decided


def _outcome(
    tx: Connection, mail: IncomingMail, wanted: Mapping[str, str], by: Actor, now: datetime
) -> _Outcome | None:
    subject = mail.subject[:80]
    if "ignore" in wanted:
        return _Outcome(State.IGNORED, f"Not relevant: “{subject}”")
    if "create" in wanted:
        return _create(tx, mail, wanted, by, now)
    if "link" in wanted:
        return _link(tx, mail, wanted, by, now)
    return _give(tx, mail, wanted, now)


def _create(tx: Connection, mail: IncomingMail, wanted: Mapping[str, str], by: Actor, now: datetime) -> _Outcome:
    kind = wanted["create"]
    source = _known_only(tx, from_mail(tx, mail.activity_id, by=by), mail)
    given = given_to(tx, wanted.get("assign", ""), _queue_id(mail), kind, now=now)
    values = as_stored(prefilled(kind, replace(source, queue=given.queue_id, queue_kind=kind, owner=given.user_id)))
    if "priority" in wanted:
        values["priority"] = wanted["priority"]
    made = make_of(tx, kind, values, [mail.activity_id], by, now)
    told = f"Made {made.named} of “{mail.subject[:80]}”"
    return _Outcome(State.HANDLED, told, made.record_id, made.changes)


def _known_only(tx: Connection, source: FromMail, mail: IncomingMail) -> FromMail:
    """Without records that the mail may be regarding only perhaps: nobody looks at it before they are written down."""
    contacts = [one for one in mail.parties if one.kind == "contact"]
    accounts = {one.account_id for one in mail.parties if one.account_id is not None}
    sure = {one.record_id for one in mail.parties} | {one.record.record_id for one in mail.linked} | accounts
    account = source.account if _is_sure(source.account, sure) else None
    if account is None and len(accounts) == 1:
        account = refs(tx, accounts, by=SYSTEM).get(next(iter(accounts)))
    return replace(
        source,
        contact=source.contact if len(contacts) < 2 and _is_sure(source.contact, sure) else None,
        account=account,
        product=source.product if _is_sure(source.product, sure) else None,
    )


def _is_sure(record: RecordRef | None, sure: set[int]) -> bool:
    return record is not None and record.record_id in sure


def _link(tx: Connection, mail: IncomingMail, wanted: Mapping[str, str], by: Actor, now: datetime) -> _Outcome | None:
    record_id = _meant(tx, mail, wanted["link"])
    if record_id is None:
        return None
    try:
        stored = visible_record(tx, record_id, by)
    except NotFound:
        return None
    changes = link_all_by_hand(tx, [mail.activity_id], record_id, by=by, now=now)
    values: dict[str, Any] = {}
    if "priority" in wanted and stored.kind == "case":
        values["priority"] = wanted["priority"]
    if "assign" in wanted and stored.kind in ("case", "lead"):
        given = given_to(tx, wanted["assign"], _queue_id(mail), stored.kind, now=now)
        values |= {"queue": given.queue_id, "owner": given.user_id}
        values = {name: value for name, value in values.items() if value is not None}
    if values and (change := change_record(tx, stored, read_values(stored.kind, values), by=by, now=now)):
        changes.append(change)
    told = f"Linked “{mail.subject[:80]}” to {stored.number} {stored.state['title']}"
    return _Outcome(State.HANDLED, told, record_id, tuple(changes))


def _meant(tx: Connection, mail: IncomingMail, value: str) -> int | None:
    """The record that `link` names; None where there is none any more."""
    if value != OPEN_CASE:
        return keys_by_number(tx, [value.upper()]).get(value.upper())
    open_cases = [case for case in mail.thread_cases if case.closed_at is None]
    return max(open_cases, key=lambda case: case.first_at).record_id if open_cases else None


def _give(tx: Connection, mail: IncomingMail, wanted: Mapping[str, str], now: datetime) -> _Outcome | None:
    if "assign" not in wanted:
        return None
    given = given_to(tx, wanted["assign"], _queue_id(mail), "", now=now)
    set_place(tx, mail.activity_id, given.queue_id, given.user_id)
    return _Outcome(State.UNDECIDED, f"Assigned “{mail.subject[:80]}”")


def _queue_id(mail: IncomingMail) -> int | None:
    return mail.queues[0].queue_id if mail.queues else None
