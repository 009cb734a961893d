"""What a record says after another one was merged into it. Pure; works on states (see store.records.state).

The winner's value stays unless it is empty or a person chose the loser's. Lists of addresses and domains are united.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from store.errors import Invalid
from store.history.undoable import same
from store.leads.lifecycle import DISQUALIFIED
from store.records.fields import FieldType, field_of, fields_of
from store.records.state import State
from store.search_text import fold

WINNER, LOSER = "winner", "loser"

#: Chosen together: half of one name and half of another is nobody's.
_NAME = ("title", "given_name", "family_name")
#: Taken from the loser only where both are at the same place.
_PLACED = ("street", "country")


def check_choices(kind: str, choices: Mapping[str, str]) -> None:
    """Raises Invalid for a field that the kind does not have and for a side that there is not."""
    for name, side in choices.items():
        field = field_of(kind, name)
        if side not in (WINNER, LOSER):
            raise Invalid(f"{field.label}: {side!r} is neither {WINNER} nor {LOSER}.")


def united(
    kind: str, winner: Mapping[str, Any], loser: Mapping[str, Any], choices: Mapping[str, str], *, today: date
) -> State:
    """The changes of the winner's state; `choices` say of a field (by name) whose value is kept."""
    fields = fields_of(kind)
    whole: State = {name: _kept(name, winner, loser, choices) for name in fields}
    for name, field in fields.items():
        if field.is_list:
            first, second = (loser, winner) if choices.get(name) == LOSER else (winner, loser)
            values = dict.fromkeys((*first.get(name, ()), *second.get(name, ())))
            whole[name] = sorted(values) if field.type is FieldType.DOMAIN_LIST else list(values)
    whole["former_emails"] = _former(winner, loser, whole.get("emails", ()))
    whole["extra"] = {**loser.get("extra", {}), **winner.get("extra", {})}
    if kind == "lead" and winner.get("status") != DISQUALIFIED:
        whole.pop("disqualify_reason", None)
    if kind == "contact":
        whole["employments"] = _employments(winner, loser, whole.get("account"), today)
    return {name: value for name, value in whole.items() if not same(winner.get(name), value)}


def _former(winner: Mapping[str, Any], loser: Mapping[str, Any], emails: Collection[str]) -> list[dict[str, Any]]:
    """The addresses by which either was known once, the oldest first."""
    both = (*loser.get("former_emails", ()), *winner.get("former_emails", ()))
    once = {one["email"]: one for one in both if one["email"] not in emails}
    return sorted(once.values(), key=lambda one: (one["until"], one["email"]))


def renamed(state: Mapping[str, Any], old: str, new: str) -> State:
    """The changes by which a state names the record `new` in place of `old` (uids)."""
    changes: State = {name: new for name, value in state.items() if value == old and name != "title"}
    jobs = state.get("employments", ())
    if any(job["account"] == old for job in jobs):
        changes["employments"] = _joined([{**job, "account": new} if job["account"] == old else job for job in jobs])
    return changes


def _kept(name: str, winner: Mapping[str, Any], loser: Mapping[str, Any], choices: Mapping[str, str]) -> Any:
    group = "title" if name in _NAME and name not in choices else name
    if side := choices.get(group):
        return (loser if side == LOSER else winner).get(name)
    if winner.get(name) or name in _NAME:
        return winner.get(name)
    if name in _PLACED and not _at_one_place(winner, loser, choices):
        return None
    return loser.get(name)


def _at_one_place(winner: Mapping[str, Any], loser: Mapping[str, Any], choices: Mapping[str, str]) -> bool:
    if choices.get("city") == LOSER or not winner.get("city"):
        return True
    return fold(str(winner["city"])) == fold(str(loser.get("city", "")))


def _employments(
    winner: Mapping[str, Any], loser: Mapping[str, Any], account: str | None, today: date
) -> list[dict[str, Any]]:
    """Where both worked: what lasts is the work at `account`, whatever else lasted ends today."""
    jobs = [dict(job) for state in (loser, winner) for job in state.get("employments", ())]
    for job in jobs:
        if job.get("until") is None and job["account"] != account:
            job["until"] = today.isoformat()
    jobs = [job for job in jobs if job.get("until") is None or (job.get("since") or "") < job["until"]]
    return _joined(jobs)


def _joined(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each employment once, those that last at the end and joined into one for each account."""
    ended = [job for job in jobs if job.get("until") is not None]
    lasting: dict[str, dict[str, Any]] = {}
    for job in jobs:
        if job.get("until") is None:
            known = lasting.get(job["account"], job)
            lasting[job["account"]] = {**job, "since": _earlier(known.get("since"), job.get("since"))}
    once = [job for place, job in enumerate(ended) if job not in ended[:place]]
    return [*sorted(once, key=lambda job: job["until"]), *lasting.values()]


def _earlier(one: str | None, other: str | None) -> str | None:
    """None is the unknown beginning, before everything."""
    return None if one is None or other is None else min(one, other)
