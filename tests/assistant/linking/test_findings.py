"""Evidence is asked again only where facts that it rests on changed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from assistant.linking.evidence.kinds import EVIDENCE, LATER_KNOWN, rests_on
from assistant.linking.findings import find
from store.linking.facts import (
    ActivityFacts,
    Ancestor,
    Colleague,
    KnownRecord,
    LastWord,
    NameHit,
    Party,
    Quoted,
    Said,
    SignatureField,
    Work,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FABRIKAM = KnownRecord(1, "account", "ACC-00001", "Fabrikam", 1)
JANE = KnownRecord(2, "contact", "CON-00002", "Jane Vane", 1)
LIFT = KnownRecord(3, "case", "CAS-01042", "Chair lift gearbox grinds", 1)
GUNS = KnownRecord(4, "opportunity", "OPP-00231", "Ten snow guns", 1)
EMAIL = "jane.vane@fabrikam.example"


def work(record: KnownRecord) -> Work:
    opened = NOW - timedelta(days=90)
    return Work(record, 2, record.title, record.title, ("Gun",), "SN-4711", ("Bolzano",), "us@x.example", opened, NOW)


BEFORE = Ancestor(7, "References", "Snow guns", NOW - timedelta(days=1), frozenset({EMAIL}), (GUNS,))
FACTS = ActivityFacts(
    activity_id=9,
    kind="email",
    occurred_at=NOW,
    direction="in",
    noise="",
    private=False,
    subject="Re: CAS-01042 chair lift",
    mentions=("CAS-01042",),
    parties=(
        Party("from", EMAIL, "fabrikam.example", "Jane Vane", own=False),
        Party("cc", "jo@fabrikam.example", "fabrikam.example", "Jo Vane", own=False),
    ),
    ancestors=(BEFORE,),
    people={EMAIL: (JANE,)},
    accounts={"fabrikam.example": (FABRIKAM,)},
    employers={2: FABRIKAM},
    numbered={"CAS-01042": LIFT},
    said=Said("The gearbox of the chair lift grinds", fields=(SignatureField("name", "Jane Vane", "Jane Vane"),)),
    quoted=(Quoted(BEFORE, 2, 1.0, "Ten of them"),),
    work=(work(LIFT),),
    colleagues={1: (Colleague(JANE, ("Jane Vane",), "Buyer", ("390471000000",)),)},
    hits=(NameHit(FABRIKAM, "fabrikam", "subject", 1.0), NameHit(JANE, "Jo Vane", "display name", 0.9)),
    owners=("us@x.example",),
)
CHANGES: dict[str, Any] = {
    "ancestors": (replace(BEFORE, subject="Chair lift", regarding=(LIFT,)),),
    "quoted": (),
    "history": {EMAIL: (LastWord(LIFT, 2, NOW - timedelta(days=2)),)},
    "work": (work(LIFT), work(GUNS)),
    "hits": (NameHit(JANE, "Jo Vane", "display name", 1.0),),
    "spoken_of": frozenset({1}),
}


class Watched:
    """Facts that note which of them are looked at."""

    def __init__(self, facts: ActivityFacts) -> None:
        self._facts = facts
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.seen.add(name)
        return getattr(self._facts, name)


def test_evidence_looks_at_nothing_later_known_that_it_does_not_rest_on() -> None:
    for kind in EVIDENCE:
        for facts in (FACTS, replace(FACTS, **CHANGES), replace(FACTS, people={}, employers={})):
            watched = Watched(facts)
            list(kind(cast("ActivityFacts", watched)))
            assert watched.seen & set(LATER_KNOWN) <= set(rests_on(kind)), kind.__name__


def test_later_known_facts_are_facts_with_a_change_each() -> None:
    assert set(LATER_KNOWN) == set(CHANGES) & {each.name for each in fields(ActivityFacts)}


def test_what_is_found_again_is_what_is_found_at_once() -> None:
    first = find(FACTS)
    for name, value in CHANGES.items():
        changed = replace(FACTS, **{name: value})
        assert list(find(changed, first)) == list(find(changed)), name
    refused = replace(FACTS, **CHANGES, refused=frozenset({LIFT.record_id}))
    assert list(find(refused, first)) == list(find(refused))
