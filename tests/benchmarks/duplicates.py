"""How well duplicates are told from others: precision and recall with 95 % intervals, and what looking for them takes.

`python -m tests.benchmarks.duplicates [--accounts 20000] [--noisy 1000]`. First the labelled pairs
(tests/assistant/duplicates/labelled.py), beside a comparison of folded titles alone. Then a store of made-up accounts
in which some stand a second time, misspelt as tests/benchmarks/company_names.py misspells them; half of these share
the city and a third the domain. Each is looked for as a new record is. A pair is right when it is one of those.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path

from sqlalchemy import select

from assistant.duplicates.likeness import likeness
from assistant.duplicates.scanning import compare_waiting
from store.actor import SYSTEM
from store.duplicates.candidates import set_compared, uncompared
from store.engine import Store, open_store
from store.records.state import State
from store.records.values import read_values
from store.records.writing import insert_records
from store.schema.proposals import Duplicate
from store.search_text import fold
from tests.assistant.duplicates.labelled import PAIRS
from tests.benchmarks.company_names import Namer, misspelt

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_CITIES = [f"City {letter}{place}" for letter in "ABCDEFGHIJ" for place in range(30)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--noisy", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    _labelled()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        _noisy(store, arguments.accounts, arguments.noisy, random.Random(arguments.seed))
        store.close()


def _labelled() -> None:
    same = [pair.same for pair in PAIRS]
    _print("labelled pairs", same, [likeness(pair.one, pair.other).is_proposed for pair in PAIRS])
    alike = [fold(pair.one.title) == fold(pair.other.title) for pair in PAIRS]
    _print("  by equal titles alone", same, alike)


def _noisy(store: Store, accounts: int, noisy: int, rng: random.Random) -> None:
    companies = list(Namer(rng.randrange(1 << 30)).companies(accounts))
    known = [_account(company.title, place, rng) for place, company in enumerate(companies)]
    chosen = rng.sample(range(accounts), noisy)
    doubles = [_double(misspelt(companies[place], rng), known[place], rng) for place in chosen]
    with store.write() as tx:
        ids = [one.record_id for one in insert_records(tx, "account", known, by=SYSTEM, now=NOW)[0]]
        set_compared(tx, uncompared(tx, limit=accounts))
    with store.write() as tx:
        new = [one.record_id for one in insert_records(tx, "account", doubles, by=SYSTEM, now=NOW)[0]]
    began = time.perf_counter()
    while compare_waiting(store, now=NOW)[0]:
        pass
    took = time.perf_counter() - began
    wanted = {(ids[place], key) for place, key in zip(chosen, new, strict=True)}
    with store.read() as tx:
        found = {(row.left_id, row.right_id) for row in tx.execute(select(Duplicate.left_id, Duplicate.right_id))}
    right = len(wanted & found)
    print(f"misspelt doubles of {noisy:,} among {accounts:,} accounts")
    print(f"  precision {_share(right, len(found))}   recall {_share(right, noisy)}")
    print(f"  {noisy / took:,.0f} records compared a second")


def _account(title: str, place: int, rng: random.Random) -> State:
    return read_values("account", {"title": title, "city": rng.choice(_CITIES), "domains": f"company{place}.example"})


def _double(title: str, known: State, rng: random.Random) -> State:
    values = {"title": title}
    if rng.random() < 0.5:
        values["city"] = known["city"]
    if rng.random() < 1 / 3:
        values["domains"] = known["domains"]
    return read_values("account", values)


def _print(name: str, same: Sequence[bool], found: Sequence[bool]) -> None:
    right = sum(one and other for one, other in zip(same, found, strict=True))
    print(f"{name} ({len(same)})")
    print(f"  precision {_share(right, sum(found))}   recall {_share(right, sum(same))}")


def _share(part: int, whole: int) -> str:
    """A share with its interval by Wilson's score."""
    if not whole:
        return "none"
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{share:.3f} ({max(0, middle - half):.3f} to {min(1, middle + half):.3f}, n = {whole:,})"


if __name__ == "__main__":
    main()
