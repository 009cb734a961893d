"""A lead's score is the sum of what is known of it, and says so."""

from __future__ import annotations

from dataclasses import replace

from assistant.triage.facts import LeadFacts
from assistant.triage.reading import read_rules
from assistant.triage.scoring import Score, ScoreCard
from tests.assistant.triage.examples import LEAD

CARD = ScoreCard(
    read_rules(
        """
[[score]]
name = "Trade"
points = 30
when.industry = "Logistics"
when.region = "Europe"
[[score]]
name = "Size"
points = 80
when.size = "250+"
[[score]]
name = "Private address"
points = -20
when.free_mail = true
""",
        "r.toml",
    ).scores
)


def test_score_adds_what_holds_and_tells_the_greatest_first() -> None:
    score = CARD.score(replace(LEAD, free_mail=True))
    assert (score.value, [each.sentence for each in score.reasons]) == (
        90,
        [
            "+80 Size: 300 people work there.",
            '+30 Trade: the industry is "Logistics", the region is "Europe".',
            "-20 Private address: the address is one of free mail.",
        ],
    )


def test_score_stays_within_its_bounds() -> None:
    assert CARD.score(LEAD).value == 100
    assert CARD.score(LeadFacts(free_mail=True)).value == 0
    assert CARD.score(LeadFacts()) == Score(0, ())
