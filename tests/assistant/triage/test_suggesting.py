"""The next step for a mail that waits, by what fits and where it waits."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.triage.suggesting import Act, Suggestion, suggest


@dataclass(frozen=True)
class _Fit:
    score: float


@pytest.mark.parametrize(
    ("work", "party", "queue_kind", "expected"),
    [
        (0.9, 1.0, "case", Suggestion(Act.WORK, 0.9)),
        (0.5, None, "lead", Suggestion(Act.WORK, 0.5)),
        (0.1, None, "", Suggestion(Act.WORK, 0.1)),
        (0.25, 1.0, "case", Suggestion(Act.CASE, 0.75)),
        (None, 0.5, "case", Suggestion(Act.CASE, 0.5)),
        (0.25, 0.2, "case", Suggestion(Act.CASE, 0.75)),
        (None, None, "case", Suggestion(Act.CASE)),
        (0.25, None, "lead", Suggestion(Act.LEAD, 0.75)),
        (None, None, "lead", Suggestion(Act.LEAD)),
        (None, 0.9, "lead", Suggestion(Act.PARTY, 0.9)),
        (None, 0.4, "", Suggestion(Act.PARTY, 0.4)),
        (None, None, "", Suggestion(Act.NOTHING)),
    ],
)
def test_suggest_takes_what_fits_else_what_the_queue_is_for(
    work: float | None, party: float | None, queue_kind: str, expected: Suggestion
) -> None:
    likeliest, sender = (None if score is None else _Fit(score) for score in (work, party))
    assert suggest(likeliest, sender, queue_kind) == expected
