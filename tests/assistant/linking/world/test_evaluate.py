"""Playing a world: what is known at a mail's date, and the figures of the authored world worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.linking.world.evaluate import Report, evaluate
from assistant.linking.world.figures import Share
from assistant.linking.world.format import read_world
from assistant.linking.world.mails import Name
from tests.assistant.linking.world.authored import write_mail, write_world


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def autos(report: Report) -> dict[str, Name | None]:
    return {mail.message_id.partition("@")[0]: mail.auto.name if mail.auto else None for mail in report.mails}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return evaluate(read_world(write_world(tmp_path_factory.mktemp("authored") / "world")))


def test_each_mail_is_judged_with_what_is_known_at_its_date(report: Report) -> None:
    assert autos(report) == {
        "m1": ("account", "birch"),
        "m2": ("account", "birch"),
        "m3": ("account", "birch"),
        "m4": ("account", "cedar"),
        "m5": ("account", "birch"),
        "m6": None,
        "m7": ("lead", "lena"),
        "m8": ("account", "birch"),  # the case is a minute younger
        "m9": ("case", "CAS-01001"),
        "m10": None,
    }


def test_precision_counts_any_row_and_coverage_the_primary_one(report: Report) -> None:
    """Of eight links only m5 is wrong; of eight mails with a record m3, m8 and m10 miss their primary."""
    told = report.figures
    assert (told.mails, told.auto.precision, told.auto.coverage) == (10, Share(7, 8), Share(5, 8))


def test_kinds_count_precision_by_what_was_linked_and_coverage_by_truth(report: Report) -> None:
    shares = {name: (auto.precision, auto.coverage) for name, auto in report.figures.by_kind.items()}
    assert shares == {
        "account": (Share(5, 6), Share(3, 3)),
        "contact": (Share(0, 0), Share(0, 1)),
        "lead": (Share(1, 1), Share(1, 1)),
        "opportunity": (Share(0, 0), Share(0, 1)),
        "case": (Share(1, 1), Share(1, 2)),
        "case/opportunity/lead": (Share(2, 2), Share(2, 4)),
        "account/contact": (Share(5, 6), Share(3, 4)),
    }


def test_suggestions_count_truths_primary_among_the_first(report: Report) -> None:
    """m3's contact is its second candidate; m8 and m10 have no candidate that is right."""
    assert (report.figures.top1, report.figures.top3) == (Share(5, 8), Share(6, 8))


@pytest.fixture
def answered(folder: Path) -> Path:
    """Mail 3 truly is regarding the deal, which nothing in it says; mail 10 answers it."""
    replace(folder / "opportunities.csv", "2026-03-02", "2026-02-01")
    replace(folder / "truth.csv", "m3@mail.example>,contact,ada", "m3@mail.example>,opportunity,presses")
    path = write_mail(folder, 10, "2026-03-04T08:00", "ada@birch.example", subject="Re: Hello")
    path.write_bytes(b"In-Reply-To: <m3@mail.example>\r\n" + path.read_bytes())
    return folder


def test_the_truth_of_a_mail_stays_unknown(answered: Path) -> None:
    decided = autos(evaluate(read_world(answered)))
    assert (decided["m3"], decided["m10"]) == (("account", "birch"), ("account", "birch"))


def test_with_learning_a_mail_is_filed_rightly_once_it_was_judged(answered: Path) -> None:
    decided = autos(evaluate(read_world(answered), learn=True))
    assert (decided["m3"], decided["m10"]) == (("account", "birch"), ("opportunity", "presses"))


def test_what_refers_to_a_later_record_is_completed_when_that_appears(folder: Path) -> None:
    accounts = folder / "accounts.csv"
    lines = accounts.read_text("utf-8").splitlines()
    lines = [f"{lines[0]},created", f"{lines[1]},2026-03-01T09:30", f"{lines[2]},"]
    accounts.write_text("\n".join(lines), "utf-8")
    report = evaluate(read_world(folder))
    assert report.problems == ()
    candidates = {mail.message_id: [each.name for each in mail.candidates] for mail in report.mails}
    assert candidates["m2@mail.example"] == [("contact", "bo")]
    assert candidates["m3@mail.example"] == [("account", "birch"), ("contact", "ada")]


def test_two_kinds_may_have_the_same_key(folder: Path) -> None:
    leads = folder / "leads.csv"
    leads.write_text(leads.read_text("utf-8") + "CAS-01001,Cas Smith,,,,open\n", "utf-8")
    report = evaluate(read_world(folder))
    assert (autos(report)["m7"], report.problems) == (("lead", "lena"), ())
