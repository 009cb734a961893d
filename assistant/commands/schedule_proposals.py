"""How a proposal is printed: what it does to which booking, what is left, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from assistant.commands.words import one_line, table
from assistant.scheduling.plans.proposals import PlanKind, Proposal, Stand, Step

_WIDTH = 60


def proposal_payload(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON."""
    figures = proposal.figures
    return {
        "kind": proposal.kind.value,
        "name": proposal.name,
        "zone": proposal.zone,
        "worked_at": proposal.worked_at.isoformat(),
        "notes": list(proposal.notes),
        "figures": None
        if figures is None
        else {
            "wanted": figures.wanted,
            "placed": figures.placed,
            "travel_today": figures.travel_today,
            "travel": figures.travel,
        },
        "told": proposal.told,
        "steps": [_step_payload(each) for each in proposal.steps],
    }


def proposal_lines(proposal: Proposal) -> list[str]:
    """A proposal for people: the steps, what is left with its reasons, and what it comes to."""
    clocks = ZoneInfo(proposal.zone)
    lines = [one_line(proposal.name, 160), *(f"  but {one_line(each, 200)}" for each in proposal.notes)]
    lines += table([_row(each, clocks) for each in proposal.steps])
    return [*lines, *_summary(proposal)]


def _step_payload(step: Step) -> dict[str, Any]:
    return {
        "uid": step.uid,
        "number": step.number or None,
        "title": step.title,
        "asked": step.asked,
        "was": _stand_payload(step.was),
        "to": _stand_payload(step.to),
        "moved": step.moved,
        "leave": list(step.leave),
        "come": list(step.come),
        "reasons": list(step.reasons),
        "tells": step.tells,
    }


def _stand_payload(stand: Stand | None) -> dict[str, Any] | None:
    if stand is None:
        return None
    resources = [
        {"uid": each.resource, "name": each.name, "units": each.units, "part": each.part} for each in stand.seats
    ]
    return {"start": stand.start.isoformat(), "end": stand.end.isoformat(), "resources": resources}


def _row(step: Step, clocks: ZoneInfo) -> tuple[str, ...]:
    title = one_line(step.title, _WIDTH)
    was = "" if step.was is None else _stand(step.was, clocks)
    return step.number or "new", title, was, f"-> {_goes(step, clocks)}"


def _goes(step: Step, clocks: ZoneInfo) -> str:
    """Where it goes, in short, and why."""
    if step.to is None:
        said = "stays: nobody can do it" if step.was is not None else "no place"
        return f"{said} ({one_line('; '.join(step.reasons), 300)})" if step.reasons else said
    if step.was is None:
        return _stand(step.to, clocks)
    changes = [f"{', '.join(step.come)} for {', '.join(step.leave)}" if step.come and step.leave else ""]
    changes += [f"also {', '.join(step.come)}" if step.come and not step.leave else ""]
    changes += [f"without {', '.join(step.leave)}" if step.leave and not step.come else ""]
    moves = step.moved or step.to.minutes != step.was.minutes
    where = f"{step.to.start.astimezone(clocks):%a %Y-%m-%d %H:%M}" if moves else "same time"
    why = f" ({one_line('; '.join(step.reasons), 200)})" if step.reasons else ""
    return ", ".join(filter(None, (where, *changes))) + why


def _stand(stand: Stand, clocks: ZoneInfo) -> str:
    return f"{stand.start.astimezone(clocks):%a %Y-%m-%d %H:%M} {one_line(stand.who, _WIDTH)}"


def _summary(proposal: Proposal) -> Iterator[str]:
    if proposal.kind is PlanKind.WHATIF:
        broken = [each for each in proposal.steps if not each.asked]
        if not broken:
            yield "No booking breaks."
            return
        left = len(proposal.left)
        yield (
            f"{_count(len(broken), 'booking')} {'breaks' if len(broken) == 1 else 'break'}:"
            f" {len(broken) - left:,} can be done all the same, {left:,} cannot; {_told(proposal)}."
        )
        return
    if (figures := proposal.figures) is not None:
        moved = sum(each.was is not None for each in proposal.done)
        yield (
            f"{figures.placed:,} of {figures.wanted:,} who wait are placed, {_count(moved, 'booking')} would change;"
            f" {figures.travel:,} min on the way, {figures.travel_today:,} today; {_told(proposal)}."
        )


def _told(proposal: Proposal) -> str:
    return f"{_count(proposal.told, 'customer')} would have to be told"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
