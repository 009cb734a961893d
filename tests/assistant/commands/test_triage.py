"""`regarding triage test`: rules are tried on past mail, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.sample import HOSTILE
from tests.assistant.commands.test_schemas import check

HARMLESS = "␛[31mRed␛[0m [bold]offer[/bold] <U+202E>gnp.exe"

RULES = """
[[mail]]
name = "Contracts"
when.entitled = true
then.create = "case"

[[mail]]
name = "Machines"
unless.noise = "person"
then.ignore = true

[[mail]]
name = "Answers"
when.subject = "re offer"
when.to_queue = "anna@alpine.example"
when.party = "Ada Lovelace"
then.create = "case"
then.priority = "high"

[[mail]]
name = "Printers"
when.known = true
when.says = "toner"
then.create = "case"

[[lead]]
name = "All"
then.assign = "round_robin"
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text(RULES, "utf-8")
    return file


def test_each_mail_tells_its_rule_or_why_the_nearest_does_not_fit(filled: Run, rules: Path) -> None:
    before = filled("timeline", "Engines Ltd", "--json").out
    told = filled("triage", "test", rules, "--since", "2026-01-31", "--json").json
    check("triage-test", told)
    assert [(mail["subject"], mail["rule"], mail["why_not"]) for mail in told["mails"]] == [
        (HOSTILE, None, {"rule": "Answers", "sentence": f'The subject, "{HARMLESS}", says nothing of "re offer".'}),
        ("Re: Offer", "Answers", None),
        ("Offer", None, {"rule": "Answers", "sentence": 'The subject, "Offer", says nothing of "re offer".'}),
    ]
    assert told["mails"][1]["actions"] == [{"name": "create", "value": "case"}, {"name": "priority", "value": "high"}]
    assert told["mails"][1]["reasons"] == [
        'the subject says "re offer"',
        'it went to "anna@alpine.example"',
        'the sender is "Ada Lovelace"',
    ]
    assert (told["counts"], told["untouched"], told["more"]) == (
        [
            {"rule": "Contracts", "mails": 0},
            {"rule": "Machines", "mails": 0},
            {"rule": "Answers", "mails": 1},
            {"rule": "Printers", "mails": 0},
        ],
        2,
        False,
    )
    assert (told["notes"], told["leads"], told["lead_counts"]) == ([], [], [{"rule": "All", "leads": 0}])
    assert filled("timeline", "Engines Ltd", "--json").out == before
    assert filled("case", "list", "--json").json["records"] == []


def test_people_read_lines_and_counts(filled: Run, rules: Path) -> None:
    told = filled("triage", "test", rules, "--since", "31d")
    assert told.code == 0
    assert told.out.splitlines()[1:] == [
        f'  no rule; the nearest is Answers: The subject, "{HARMLESS}", says nothing of "re offer".',
        "2026-02-02 09:00 Ada Lovelace: Re: Offer",
        "  Answers: create case, priority high",
        '  because the subject says "re offer"; it went to "anna@alpine.example"; the sender is "Ada Lovelace"',
        "",
        "      0  Contracts",
        "      0  Machines",
        "      1  Answers",
        "      0  Printers",
        "      1  no rule",
        "No lead was made since 2026-02-01.",
    ]


def test_each_lead_tells_its_rule_and_its_score_or_why_the_nearest_does_not_fit(regarding: Run, tmp_path: Path) -> None:
    regarding("lead", "new", "Kurt", "--country", "Austria", "--employees", 900)
    regarding("lead", "new", "Mia", "--country", "Japan")
    file = tmp_path / "leads.toml"
    file.write_text(
        "[[lead]]\nname = 'Near'\nwhen.country = 'Austria'\nthen.assign = 'round_robin'\n"
        "[[score]]\nname = 'Large'\npoints = 30\nwhen.size = '100+'\n",
        "utf-8",
    )
    told = regarding("triage", "test", file, "--json").json
    check("triage-test", told)
    assert [(lead["title"], lead["rule"], lead["score"]) for lead in told["leads"]] == [
        ("Mia", None, 0),
        ("Kurt", "Near", 30),
    ]
    assert regarding("triage", "test", file).out.splitlines() == [
        "2026-03-04 12:00 LEA-00002 Mia",
        '  no rule; the nearest is Near: The country is "Japan", not "Austria".',
        "  score 0",
        "2026-03-04 12:00 LEA-00001 Kurt",
        "  Near: assign round_robin",
        '  because the country is "Austria"',
        "  score 30",
        "    +30 Large: 900 people work there.",
        "",
        "      1  Near",
        "      1  no rule",
    ]


def test_a_limit_leaves_older_mail_out_and_says_so(filled: Run, rules: Path) -> None:
    told = filled("triage", "test", rules, "--since", "2026-01-31", "--limit", 1, "--json").json
    assert (len(told["mails"]), told["more"], told["notes"][-1]) == (
        1,
        True,
        "Older mail of that time was not tried; --limit takes more.",
    )


def test_without_mail_it_says_so(regarding: Run, rules: Path) -> None:
    users = rules.with_name("users.csv")
    users.write_text("Name,Email\nAnna Hofer,anna@alpine.example\n", "utf-8")
    assert regarding("import", users, "--json").code == 0
    told = regarding("triage", "test", rules)
    assert (told.code, told.out.splitlines()[0]) == (0, "No mail came in since 2026-02-02.")


@pytest.mark.parametrize(
    ("written", "more", "said"),
    [
        (b"[[mail", (), "regarding: rules.toml is no TOML: "),
        (b"\xff", (), "regarding: rules.toml is no text in UTF-8.\n"),
        (b"", (), "regarding: rules.toml has no rule.\n"),
        (
            b"",
            ("--since", "soon"),
            "regarding: 'soon' is not a date; write it as 2026-11-30, or so many days back, as 30d.\n",
        ),
        (
            b"[[mail]]\nname = 'P'\nthen.assign = 'queue:Printers'",
            (),
            'regarding: rules.toml: mail rule "P": then.assign names "Printers", which is no queue.\n',
        ),
        (None, (), "regarding: There is no file rules.toml.\n"),
    ],
)
def test_what_cannot_be_tried_is_one_sentence(
    filled: Run, tmp_path: Path, written: bytes | None, more: tuple[str, ...], said: str
) -> None:
    if written is not None:
        (tmp_path / "rules.toml").write_bytes(written)
    told = filled("triage", "test", "rules.toml", *more)
    assert (told.code, told.out, told.err[: len(said)], told.err.count("\n")) == (1, "", said, 1)


def test_every_mistake_is_told(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[[mail]]\nname = 'P'\nwhen.noise = 'loud'\nthen.create = 'x'", "utf-8")
    told = filled("triage", "test", "rules.toml")
    assert (told.code, told.err.count("\n")) == (1, 3)
    assert told.err.endswith("regarding: rules.toml has 2 mistakes; nothing was tried.\n")
