"""Who writes, where the address alone does not tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.linking.evidence.people import display_name, signed_otherwise
from store.linking.facts import ActivityFacts, Colleague, KnownRecord, Party, Said, SignatureField

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FABRIKAM = KnownRecord(1, "account", "ACC-00001", "Fabrikam")
JANE = KnownRecord(2, "contact", "CON-00002", "Jane Vane", account_id=1)


def mail(email: str, name: str = "", *, signed: str = "", known: bool = True) -> ActivityFacts:
    return ActivityFacts(
        activity_id=1,
        kind="email",
        occurred_at=NOW,
        direction="in",
        noise="",
        private=False,
        subject="Hello",
        mentions=(),
        parties=(Party("from", email, "fabrikam.example", name, own=False),),
        people={email: (JANE,)} if known else {},
        accounts={"fabrikam.example": (FABRIKAM,)},
        colleagues={1: (Colleague(JANE, ("Jane Vane",), "", ()),)},
        said=Said(fields=(SignatureField("name", signed, signed),) if signed else ()),
    )


@pytest.mark.parametrize(
    ("email", "signed", "expected"),
    [
        ("leith@fabrikam.example", "Morag Finlay", ["somebody else signs it"]),
        ("leith@fabrikam.example", "Jane Vane", []),
        ("leith@fabrikam.example", "", []),
        ("jane.vane@fabrikam.example", "Morag Finlay", []),
    ],
)
def test_somebody_else_signs_only_where_the_address_bears_no_name(email: str, signed: str, expected: list[str]) -> None:
    assert [each.source for each in signed_otherwise(mail(email, signed=signed))] == expected


def test_name_that_is_nearly_the_same_tells_half() -> None:
    (same,) = display_name(mail("j@fabrikam.example", "Vane, Jane", known=False))
    (near,) = display_name(mail("j@fabrikam.example", "Jane Vayne", known=False))
    assert same.strength == 1.0
    assert near.strength < 0.5
