"""The figures of an evaluation, from judged mails: pure.

Precision: automatically linked primaries whose record is any row of the mail's truth, over all of them. Coverage: mails
whose automatic primary is truth's primary, over the mails that have a record. Calibration: over the first candidate of
every mail, right when any row of the truth names it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from assistant.linking.world.intervals import Interval, bootstrap, wilson
from assistant.linking.world.judged import Judged
from assistant.linking.world.records import KINDS

#: Kinds that are judged together: what somebody is worked with, and who they are.
GROUPS: dict[str, tuple[str, ...]] = {
    "case/opportunity/lead": ("case", "opportunity", "lead"),
    "account/contact": ("account", "contact"),
}
BINS = 10

#: A probability, and whether it was about what is right.
Claim = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.right, self.of)


@dataclass(frozen=True, slots=True)
class Auto:
    """What was linked without asking anybody."""

    precision: Share
    coverage: Share


@dataclass(frozen=True, slots=True)
class Bin:
    """Probabilities from `low` to `high`; `claimed` is their mean and `right` the share that was right, None for an
    empty bin."""

    low: float
    high: float
    count: int
    claimed: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """`by_kind` has every kind and the two groups of kinds."""

    mails: int
    auto: Auto
    by_kind: dict[str, Auto]
    top1: Share
    top3: Share
    ece: float | None
    ece_interval: Interval | None
    bins: tuple[Bin, ...]


def figures(mails: Sequence[Judged]) -> Figures:
    kinds = {kind: (kind,) for kind in KINDS} | GROUPS
    claims = [claim for mail in mails if (claim := _claim(mail)) is not None]
    return Figures(
        mails=len(mails),
        auto=_auto(mails, KINDS),
        by_kind={name: _auto(mails, members) for name, members in kinds.items()},
        top1=_share(mails, lambda mail: mail.has_record, lambda mail: mail.in_top(1)),
        top3=_share(mails, lambda mail: mail.has_record, lambda mail: mail.in_top(3)),
        ece=calibration_error(claims) if claims else None,
        ece_interval=bootstrap(claims, calibration_error),
        bins=bins(claims),
    )


def bins(claims: Sequence[Claim]) -> tuple[Bin, ...]:
    """Ten bins of equal width; a probability on an edge belongs to the bin above it, 1 to the last one."""
    filled: list[list[Claim]] = [[] for _ in range(BINS)]
    for claim in claims:
        filled[min(int(claim[0] * BINS), BINS - 1)].append(claim)
    return tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            len(held),
            sum(probability for probability, _ in held) / len(held) if held else None,
            sum(right for _, right in held) / len(held) if held else None,
        )
        for place, held in enumerate(filled)
    )


def calibration_error(claims: Sequence[Claim]) -> float:
    """The expected calibration error: how far claimed and right are apart in each bin, weighed by its count."""
    return sum(
        each.count * abs(each.claimed - each.right)
        for each in bins(claims)
        if each.claimed is not None and each.right is not None
    ) / len(claims)


def _auto(mails: Sequence[Judged], kinds: Collection[str]) -> Auto:
    """Precision by the kind that was linked, coverage by the kind of truth's primary. Over all kinds whatever was
    linked counts, also what the world does not name."""

    def is_predicted(mail: Judged) -> bool:
        return mail.auto is not None and (kinds is KINDS or mail.auto.name[0] in kinds)

    def is_wanted(mail: Judged) -> bool:
        return mail.truth.primary is not None and mail.truth.primary[0] in kinds

    return Auto(
        precision=_share(mails, is_predicted, lambda mail: not mail.is_wrong),
        coverage=_share(mails, is_wanted, lambda mail: mail.is_covered),
    )


def _share(mails: Sequence[Judged], among: Callable[[Judged], bool], right: Callable[[Judged], bool]) -> Share:
    counted = [mail for mail in mails if among(mail)]
    return Share(sum(map(right, counted)), len(counted))


def _claim(mail: Judged) -> Claim | None:
    first = next(iter(mail.candidates), None)
    return None if first is None else (first.probability, first.name in mail.truth.right)
