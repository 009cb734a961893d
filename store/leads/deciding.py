"""Giving a lead up, with the reason, and taking it up again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import record_operation
from store.leads.lifecycle import DISQUALIFIED, QUALIFIED, reactivated
from store.leads.mails import was_contacted
from store.leads.qualifying import visible_lead
from store.records.state import State, Stored
from store.records.values import read_values
from store.records.writing import change_record


def disqualify_lead(tx: Connection, record_id: int, reason: str, *, by: Actor, now: datetime) -> str:
    """Give a lead up; everything stays with it. Returns the operation's uid. Raises NotFound, Invalid."""
    lead = visible_lead(tx, record_id, by)
    if lead.state.get("status") == DISQUALIFIED:
        raise Invalid(f"{lead.number} {lead.state['title']} is given up already.")
    state = read_values("lead", {"status": DISQUALIFIED, "disqualify_reason": reason})
    summary = f"Gave up {_name(lead)}: {state['disqualify_reason']}"
    return _changed(tx, "disqualify_lead", summary, lead, state, by, now)


def reactivate_lead(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> str:
    """Take a lead up again that was given up, as new or contacted; returns the operation's uid. Raises NotFound,
    Invalid."""
    lead = visible_lead(tx, record_id, by)
    if lead.state.get("status") not in (DISQUALIFIED, QUALIFIED):
        raise Invalid(f"{lead.number} {lead.state['title']} is not given up.")
    state: State = {"status": reactivated(was_contacted(tx, lead.record_id))}
    return _changed(tx, "reactivate_lead", f"Took up {_name(lead)} again", lead, state, by, now)


def _changed(tx: Connection, name: str, summary: str, lead: Stored, state: State, by: Actor, now: datetime) -> str:
    change = change_record(tx, lead, state, by=by, now=now)
    return record_operation(tx, name, summary, [] if change is None else [change], by=by, now=now)


def _name(lead: Stored) -> str:
    return f"lead {lead.number} {lead.state['title']}"
