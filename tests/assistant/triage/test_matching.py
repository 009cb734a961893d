"""The first rule that fits decides, and every rule can say why it did or did not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.triage.facts import AtQueue, Attached, MailFacts
from assistant.triage.matching import Decision, lead_rulebook, mail_rulebook
from assistant.triage.model import Action, Rule, RuleKind
from mail_sync.mime.plain import visible_line
from store.linking.facts import KnownRecord
from tests.assistant.triage.examples import LEAD, MAIL, rules_of
from tests.assistant.triage.some import MANY_RULES, some_rules


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("when.sender = ['x@y.com', 'EVE@mail.fabrikam.com']", 'it is from "eve@mail.fabrikam.com"'),
        ("when.sender = '*@*fabrikam.com'", 'it is from "eve@mail.fabrikam.com"'),
        ("unless.sender = '*@fabrikam.com'", 'it is from "eve@mail.fabrikam.com", not "*@fabrikam.com"'),
        ("when.sender_domain = 'Fabrikam.com'", 'the sender\'s domain is "mail.fabrikam.com"'),
        (
            "unless.sender_domain = 'brikam.com'",
            'the sender\'s domain is "mail.fabrikam.com", not "brikam.com"',
        ),
        ("when.known = true", "the sender is known"),
        ("unless.known = false", "the sender is known"),
        ("when.party = 'fabrikam ag'", 'the sender is "fabrikam ag"'),
        ("when.party = 'eve unal'", 'the sender is "eve unal"'),
        ("when.party = 'ACC-00002'", 'the sender is "ACC-00002"'),
        ("when.party_kind = ['lead', 'account']", "the sender is known as account"),
        ("when.to_queue = 'support'", 'it went to "support"'),
        ("when.to_queue = 'help@contoso.com'", 'it went to "help@contoso.com"'),
        ("when.subject = ['toner', 'PRINTER']", 'the subject says "PRINTER"'),
        ("when.subject = 'print*'", 'the subject says "print*"'),
        ("unless.subject = 'print'", 'the subject, "Printer on fire", says nothing of "print"'),
        ("when.text = 'price list'", 'the text says "price list"'),
        ("when.text = '/error 50[13]/'", 'the text says "/error 50[13]/"'),
        ("unless.text = 'printer'", 'the text says nothing of "printer"'),
        ("when.says = 'on fire'", 'the mail says "on fire"'),
        ("when.says = 'burns'", 'the mail says "burns"'),
        ("unless.says = 'fire it'", 'the mail says nothing of "fire it"'),
        ("when.language = ['de', 'en']", "its language is en"),
        ("when.attachment = '*.jpg'", 'it has an attachment like "*.jpg"'),
        ("when.attachment = 'image/*'", 'it has an attachment like "image/*"'),
        ("when.attachment = '*'", "it has an attachment"),
        ("unless.attachment = '*.[jp]*'", 'it has "Photo.JPG", not "*.[jp]*"'),
        ("when.noise = 'person'", "its sort is person"),
        ("when.entitled = true", "a contract covers it (Contract Gold has 3 cases left)"),
        ("when.hours = 'inside'", "it came inside business hours"),
        ("when.open_case = false", "its thread has no open case"),
    ],
)
def test_condition_for_mail_holds_and_says_why(line: str, reason: str) -> None:
    rules = rules_of(RuleKind.MAIL, f"name = 'P'\n{line}\nthen.assign = 'round_robin'")
    assert mail_rulebook(rules).decide(MAIL).reasons == (reason,)
    opposite = line.replace("when.", "unless.", 1) if line.startswith("when.") else line.replace("unless.", "when.", 1)
    (other,) = rules_of(RuleKind.MAIL, f"name = 'P'\n{opposite}\nthen.assign = 'round_robin'")
    assert mail_rulebook([other]).decide(MAIL) == Decision()
    (why_not,) = mail_rulebook([other]).why_not(MAIL)
    assert why_not.sentence == f"{reason[0].upper()}{reason[1:]}."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("when.sender = 'a@b.com'", "It has no sender."),
        ("when.sender_domain = 'b.com'", "The sender has no domain."),
        ("when.known = true", "The sender is not known."),
        ("when.party = 'Fabrikam'", "The sender is not known."),
        ("when.to_queue = 'Support'", "It went to no queue."),
        ("when.subject = ['a', 'b', 'c', 'd', 'e']", 'The subject says nothing of "a", "b", "c", "d" or 1 more.'),
        ("when.language = 'de'", "Its language is not clear."),
        ("when.attachment = '*'", "It has no attachment."),
        ("when.entitled = false", "Nothing says whether a contract covers it."),
        ("when.hours = 'outside'", "Its queue has no business hours."),
    ],
)
def test_what_nobody_knows_fits_nothing(line: str, sentence: str) -> None:
    rules = rules_of(RuleKind.MAIL, f"name = 'P'\n{line}\nthen.assign = 'round_robin'")
    (why_not,) = mail_rulebook(rules).why_not(MailFacts(email="", domain=""))
    assert why_not.sentence == sentence


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("when.sender_domain = 'tailspin.com'", 'the sender\'s domain is "tailspin.com"'),
        ("when.free_mail = false", "the address is no free mail"),
        ("when.company = 'tailspin'", 'the company is "tailspin"'),
        ("when.region = ['Asia', 'Europe']", 'the region is "Europe"'),
        ("when.country = 'france'", 'the country is "france"'),
        ("when.size = ['-9', '250+']", "300 people work there"),
        ("when.size = '50-300'", "300 people work there"),
        ("unless.size = ['1-299', '301-', '12']", "300 people work there, not 1-299 or 301- or 12"),
        ("when.industry = 'Logistics'", 'the industry is "Logistics"'),
        ("when.source = 'Fair'", 'the source is "Fair"'),
        ("when.topic = 'demo*'", 'the topic says "demo*"'),
    ],
)
def test_condition_for_leads_holds_and_says_why(line: str, reason: str) -> None:
    rules = rules_of(RuleKind.LEAD, f"name = 'P'\n{line}\nthen.assign = 'round_robin'")
    assert lead_rulebook(rules).decide(LEAD).reasons == (reason,)


def test_size_that_nobody_knows_fits_no_size() -> None:
    rules = rules_of(RuleKind.LEAD, "name = 'P'\nwhen.size = '0+'\nthen.assign = 'round_robin'")
    (why_not,) = lead_rulebook(rules).why_not(replace(LEAD, employees=None))
    assert why_not.sentence == "Nobody knows how many people work there."


RULES = rules_of(
    RuleKind.MAIL,
    "name = 'Off'\nenabled = false\nthen.ignore = true",
    "name = 'Text first'\nwhen.text = 'smoke'\nwhen.known = false\nthen.create = 'case'",
    "name = 'Printers'\nwhen.says = 'printer'\nwhen.known = true\nthen.create = 'case'\nthen.priority = 'high'",
    "name = 'All'\nthen.create = 'lead'",
    "name = 'Outside'\nwhen.hours = 'outside'\nthen.create = 'case'",
)


def test_first_rule_that_fits_decides() -> None:
    decision = mail_rulebook(RULES).decide(MAIL)
    assert decision == Decision(
        RULES[2],
        (Action("create", "case"), Action("priority", "high")),
        ('the mail says "printer"', "the sender is known"),
    )


def test_every_other_rule_says_why_not_by_its_first_condition_as_written() -> None:
    found = [(each.rule.name, each.sentence) for each in mail_rulebook(RULES).why_not(MAIL)]
    assert found == [
        ("Off", "It is switched off."),
        ("Text first", 'The text says nothing of "smoke".'),
        ("All", "The rule Printers stands before it and fits."),
        ("Outside", "It came inside business hours, not outside."),
    ]


@MANY_RULES
@given(some_rules(RuleKind.MAIL))
def test_cheap_conditions_first_change_nothing(rules: tuple[Rule, ...]) -> None:
    book = mail_rulebook(rules)
    objected = {each.rule.name for each in book.why_not(MAIL)}
    first = next((rule for rule in rules if rule.name not in objected), None)
    assert book.decide(MAIL).rule == first


def test_without_a_rule_that_fits_nothing_is_done() -> None:
    assert mail_rulebook(RULES[:2]).decide(MAIL) == Decision()


def test_words_of_any_script_are_found() -> None:
    rules = rules_of(
        RuleKind.MAIL,
        "name = 'P'\nwhen.text = ['プリンター', 'größe', 'принтер']\nthen.assign = 'round_robin'",
    )
    texts = ("昨日からプリンターが動きません", "die GROSSE Große, Größe", "Ваш ПРИНТЕР", "Plotter")
    book = mail_rulebook(rules)
    found = [book.decide(replace(MAIL, text=text)).reasons for text in texts]
    assert found == [
        ('the text says "プリンター"',),
        ('the text says "größe"',),
        ('the text says "принтер"',),
        (),
    ]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_mail_stops_the_rules(one: str, other: str) -> None:
    rules = rules_of(
        RuleKind.MAIL,
        *(
            f"name = '{name}'\nwhen.{name} = '{value}'\nthen.assign = 'round_robin'"
            for name, value in {
                "sender": "*@x.com",
                "sender_domain": "x.com",
                "party": "x",
                "to_queue": "x",
                "subject": "/x.*y/",
                "text": "xyz*",
                "attachment": "*.pdf",
                "noise": "list",
                "hours": "inside",
            }.items()
        ),
    )
    facts = MailFacts(
        email=one,
        domain=other,
        queues=(AtQueue(one, other),),
        subject=one,
        text=other,
        attachments=(Attached(one, other),),
        parties=(KnownRecord(1, "contact", one, other),),
    )
    found = [each.sentence for each in mail_rulebook(rules).why_not(facts)]
    assert [each for each in found if visible_line(each) != each or not each.endswith(".")] == []


def test_texts_from_outside_are_harmless_in_sentences() -> None:
    rules = rules_of(
        RuleKind.MAIL,
        "name = 'A'\nwhen.subject = 'x'\nthen.assign = 'round_robin'",
        "name = 'B'\nwhen.attachment = '*.pdf'\nthen.assign = 'round_robin'",
        "name = 'C'\nwhen.to_queue = 'Sales'\nthen.assign = 'round_robin'",
    )
    facts = replace(
        MAIL,
        subject="\x1b[31mred\u202e" + "y" * 200,
        attachments=(Attached("a\nb", "x/y"),),
        queues=(AtQueue("\x07", ""),),
    )
    found = [each.sentence for each in mail_rulebook(rules).why_not(facts)]
    assert found == [
        f'The subject, "␛[31mred<U+202E>{"y" * 43}…", says nothing of "x".',
        'It has "a b", not "*.pdf".',
        'It went to "␇", not "Sales".',
    ]
