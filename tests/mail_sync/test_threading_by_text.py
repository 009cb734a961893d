"""Threads from quotations, subjects, people and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mail_sync.marks import marks
from mail_sync.threading_by_text import Written, answers_by_text

ASKED = "when will the two pumps be delivered to our place in Oslo, and does the fitter come along?"
ELSE = "the invoice of last month names the wrong cost centre, please send us a corrected one"
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def mail(
    number: int, subject: str, own: str = "", quoted: str = "", *, day: float = 0, people: str = "jo@example.org"
) -> Written:
    return Written(
        number,
        subject,
        MONDAY + timedelta(days=day),
        frozenset(people.split()),
        frozenset(marks(own, 40)),
        frozenset(marks(quoted, 80)),
    )


def answered(later: Written, *earlier: Written) -> list[int]:
    return [one.mail.activity_id for one in answers_by_text(later, earlier)]


def test_answer_that_quotes_a_mail_of_its_subject_answers_it() -> None:
    first, other = mail(1, "Pumps", ASKED), mail(2, "Invoice", ELSE)
    assert answered(mail(3, "AW: Pumps", "On Tuesday.", ASKED, day=90), first, other) == [1]


def test_one_text_that_two_people_got_apart_does_not_join_their_threads() -> None:
    to_jo, to_al = mail(1, "Pumps", ASKED), mail(2, "Pumps", ASKED, people="al@example.net")
    answer = mail(3, "AW: Pumps", "On Tuesday.", ASKED, day=1, people="al@example.net")
    assert answered(answer, to_jo, to_al) == [2]
    assert answered(replace(answer, listed=True), replace(to_jo, listed=True)) == [1]


def test_answer_with_a_new_subject_is_known_by_what_it_quotes() -> None:
    first = mail(1, "Pumps", ASKED)
    assert answered(mail(2, "Delivery to Oslo", "On Tuesday.", ASKED, day=1), first) == [1]


def test_mail_that_quotes_two_conversations_does_not_make_one_of_them() -> None:
    pumps, invoice = mail(1, "Pumps", ASKED), mail(2, "Invoice", ELSE)
    again = mail(3, "Re: Pumps", ASKED.replace("when will", "and will"))
    both = f"{ASKED} {ELSE}"
    assert answered(mail(4, "For the meeting", "", both, day=1), pumps, invoice) == [1]
    assert answered(mail(4, "For the meeting", "", both, day=1), pumps, invoice, again) == [1, 3]
    assert answered(mail(4, "AW: Invoice", "", both, day=1), pumps, invoice) == [2]


def test_answer_belongs_to_the_conversation_of_its_subject_though_its_mails_come_later() -> None:
    pumps, invoice = mail(1, "Pumps", ASKED), mail(2, "Invoice", ELSE)
    answer = mail(3, "AW: Invoice", "Corrected.", ASKED, day=1)
    assert (answered(answer, pumps), answered(answer, pumps, invoice)) == ([], [2])
    assert answered(replace(answer, subject="AW:"), pumps, invoice) == [1]


def test_few_quoted_words_under_another_subject_are_a_chance() -> None:
    first = mail(1, "Pumps", ASKED)
    quoted = " ".join(ASKED.split()[:8]) + " " + ELSE
    assert answered(mail(2, "Invoice", "", quoted, day=1), first) == []


def test_mail_that_is_quoted_most_comes_first() -> None:
    first, second = mail(1, "Pumps", ASKED), mail(2, "Re: Pumps", ELSE, day=1)
    later = mail(3, "Re: Pumps", "", f"{ASKED} {ELSE[:50]}", day=2)
    assert answered(later, second, first) == [1, 2]


def test_footer_that_many_mails_say_tells_nothing() -> None:
    footer = [mail(number, f"News {number}", ASKED) for number in range(1, 5)]
    assert answered(mail(9, "Other news", "", ASKED, day=1), *footer[:3]) == [3]
    assert answered(mail(9, "Other news", "", ASKED, day=1), *footer) == []


def test_answer_without_quotation_follows_its_subject_and_people_for_two_weeks() -> None:
    first = mail(1, "Pumps", ASKED)
    assert answered(mail(2, "RE: [EXT] Pumps", "Any news?", day=13), first) == [1]
    assert answered(mail(2, "RE: Pumps", "Any news?", day=15), first) == []
    assert answered(mail(2, "RE: Pumps", "Any news?", day=1, people="al@example.net"), first) == []
    assert answered(mail(2, "Pumps", "Two more, please.", day=1), first) == []
    assert answered(mail(2, "Re:", "Any news?", day=1), mail(1, "", ASKED)) == []


def test_new_subject_that_names_the_former_one_goes_on_from_it() -> None:
    first = mail(1, "Re: Valves", ASKED)
    assert answered(mail(2, "Pumps (was: Re: Valves)", "And pumps?", day=1), first) == [1]


def test_later_mail_is_never_answered() -> None:
    assert answered(mail(1, "Re: Pumps", "", ASKED), mail(2, "Pumps", ASKED, day=1)) == []
