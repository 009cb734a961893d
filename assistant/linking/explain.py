"""Why an activity is regarding a record, and why not the next best one, in words and quotes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_MOST = 4  # reasons that are told; the rest is weaker


class Named(Protocol):
    """A record as people see it."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...


class Weighed(Protocol):
    """A link or suggestion as it is stored; its evidence stands strongest first."""

    @property
    def record(self) -> Named: ...
    @property
    def state(self) -> str: ...
    @property
    def is_primary(self) -> bool: ...
    @property
    def score(self) -> float: ...
    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """`why` are sentences for the best link or suggestion; `why_not` is one for the runner-up, '' without one."""

    why: tuple[str, ...]
    why_not: str


#: What speaks against a record, and so never stands among the reasons for it.
_AGAINST = ("closed", "long_closed", "other_words", "signed_otherwise")
_MATTERS = ("case", "opportunity", "booking", "lead")


def explain(links: Sequence[Weighed]) -> Explanation:
    """Why the first of these and not the next of its sort; the likeliest must come first."""
    offered = [link for link in links if link.state != "rejected"]
    if not offered:
        return Explanation((), "")
    best = next((link for link in offered if link.is_primary), offered[0])
    rival = next((link for link in offered if link is not best and _competes(link, best)), None)
    return Explanation(reasons(best), _why_not(rival, best) if rival else "")


def reasons(link: Weighed) -> tuple[str, ...]:
    """The strongest reasons for one link, a phrase each, with the words that were found."""
    told = [phrase(each) for each in link.evidence if each.get("rule") not in _AGAINST]
    return tuple(dict.fromkeys(told))[:_MOST]


def _competes(link: Weighed, best: Weighed) -> bool:
    if best.record.kind in _MATTERS:
        return link.record.kind in _MATTERS
    return link.record.kind == best.record.kind


def _why_not(rival: Weighed, best: Weighed) -> str:
    name = f"{rival.record.number} {rival.record.title}"
    against = next((each for each in rival.evidence if each.get("rule") in _AGAINST), None)
    if against is not None:
        return f"Not {name} ({rival.score:.0%}): it {against.get('source', '')} ({against.get('quote', '')})."
    theirs = {each.get("rule") for each in rival.evidence}
    missing = next((phrase(each) for each in best.evidence if each.get("rule") not in theirs | set(_AGAINST)), "")
    if missing:
        return f"Not {name} ({rival.score:.0%}): of it, nothing like this is true: {missing}."
    return f"Not {name} ({rival.score:.0%}): the same speaks for it, but less."


def phrase(entry: Mapping[str, Any]) -> str:
    """One piece of evidence, with the words that were found."""
    source, quote = str(entry.get("source", "")), str(entry.get("quote", ""))
    return source if not quote or quote in source else f"{source}: “{quote}”"
