"""Which records are compared with which."""

from __future__ import annotations

from store.actor import SYSTEM
from store.duplicates.candidates import candidates, read_compared
from store.engine import Store
from tests.store.scenes import make


def test_the_same_number_makes_candidates_however_it_is_written_unless_many_share_it(store: Store) -> None:
    switchboard = "+43 512 900 100"
    with store.write() as tx:
        ada = make(tx, "contact", title="Ada Berg", phone=switchboard, mobile="+43 (0) 660 555 12 34").record_id
        same = make(tx, "contact", title="Wim Quist", mobile="0043/6605551234").record_id
        for name in ("Tom", "Kai", "Eva", "Liv", "Max", "Pia", "Rui"):
            for family in ("Lang", "Stone", "Hill"):
                make(tx, "contact", title=f"{name} {family}", phone=switchboard)
        [found] = candidates(tx, list(read_compared(tx, [ada], by=SYSTEM).values()))
    assert found == (same,)
