"""Which contract a case may be counted on, and if none, why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A contract of an account: who of it may call, on which days, and for how many cases.

    No `contact_ids` means everybody. Both days belong to it; None leaves it open to that side. `cases_total` None is
    without a limit; `used` counts the cases that were opened on it.
    """

    id: int
    name: str
    account_id: int
    contact_ids: frozenset[int] = frozenset()
    starts_on: date | None = None
    ends_on: date | None = None
    cases_total: int | None = None
    used: int = 0

    @property
    def left(self) -> int | None:
        """How many cases are left, at least none; None without a limit."""
        return None if self.cases_total is None else max(0, self.cases_total - self.used)


@dataclass(frozen=True, slots=True)
class Covered:
    """The contract that the case is to be opened on, as it is before the case is counted."""

    entitlement: Entitlement

    @property
    def reason(self) -> str:
        """ "Covered by Gold 2026 until 2026-12-31: 3 of 10 cases are left." """
        one = self.entitlement
        until = f" until {one.ends_on}" if one.ends_on else ""
        if one.left is None:
            return f"Covered by {one.name}{until}."
        verb = "is" if one.left == 1 else "are"
        return f"Covered by {one.name}{until}: {one.left} of {one.cases_total} cases {verb} left."


@dataclass(frozen=True, slots=True)
class NotCovered:
    """No contract covers it; `reason` is a sentence about the one that came nearest."""

    reason: str


def check(
    entitlements: Iterable[Entitlement], account_id: int | None, contact_id: int | None, on: date
) -> Covered | NotCovered:
    """Whether somebody of an account may open a case on a day, which the calendar's zone tells.

    Of several contracts the one without a limit of cases is taken, then the one that ends first. Where none covers it,
    the one that failed last is named: used up before who may call, before its days; of those that ended the last one.
    """
    if account_id is None:
        return NotCovered("It is not known which account this is for.")
    own = [each for each in entitlements if each.account_id == account_id]
    if not own:
        return NotCovered("The account has no entitlement.")
    refusals = [(_refusal(each, contact_id, on), each) for each in own]
    covering = [each for refusal, each in refusals if refusal is None]
    if covering:
        return Covered(min(covering, key=_order))
    nearest = min((refusal.rank, refusal.days, _order(each), refusal.sentence) for refusal, each in refusals if refusal)
    return NotCovered(nearest[-1])


class _Refusal(NamedTuple):
    """Why one does not cover this: how far away it is from covering it, and by how many days where they decide."""

    rank: int
    sentence: str
    days: int = 0


def _refusal(one: Entitlement, contact_id: int | None, on: date) -> _Refusal | None:
    if one.starts_on is not None and on < one.starts_on:
        return _Refusal(3, f"{one.name} begins only on {one.starts_on}.", (one.starts_on - on).days)
    if one.ends_on is not None and on > one.ends_on:
        return _Refusal(4, f"{one.name} ended on {one.ends_on}.", (on - one.ends_on).days)
    if one.contact_ids and contact_id is None:
        return _Refusal(2, f"Only certain people may call on {one.name}, and who asks is not known.")
    if one.contact_ids and contact_id not in one.contact_ids:
        return _Refusal(2, f"Who asks is not among those who may call on {one.name}.")
    if one.left == 0:
        return _Refusal(1, f"All {one.cases_total} cases of {one.name} are used.")
    return None


def _order(one: Entitlement) -> tuple[bool, date, int]:
    return one.cases_total is not None, one.ends_on or date.max, one.id
