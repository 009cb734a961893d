"""Lifecycle rules: what follows from a change of a record's fields. Pure; works on states (see store.records.state)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from store.cases.lifecycle import complete_case
from store.errors import Invalid
from store.leads.lifecycle import complete_lead
from store.records.fields import STAGE_PROBABILITY, field_of
from store.records.lists import encode
from store.records.state import State
from store.scheduling.lifecycle import complete_booking


def complete(kind: str, before: Mapping[str, Any] | None, changes: State, *, now: datetime) -> State:
    """`changes` with all that follows from them; `before` is None for a new record. Raises Invalid.

    An opportunity's stage, status, probability and closing go together; a case's resolution has its time; a contact's
    name is whole, and a change of account ends one employment and begins another. An address that is taken away is
    remembered as a former one.
    """
    changes = dict(changes)
    known = before or {}
    match kind:
        case "opportunity":
            _complete_opportunity(before, known, changes, now)
        case "case":
            complete_case(before, changes, now)
        case "contact":
            _complete_contact(before, known, changes, now.date())
        case "lead":
            complete_lead(before, changes, now)
        case "booking":
            complete_booking(before, changes, now)
    if before is not None and "emails" in changes:
        changes["former_emails"] = _former_emails(before, changes["emails"] or [], now)
    if before is None and not changes.get("title"):
        raise Invalid(f"{field_of(kind, 'title').label} cannot be empty.")
    return changes


def _complete_opportunity(before: object, known: Mapping[str, Any], changes: State, now: datetime) -> None:
    was_status, was_stage = known.get("status", "open"), known.get("stage", "")
    status = _outcome(changes) or was_status
    stage = changes.get("stage") or was_stage
    if status == "open" and stage in ("won", "lost", ""):
        stage = "qualify"
    if status != "open":
        stage = status
    moved = before is None or (status, stage) != (was_status, was_stage)
    if moved:
        changes |= {"status": status, "stage": stage}
        given = changes.get("probability")
        changes["probability"] = given if given is not None and status == "open" else STAGE_PROBABILITY[stage]
    elif status != "open" and "probability" in changes:
        changes["probability"] = STAGE_PROBABILITY[stage]
    if status == "open":
        changes |= {"closed_at": None} if known.get("closed_at") else {}
    elif not known.get("closed_at") or was_status != status:
        _close(changes, now)
    if "lines" in changes and changes["lines"] and changes.get("amount") is None:
        changes["amount"] = _sum(changes["lines"])


def _outcome(changes: State) -> str:
    """The status that the changes ask for, '' when they ask for none."""
    status, stage = changes.get("status") or "", changes.get("stage") or ""
    by_stage = stage if stage in ("won", "lost") else "open" if stage else ""
    if status and by_stage and status != by_stage and stage in ("won", "lost"):
        raise Invalid(f"An opportunity cannot be {status} in the stage {stage}.")
    return status or by_stage


def _close(changes: State, now: datetime) -> None:
    """A close date that was given says when it was; one in the future was only expected."""
    given = changes.get("close_date")
    if given and given <= now.date().isoformat():
        changes["closed_at"] = now.isoformat() if given == now.date().isoformat() else f"{given}T12:00:00+00:00"
    else:
        changes["closed_at"] = now.isoformat()
        changes["close_date"] = now.date().isoformat()


def _sum(lines: list[State]) -> str:
    return str(encode(sum((Decimal(one["quantity"]) * Decimal(one["unit_price"] or 0) for one in lines), Decimal(0))))


def _complete_contact(before: object, known: Mapping[str, Any], changes: State, today: date) -> None:
    parts = ("given_name", "family_name")
    if any(changes.get(part) for part in parts) and not changes.get("title"):
        changes["title"] = " ".join(name for part in parts if (name := changes.get(part, known.get(part))))
    elif changes.get("title") and not any(part in changes for part in parts):
        from nameparser import HumanName  # 45 ms, which only the naming of a person needs

        name = HumanName(changes["title"])
        changes["given_name"] = " ".join(filter(None, (name.first, name.middle)))
        changes["family_name"] = name.last
    if before is None and not changes.get("title"):
        changes["title"] = _first(changes.get("emails"))
    if changes.get("account") != known.get("account") and "account" in changes:
        changes["employments"] = _employments(known, changes["account"], today)


def _employments(known: Mapping[str, Any], account: str | None, today: date) -> list[State]:
    """The employments after a move to `account` today; the first one known has no beginning, so it covers the past."""
    jobs = [dict(job) for job in known.get("employments", ())]
    day = today.isoformat()
    if jobs and jobs[-1].get("until") is None:
        if jobs[-1].get("since") == day:
            jobs.pop()  # moved twice on one day: the place in between never was
        else:
            jobs[-1]["until"] = day
    if account is None:
        return jobs
    if jobs and jobs[-1]["account"] == account and jobs[-1].get("until") == day:
        jobs[-1]["until"] = None
        return jobs
    return [*jobs, {"account": account, "since": day if jobs else None, "until": None}]


def _former_emails(before: Mapping[str, Any], emails: list[str], now: datetime) -> list[State]:
    """The addresses that were a record's until they were taken away, the oldest first."""
    gone = sorted(set(before.get("emails", ())) - set(emails))
    kept = [one for one in before.get("former_emails", ()) if one["email"] not in emails]
    return [*kept, *({"email": email, "until": encode(now)} for email in gone)]


def _first(values: list[str] | None) -> str | None:
    return values[0] if values else None
