"""The life of a lead: new, contacted, then qualified or disqualified. Pure; works on states (see store.records.state).

Whoever qualifies a lead makes records of it, so that is an act of its own (store.leads.qualifying) and no choice in a
form. A lead that is brought along, as from a table, may have any status from the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.errors import Invalid

NEW, CONTACTED, QUALIFIED, DISQUALIFIED = "new", "contacted", "qualified", "disqualified"
OPEN = (NEW, CONTACTED)

#: What a qualified lead became, as its state names it, what it is regarding first of all in front.
BECAME = ("became_opportunity", "became_contact", "became_account")


def complete_lead(before: Mapping[str, Any] | None, changes: dict[str, Any], now: datetime) -> None:
    """Add to `changes` what follows from them; `before` is None for a new lead. Raises Invalid."""
    if before is None:
        changes["status"] = changes.get("status") or NEW
        changes["title"] = changes.get("title") or changes.get("company") or _first(changes.get("emails"))
        if changes["status"] == QUALIFIED:
            changes.setdefault("qualified_at", now.isoformat())
        return
    if "status" in changes:
        changes["status"] = changes["status"] or before.get("status") or NEW
    after = {**before, **changes}
    check(before, after)
    if before.get("status") != after.get("status"):
        changes |= _moved(before.get("status") or NEW, after["status"], now)


def check(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """May a lead go from one state to the other? Raises Invalid."""
    was, status = before.get("status") or NEW, after.get("status") or NEW
    reason = after.get("disqualify_reason")
    if status == QUALIFIED != was and not _became(after):
        raise Invalid("A lead is qualified into an account, a contact and an opportunity, not by its status alone.")
    if was == QUALIFIED != status and _became(after):
        raise Invalid("This lead was qualified; what it became goes on. Undo takes it back.")
    if status == DISQUALIFIED and not reason and (was != DISQUALIFIED or before.get("disqualify_reason")):
        raise Invalid("Say why the lead is given up: disqualifying needs a reason.")
    if DISQUALIFIED not in (was, status) and reason and reason != before.get("disqualify_reason"):
        raise Invalid("Only a lead that is given up has a reason for it; set its status to disqualified.")


def reactivated(was_contacted: bool) -> str:
    """The status of a lead that is taken up again."""
    return CONTACTED if was_contacted else NEW


def _moved(was: str, status: str, now: datetime) -> dict[str, Any]:
    """What changes with the status."""
    moved: dict[str, Any] = {}
    if was == DISQUALIFIED:
        moved["disqualify_reason"] = None
    if status == QUALIFIED:
        moved["qualified_at"] = now.isoformat()
    elif was == QUALIFIED:
        moved["qualified_at"] = None
    return moved


def _became(state: Mapping[str, Any]) -> bool:
    return any(state.get(name) for name in BECAME)


def _first(values: list[str] | None) -> str | None:
    return values[0] if values else None
