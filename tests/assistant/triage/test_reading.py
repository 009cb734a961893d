"""Rules are read whole or not at all, and every mistake is a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.triage.model import Action, Condition, Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.reading import RulesError, read_rules

DOCUMENT = Path(__file__).parents[3] / "docs" / "triage_rules.md"


def mistakes(text: str) -> list[str]:
    with pytest.raises(RulesError) as raised:
        read_rules(text, "r.toml")
    return list(raised.value.mistakes)


def rule(lines: str) -> str:
    """A rule that would be good without the lines."""
    return f"[[mail]]\nname = 'P'\nthen.create = 'case'\n{lines}\n"


def test_example_in_the_documentation_is_read() -> None:
    example = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    rules = read_rules(example[0], "docs")
    assert ([each.name for each in rules.mail][2], len(rules.mail), len(rules.lead), len(rules.scores)) == (
        "Printers",
        6,
        2,
        4,
    )


def test_rules_keep_their_order_and_everything_they_say() -> None:
    text = """
[[mail]]
name = "A"
enabled = false
when.known = true
when.subject = ["x", '/y\\d/']
unless.noise = "list"
then.create = "case"
then.assign = "queue:Printers"
[[lead]]
name = "B"
then.assign = "round_robin"
[[score]]
name = "C"
points = -5
when.size = "10+"
"""
    known = Condition("known", ("yes",))
    subject = Condition("subject", ("x", r"/y\d/"))
    noise = Condition("noise", ("list",), unless=True)
    done = (Action("create", "case"), Action("assign", "queue:Printers"))
    assert read_rules(text, "r.toml") == RuleFile(
        mail=(Rule(RuleKind.MAIL, "A", (known, subject, noise), done, enabled=False),),
        lead=(Rule(RuleKind.LEAD, "B", (), (Action("assign", "round_robin"),)),),
        scores=(ScoreRule("C", (Condition("size", ("10+",)),), -5),),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x =", "r.toml is no TOML: Invalid value (at end of document)."),
        ("a = 1", "r.toml: [[a]] is no sort of rule; there are lead, mail, score."),
        ("[[mial]]", "r.toml: [[mial]] is no sort of rule; did you mean mail?"),
        ("mail = 3", "r.toml: mail is no list of rules; begin each with [[mail]]."),
        ("[[mail]]\nthen.create = 'case'", "r.toml: mail rule 1 needs a name."),
        ("[[mail]]\nname = 'P'", 'r.toml: mail rule "P" does nothing; say what it does under then.'),
        (rule("") + rule(""), 'r.toml: mail rule "P" stands there 2 times; names must differ.'),
        (
            rule("enbled = true"),
            'r.toml: mail rule "P" says "enbled", which a rule does not have; did you mean enabled?',
        ),
        (rule("enabled = 1"), 'r.toml: mail rule "P" sets enabled to something that is neither true nor false.'),
        (
            rule("when.subjct = 'a'"),
            'r.toml: mail rule "P" looks at "subjct", which is no condition; did you mean subject?',
        ),
        (rule("when = 'a'"), 'r.toml: mail rule "P" has when without a name; write when.NAME = ...'),
        (rule("when.known = 'yes'"), 'r.toml: mail rule "P": when.known must be true or false.'),
        (rule("when.subject = []"), 'r.toml: mail rule "P": when.subject needs 1 to 200 values.'),
        (
            rule("when.subject = 3"),
            'r.toml: mail rule "P": when.subject has a value that is no text; put it in quotation marks.',
        ),
        (rule("when.subject = ' '"), 'r.toml: mail rule "P": when.subject "" is empty.'),
        (rule("when.subject = '!'"), 'r.toml: mail rule "P": when.subject "!" has no letter or digit.'),
        (
            rule("when.subject = '/(a+)+/'"),
            'r.toml: mail rule "P": when.subject "/(a+)+/" has a repeat or a choice within a repeat, which a long text '
            "could make it hang on.",
        ),
        (
            rule('when.subject = "a\\u202Eb"'),
            'r.toml: mail rule "P": when.subject "a<U+202E>b" has characters that cannot be shown.',
        ),
        (rule("when.hours = 'noon'"), 'r.toml: mail rule "P": when.hours "noon" is none of inside, outside.'),
        (rule("when.sender = '**'"), 'r.toml: mail rule "P": when.sender "**" fits everything.'),
        (
            rule("when.sender_domain = 'x y.com'"),
            'r.toml: mail rule "P": when.sender_domain "x y.com" is no domain; write it as contoso.com.',
        ),
        (rule("then.asign = 'x'"), 'r.toml: mail rule "P" does "asign", which is no action; did you mean assign?'),
        (
            rule("then.assign = 'user:bob'"),
            'r.toml: mail rule "P": then.assign "user:bob" names no address; write user:anna@contoso.com.',
        ),
        (
            rule("then.assign = 'queue:'"),
            'r.toml: mail rule "P": then.assign "queue:" names nobody; write queue:NAME.',
        ),
        (
            rule("then.assign = 'bob'"),
            'r.toml: mail rule "P": then.assign "bob" is nobody; write user:anna@contoso.com, queue:NAME, round_robin '
            "or least_loaded.",
        ),
        (rule("then.ignore = false"), 'r.toml: mail rule "P": then.ignore must be true.'),
        (
            rule("then.ignore = true"),
            'r.toml: mail rule "P" says both create and ignore; a mail can have only one of them.',
        ),
        (
            "[[mail]]\nname = 'P'\nthen.acknowledge = 'x'",
            'r.toml: mail rule "P" acknowledges a mail of which it makes nothing; say create or link too.',
        ),
        (
            "[[mail]]\nname = 'P'\nthen.priority = 'high'",
            'r.toml: mail rule "P" sets a priority, which only a case has; say create or link too.',
        ),
        (
            "[[mail]]\nname = 'P'\nthen.link = 'the case'",
            'r.toml: mail rule "P": then.link "the case" is no record; write open_case or a number such as CAS-01042.',
        ),
        (
            "[[lead]]\nname = 'P'\nthen.create = 'case'",
            'r.toml: lead rule "P" does "create", which is no action; there are assign.',
        ),
        (
            "[[score]]\nname = 'P'\npoints = true",
            'r.toml: score rule "P" needs points, a number from -100 to 100 that is not 0.',
        ),
        (
            "[[score]]\nname = 'P'\npoints = 1\nwhen.size = '9-1'",
            'r.toml: score rule "P": when.size "9-1" ends before it begins.',
        ),
    ],
)
def test_each_mistake_is_one_sentence(text: str, told: str) -> None:
    assert mistakes(text)[0] == told


def test_nested_beyond_reason_is_refused() -> None:
    (told,) = mistakes("a = " + "[" * 5_000 + "]" * 5_000)
    assert told.startswith("r.toml is no TOML: ")


def test_all_mistakes_are_told_at_once() -> None:
    text = rule("when.subjct = 'a'\nunless.hours = 'noon'") + "[[score]]\nname = 'S'\nwhen.sice = '1+'\npoints = 0"
    assert mistakes(text) == [
        'r.toml: mail rule "P" looks at "subjct", which is no condition; did you mean subject?',
        'r.toml: mail rule "P": unless.hours "noon" is none of inside, outside.',
        'r.toml: score rule "S" looks at "sice", which is no condition; did you mean size?',
        'r.toml: score rule "S" needs points, a number from -100 to 100 that is not 0.',
    ]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for written in (text, f"[[mail]]\nname = 'P'\nwhen.{text}", rule(f"when.text = '''/{text}/'''")):
        try:
            read_rules(written, "r.toml")
        except RulesError as error:
            assert all(each.startswith("r.toml") and "\n" not in each for each in error.mistakes)
