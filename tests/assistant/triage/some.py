"""Rules of any kind for property tests."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from assistant.triage import conditions
from assistant.triage.language import LANGUAGES
from assistant.triage.model import Action, Condition, Rule, RuleKind, ScoreRule

#: Settings for tests that draw whole rules, which takes its time on a busy machine.
MANY_RULES = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Whatever may be shown.
TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=15).map(lambda text: f"x{text}")
FLAGS = st.sampled_from(["yes", "no"])
WORDS = st.one_of(TEXTS.map(lambda text: f"{text} a"), st.sampled_from([r"/a\d+\"/", "/[\"'\\]]b/", "print*", "Größe"]))
SPECIAL: Mapping[str, st.SearchStrategy[str]] = {
    "sender": st.sampled_from(["*@contoso.com", "eve@fabrikam.com"]),
    "sender_domain": st.sampled_from(["contoso.com", "@fabrikam.co.uk"]),
    "party_kind": st.sampled_from(["contact", "account", "lead"]),
    "language": st.sampled_from(LANGUAGES),
    "noise": st.sampled_from(["person", "list"]),
    "hours": st.sampled_from(["inside", "outside"]),
    "size": st.sampled_from(["1-9", "250+", "-9", "12"]),
}
MAIL_ACTIONS = st.sampled_from(
    [
        (Action("create", "case"), Action("priority", "high"), Action("acknowledge", 'We "have" it\\')),
        (Action("create", "lead"), Action("assign", "user:anna@contoso.com")),
        (Action("link", "open_case"), Action("assign", "queue:Ä, b")),
        (Action("ignore", "yes"),),
        (Action("assign", "least_loaded"),),
    ]
)
LEAD_ACTIONS = st.just((Action("assign", "round_robin"),))


@st.composite
def some_conditions(draw: st.DrawFn, kind: RuleKind) -> tuple[Condition, ...]:
    sorts = conditions.SORTS[kind]
    found: list[Condition] = []
    for unless in (False, True):
        for name in draw(st.lists(st.sampled_from(sorted(sorts)), unique=True, max_size=4)):
            values = FLAGS if sorts[name].is_flag else SPECIAL.get(name, WORDS)
            most = 1 if sorts[name].is_flag else 3
            drawn = draw(st.lists(values, min_size=1, max_size=most))
            found.append(Condition(name, tuple(drawn), unless=unless))
    return tuple(found)


def some_rules(kind: RuleKind) -> st.SearchStrategy[tuple[Rule, ...]]:
    actions = MAIL_ACTIONS if kind is RuleKind.MAIL else LEAD_ACTIONS
    one = st.builds(Rule, st.just(kind), TEXTS, some_conditions(kind), actions, st.booleans())
    return st.lists(one, max_size=3, unique_by=lambda rule: rule.name).map(tuple)


SCORES = st.lists(
    st.builds(ScoreRule, TEXTS, some_conditions(RuleKind.LEAD), st.integers(1, 100) | st.integers(-100, -1)),
    max_size=3,
    unique_by=lambda rule: rule.name,
).map(tuple)
