"""The life of a case: new, in progress, on hold, waiting for the customer, then resolved or cancelled. Pure; works on
states (see store.records.state).

A closed case can only be opened again; it is in progress then, or waits. A case that is brought along, as from a table,
may have any status from the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.errors import Invalid
from store.records.fields import CASE_CLOSED

NEW, IN_PROGRESS, ON_HOLD, WAITING = "new", "in_progress", "on_hold", "waiting"
RESOLVED, CANCELLED = "resolved", "cancelled"

_WORKED_ON = (IN_PROGRESS, ON_HOLD, WAITING)
#: What a case may become, besides staying what it is.
_NEXT: dict[str, tuple[str, ...]] = {
    NEW: (*_WORKED_ON, *CASE_CLOSED),
    **dict.fromkeys(_WORKED_ON, (*_WORKED_ON, *CASE_CLOSED)),
    **dict.fromkeys(CASE_CLOSED, _WORKED_ON),
}


def complete_case(before: Mapping[str, Any] | None, changes: dict[str, Any], now: datetime) -> None:
    """Add to `changes` what follows from them; `before` is None for a new case. Raises Invalid."""
    if before is None:
        changes["status"] = changes.get("status") or NEW
        changes["priority"] = changes.get("priority") or "normal"
    known = before or {}
    was = known.get("status", NEW)
    status = changes.get("status") or was
    if before is not None:
        check(was, status)
        if "status" in changes:
            changes["status"] = status
        if "priority" in changes:
            changes["priority"] = changes["priority"] or known.get("priority", "normal")
    if status in CASE_CLOSED and (not known.get("resolved_at") or was not in CASE_CLOSED):
        brought = changes.get("resolved_at") if before is None else None
        changes["resolved_at"] = min(datetime.fromisoformat(brought), now).isoformat() if brought else now.isoformat()
    elif status not in CASE_CLOSED and known.get("resolved_at"):
        changes["resolved_at"] = None


def check(was: str, status: str) -> None:
    """May a case that `was` one thing become another? Raises Invalid."""
    if status == was or status in _NEXT[was]:
        return
    if was in CASE_CLOSED:
        raise Invalid(f"This case was {was}; open it again before it becomes {_said(status)}.")
    raise Invalid(f"A case that is {_said(was)} is not {_said(status)} any more.")


def check_resolution(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Whoever resolves a case says how. Raises Invalid."""
    if after.get("status") == RESOLVED != before.get("status") and not after.get("resolution"):
        raise Invalid("Say how it was resolved: a resolved case has a resolution.")


def is_closed(status: str) -> bool:
    """Nobody works on it any more."""
    return status in CASE_CLOSED


def _said(status: str) -> str:
    return status.replace("_", " ")
