"""Decisions as rules make them again: what is kept of them, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from store.engine import Store
from store.linking.decided import DecidedLink
from store.linking.links import links_of, store_decisions
from store.schema.activities import Activity
from tests.store.builders import NOW, World

JANE = "jane@fabrikam.example"


@pytest.mark.parametrize(
    ("state", "primary", "score", "quote", "woken"),
    [
        ("linked", True, 0.9, "pump", []),
        ("linked", True, 0.9, "the pump", []),
        ("linked", True, 0.97, "pump", []),
        ("linked", False, 0.9, "pump", ["Later"]),
        ("suggested", False, 0.9, "pump", ["Later"]),
    ],
)
def test_later_mail_hears_of_a_mail_only_when_it_is_regarding_something_else(
    store: Store, state: str, primary: bool, score: float, quote: str, woken: list[str]
) -> None:
    with store.write() as tx:
        mail, pump = _two_mails(tx)
        _decide(tx, mail, DecidedLink(pump, "linked", True, 0.9, "subject", _evidence("pump")))
        tx.execute(update(Activity).values(link_state="done"))
        _decide(tx, mail, DecidedLink(pump, state, primary, score, "subject", _evidence(quote)))
        again = select(Activity.subject).where(Activity.link_state != "done")
        [kept] = links_of(tx, [mail])[mail]
        assert (kept.state, kept.score, kept.evidence) == (state, score, _evidence(quote))
        assert list(tx.execute(again).scalars()) == woken


def test_score_that_is_shown_the_same_is_left_alone(store: Store) -> None:
    with store.write() as tx:
        mail, pump = _two_mails(tx)
        for score in (0.9, 0.9003):
            _decide(tx, mail, DecidedLink(pump, "linked", True, score, "subject", _evidence("pump")))
        assert links_of(tx, [mail])[mail][0].score == 0.9


def _two_mails(tx: Connection) -> tuple[int, int]:
    """The earlier one of two mails of Jane, and a case."""
    world = World(tx)
    mail, later = world.email("Pump"), world.email("Later", at=NOW + timedelta(days=1))
    for each in (mail, later):
        world.party(each, "from", JANE)
    return mail, world.record("case", "Pump")


def _evidence(quote: str) -> tuple[dict[str, str], ...]:
    return ({"rule": "subject", "quote": quote, "source": "subject"},)


def _decide(tx: Connection, mail: int, link: DecidedLink) -> None:
    store_decisions(tx, {mail: [link]}, engine_version=1, now=NOW)
