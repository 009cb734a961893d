"""Pairs of records in the sample store that seem to be the same."""

from __future__ import annotations

from sqlalchemy import insert, select

from store.actor import SYSTEM
from store.engine import Store
from store.records.writing import create_record
from store.schema.proposals import Duplicate
from store.schema.records import Record
from store.types import new_uid
from tests.tui.world import NOW

_EVIDENCE = [
    {"rule": "same_domain", "quote": "contoso.example", "source": "domain", "weight": 4.5},
    {"rule": "same_name", "quote": "Contoso Hotels / Contoso Hotels GmbH", "source": "name", "weight": 4.3},
    {"rule": "other_city", "quote": "Bolzano / Innsbruck", "source": "city", "weight": -6.5},
]


def pairs(store: Store) -> tuple[int, int]:
    """Two open pairs, of accounts and of contacts; returns the keys of the older and the newer account."""
    with store.write() as tx:
        found = select(Record.id, Record.title).where(Record.kind == "account").order_by(Record.id).limit(1)
        account, title = tx.execute(found).one()
        newer = create_record(
            tx, "account", {"title": f"{title} GmbH", "city": "Innsbruck", "phone": "+43 1 5550"}, by=SYSTEM, now=NOW
        ).record_id
        people = (
            tx.execute(select(Record.id).where(Record.kind == "contact").order_by(Record.id).limit(2)).scalars().all()
        )
        for left, right, score in ((account, newer, 0.93), (*people, 0.55)):
            values = {"uid": new_uid(), "left_id": left, "right_id": right, "score": score, "state": "open"}
            tx.execute(insert(Duplicate).values(**values, evidence=_EVIDENCE, found_at=NOW))
    return account, newer
