"""What is certain enough to be linked, and what a mail is regarding first of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.linking.decide import decide
from store.linking.facts import ActivityFacts, KnownRecord, Party, Work

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FABRIKAM = KnownRecord(1, "account", "ACC-00001", "Fabrikam")
JANE = KnownRecord(2, "contact", "CON-00002", "Jane Vane", account_id=1)
LIFT = KnownRecord(3, "case", "CAS-01042", "Chair lift gearbox grinds", account_id=1)


def mail(*parties: Party, closed: timedelta | None = None) -> ActivityFacts:
    """It names the case, which was closed so long before."""
    work = Work(
        LIFT,
        JANE.record_id,
        LIFT.title,
        "",
        (),
        "",
        (),
        "",
        NOW - timedelta(days=90),
        None if closed is None else NOW - closed,
    )
    return ActivityFacts(
        activity_id=1,
        kind="email",
        occurred_at=NOW,
        direction="in",
        noise="",
        private=False,
        subject="CAS-01042",
        mentions=("CAS-01042",),
        parties=parties,
        people={"jane@fabrikam.example": (JANE,)},
        accounts={"fabrikam.example": (FABRIKAM,)},
        employers={JANE.record_id: FABRIKAM},
        numbered={"CAS-01042": LIFT},
        work=(work,),
    )


def jane(role: str) -> Party:
    return Party(role, "jane@fabrikam.example", "fabrikam.example", "Jane Vane", own=False)


@pytest.mark.parametrize(("days", "expected"), [(None, "linked"), (5, "linked"), (20, "suggested")])
def test_what_was_closed_long_before_is_offered_and_not_linked(days: int | None, expected: str) -> None:
    links = decide(mail(jane("from"), closed=timedelta(days=days) if days is not None else None))
    assert [link.state for link in links if link.record_id == LIFT.record_id] == [expected]


def test_who_is_only_copied_is_not_what_a_mail_is_regarding_first_of_all() -> None:
    stranger = Party("from", "eve@stranger.example", "stranger.example", "Eve", own=False)
    links = decide(mail(stranger, jane("cc")))
    assert [link.record_id for link in links if link.is_primary] == []
    assert ("linked", JANE.record_id) in {(link.state, link.record_id) for link in links}
