"""What a correction could teach, from the facts of the corrected mail alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assistant.linking.learning import patterns
from store.linking.facts import ActivityFacts, KnownRecord, Party, Said, SignatureField, Work

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACCOUNT = KnownRecord(1, "account", "ACC-00001", "Fabrikam", 1)
JANE = KnownRecord(2, "contact", "CON-00002", "Jane Roe", 1)
CASE = KnownRecord(3, "case", "CAS-00003", "Gun 4 leaks oil", 1)
OTHER = KnownRecord(4, "case", "CAS-00004", "Winter service contract", 1)
STRANGER = Party("from", "j.roe@roe-consulting.example", "roe-consulting.example", "Janie R. Consulting", False)
US = Party("to", "anna@alpine.example", "alpine.example", "Anna", True)


def _work(record: KnownRecord) -> Work:
    return Work(record, None, record.title, "", (), "", (), "", AT, None)


def _facts(**values: Any) -> ActivityFacts:
    given = {"subject": "Hello", "parties": (STRANGER, US), "work": (_work(CASE), _work(OTHER))}
    return ActivityFacts(1, "email", AT, "in", "", False, mentions=(), **{**given, **values})


def _found(facts: ActivityFacts, chosen: KnownRecord) -> list[tuple[str, str, int]]:
    return [(each.kind, each.value, each.record.record_id) for each in patterns(facts, chosen, customer=ACCOUNT)]


def test_unknown_sender_teaches_address_domain_and_name() -> None:
    assert _found(_facts(), JANE)[:3] == [
        ("address", "j.roe@roe-consulting.example", 2),
        ("domain", "roe-consulting.example", 1),
        ("name", "Janie R. Consulting", 2),
    ]


def test_address_never_stands_for_a_single_case() -> None:
    assert [each for each in _found(_facts(), CASE) if each[0] == "address"] == [
        ("address", "j.roe@roe-consulting.example", 1)
    ]


def test_known_address_domain_and_name_teach_nothing() -> None:
    facts = _facts(people={STRANGER.email: (JANE,)}, accounts={STRANGER.domain: (ACCOUNT,)})
    assert [each for each in _found(facts, ACCOUNT) if each[0] != "phrase"] == []


def test_free_mail_domain_is_never_taught() -> None:
    sender = Party("from", "jane@gmail.com", "gmail.com", "Jane Roe", False)
    assert [each[:2] for each in _found(_facts(parties=(sender, US)), JANE) if each[0] != "phrase"] == [
        ("address", "jane@gmail.com")
    ]


def test_our_own_mail_teaches_about_its_recipient() -> None:
    ours = (Party("from", US.email, US.domain, US.name, True), Party("to", "x@y.example", "y.example", "", False))
    assert _found(_facts(parties=ours), JANE)[0] == ("address", "x@y.example", 2)


def test_company_in_the_signature_is_another_name_of_the_account() -> None:
    said = Said(fields=(SignatureField("company", "Roe Consulting GmbH", "Roe Consulting GmbH"),))
    assert ("name", "Roe Consulting GmbH", 1) in _found(_facts(said=said), CASE)
    same = Said(fields=(SignatureField("company", "Fabrikam GmbH", "Fabrikam GmbH"),))
    assert ("name", "Fabrikam GmbH", 1) not in _found(_facts(said=same), CASE)


def test_phrase_fits_the_record_and_no_other_open_one() -> None:
    phrases = [
        each[1] for each in _found(_facts(subject="Re: leaks oil after winter service"), CASE) if each[0] == "phrase"
    ]
    assert phrases[0] == "leaks oil"
    assert "winter service" not in phrases


def test_phrase_that_no_record_says_is_offered_last() -> None:
    phrases = [each[1] for each in _found(_facts(subject="Falcon: gun 4 leaks"), CASE) if each[0] == "phrase"]
    assert phrases[0] == "gun 4 leaks"
    assert [each[1] for each in _found(_facts(subject="AW: Falcon"), CASE) if each[0] == "phrase"] == ["falcon"]
