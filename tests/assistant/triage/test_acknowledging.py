"""An acknowledgement goes only to a person who is known for certain, once per thread and day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.triage.facts import MailFacts, Tied
from assistant.triage.matching import mail_rulebook
from assistant.triage.model import Action, RuleKind
from store.linking.facts import KnownRecord
from tests.assistant.triage.examples import EVE, FABRIKAM, MAIL, rules_of

BOOK = mail_rulebook(rules_of(RuleKind.MAIL, "name = 'P'\nthen.create = 'case'\nthen.acknowledge = 'We have it'"))
CREATE, ACKNOWLEDGE = Action("create", "case"), Action("acknowledge", "We have it")
STRANGER = replace(MAIL, parties=())
TWIN = KnownRecord(9, "contact", "CON-00009", "Eva Unal")
OFFER = KnownRecord(8, "opportunity", "OPP-00008", "Printers for everybody")


@pytest.mark.parametrize(
    "facts",
    [
        MAIL,
        replace(MAIL, parties=(EVE,)),
        replace(STRANGER, linked=(Tied(OFFER, exact=True),)),
        replace(MAIL, parties=(EVE, TWIN), linked=(Tied(OFFER, exact=True),)),
    ],
)
def test_who_is_known_for_certain_is_told(facts: MailFacts) -> None:
    decision = BOOK.decide(facts)
    assert (decision.actions, decision.withheld) == ((CREATE, ACKNOWLEDGE), ())


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (replace(MAIL, noise="auto_reply"), "it is an automatic answer"),
        (replace(MAIL, noise="bounce"), "it is a delivery report"),
        (replace(MAIL, noise="list"), "it came through a list"),
        (replace(MAIL, noise="bulk"), "it was sent to many"),
        (replace(MAIL, noise="of a later version"), "it was not written by a person"),
        (replace(MAIL, email=""), "it has no sender"),
        (replace(MAIL, own_sender=True), "it is from one of our own"),
        (replace(MAIL, email="no-reply@fabrikam.com"), "nobody reads mail to its sender"),
        (STRANGER, "who wrote it is not known for certain"),
        (replace(MAIL, parties=(FABRIKAM,)), "who wrote it is not known for certain"),
        (replace(MAIL, parties=(EVE, TWIN)), "who wrote it is not known for certain"),
        (replace(STRANGER, linked=(Tied(OFFER, exact=False),)), "who wrote it is not known for certain"),
        (replace(MAIL, acknowledged_today=True), "its thread was sent one today"),
        (replace(MAIL, acknowledged_lately=True), "its sender was sent one shortly before"),
        (replace(MAIL, acknowledged_often=True), "its sender was sent several within a week"),
        (replace(MAIL, is_late=True), "it came more than a day ago"),
    ],
)
def test_everybody_else_is_not_and_the_rest_is_done(facts: MailFacts, why: str) -> None:
    decision = BOOK.decide(facts)
    assert decision.actions == (CREATE,)
    assert [(each.action, each.why) for each in decision.withheld] == [(ACKNOWLEDGE, f"No acknowledgement: {why}.")]


def test_an_answer_to_an_invitation_is_not_answered() -> None:
    book = mail_rulebook(
        rules_of(RuleKind.MAIL, "name = 'P'\nthen.link = 'open_case'\nthen.acknowledge = 'We have it'")
    )
    decision = book.decide(replace(MAIL, meeting=True))
    assert [each.why for each in decision.withheld] == ["No acknowledgement: it is about a meeting."]
