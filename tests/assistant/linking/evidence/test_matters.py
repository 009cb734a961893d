"""Which matter of its people a mail means, by the words that both have."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.linking.evidence.matters import bare_number, other_words, serial, subject, title_words, whole_title
from store.linking.facts import ActivityFacts, KnownRecord, Said, Work

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def matter(number: int, title: str, *, machine: str = "") -> Work:
    return Work(
        record=KnownRecord(number, "case", f"CAS-{number:05}", title),
        contact_id=None,
        title=title,
        description="",
        products=(),
        serial=machine,
        places=(),
        owner_email="",
        opened_at=NOW,
        closed_at=None,
    )


LIFT = matter(1042, "Chair lift gearbox grinds on starting", machine="GX-4711")
GATE = matter(1043, "Ticket gate rejects season passes")


def mail(title: str, text: str = "", work: tuple[Work, ...] = (LIFT, GATE)) -> ActivityFacts:
    return ActivityFacts(
        activity_id=1,
        kind="email",
        occurred_at=NOW,
        direction="in",
        noise="",
        private=False,
        subject=title,
        mentions=(),
        parties=(),
        said=Said(new_text=text),
        work=work,
    )


def test_whole_title_is_found_in_subject_and_text_together() -> None:
    (found,) = whole_title(mail("Chair lift", "The gearbox grinds again on starting."))
    assert (found.record, found.strength) == (LIFT.record, 1.0)


def test_whole_title_of_few_words_or_of_two_matters_tells_nothing() -> None:
    short, twin = matter(1, "Gearbox grinds"), matter(2, LIFT.title)
    assert list(whole_title(mail("Gearbox grinds", work=(short,)))) == []
    assert list(whole_title(mail(LIFT.title, work=(LIFT, twin)))) == []


def test_title_words_tell_by_their_share() -> None:
    (found,) = title_words(mail("Gate", "It rejects our passes."))
    assert found.record == GATE.record
    assert 0.5 < found.strength < 1.0


def test_subject_that_reads_like_a_title_names_it() -> None:
    assert [each.record for each in subject(mail("Re: ticket gate rejects season passes"))] == [GATE.record]


def test_subject_with_words_of_its_own_speaks_against_every_matter() -> None:
    assert [each.record for each in other_words(mail("Invoice 77 unpaid"))] == [LIFT.record, GATE.record]
    assert [each.record for each in other_words(mail("Gearbox"))] == [GATE.record]


def test_serial_number_names_the_matter_of_its_machine() -> None:
    assert [each.record for each in serial(mail("Help", "It is GX-4711."))] == [LIFT.record]


def test_digits_of_a_record_number_are_found_without_its_letters() -> None:
    assert [each.record for each in bare_number(mail("Your ticket 01043"))] == [GATE.record]
