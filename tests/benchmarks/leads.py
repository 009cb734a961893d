"""What the life of leads takes in a large store: previews, qualifying, scores and lists; of keys, against 50 ms.

`python -m tests.benchmarks.leads [--accounts 20000] [--leads 20000] [--mails 1000]`. A made-up company with as many
contacts as accounts; half of the leads name a company that is there, misspelt. Of 200 leads with five mails each the
preview, the qualifying and the record's facts are timed; then one lead with very many mails is qualified and undone,
and all open leads are scored by 20 rules. `of work` is the processor's time, which others on the machine do not change.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from assistant.leads.preview import preview_qualification
from assistant.leads.scoring import score_waiting
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.history.operations import undo
from store.leads.qualifying import qualify_lead
from store.queries.leads import lead_standing
from store.queries.records import list_records
from store.records.state import State
from store.records.values import read_values
from store.records.writing import insert_records
from store.triage.rules import SCORE, RuleState, write_rules
from store.types import new_uid
from tests.benchmarks.company_names import Namer, misspelt
from tests.store.builders import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = 50  # milliseconds
_TRIED, _MAILS = 200, 5
_RULES = 20
_PORTION = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--mails", type=int, default=1_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        leads = _fill(store, arguments.accounts, arguments.leads, random.Random(7))
        print(f"{arguments.accounts:,} accounts and contacts, {arguments.leads:,} leads")
        _keys(store, leads[:_TRIED])
        _one_with_many(store, leads[_TRIED], arguments.mails)
        _scores(store)
        store.close()


def _fill(store: Store, accounts: int, leads: int, rng: random.Random) -> list[int]:
    """Returns the keys of the leads; the first ones have mails."""
    names = list(Namer(rng.randrange(1 << 30)).companies(accounts))
    people = [f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}{place % 997}" for place in range(accounts)]
    _insert(store, "account", [{"title": name.title} for name in names])
    _insert(store, "contact", [{"title": name, "emails": [f"p{i}@c{i}.example"]} for i, name in enumerate(people)])
    states: list[State] = []
    for place in range(leads):
        known = misspelt(rng.choice(names), rng) if place % 2 else f"Nobody {place} Works"
        address = f"l{place}@lead{place}.example"
        states.append({"title": rng.choice(people), "company": known, "emails": [address], "employees": place % 500})
    keys = _insert(store, "lead", states)
    with store.write() as tx:
        for key in keys[:_TRIED]:
            _mails(tx, key, _MAILS)
    return keys


_GIVEN = ("Ada", "Kurt", "Emmy", "Alan", "Grace", "Rudolf", "Sofia", "Edsger", "Adele", "Barbara")
_FAMILY = ("Berg", "Thal", "Hofer", "Lind", "Moser", "Auer", "Brand", "Stein", "Wolf", "Egger")


def _insert(store: Store, kind: str, values: Sequence[State]) -> list[int]:
    keys: list[int] = []
    for start in range(0, len(values), _PORTION):
        states = [read_values(kind, one) for one in values[start : start + _PORTION]]
        with store.write() as tx:
            inserted, _ = insert_records(tx, kind, states, by=SYSTEM, now=NOW)
        keys += [one.record_id for one in inserted]
    return keys


def _mails(tx: Connection, lead_id: int, count: int) -> None:
    world = World(tx)
    for place in range(count):
        world.link(world.email("Engines?", direction="in", at=NOW - timedelta(minutes=place)), lead_id)


def _keys(store: Store, leads: Sequence[int]) -> None:
    def qualified(tx: Connection, key: int) -> object:
        return qualify_lead(tx, key, preview_qualification(tx, key, by=SYSTEM).anew, by=SYSTEM, now=NOW)

    def page(tx: Connection, _: int) -> object:
        return list_records(tx, "lead", by=SYSTEM, today=NOW.date(), sort="score")

    _told("preview", store.read, leads, lambda tx, key: preview_qualification(tx, key, by=SYSTEM), limit=_KEY)
    _told("qualify, with the preview", store.write, leads, qualified)
    _told("facts of a lead", store.read, leads, lambda tx, key: lead_standing(tx, key, by=SYSTEM), limit=_KEY)
    _told("list by score, one page", store.read, leads[:20], page, limit=_KEY)


def _told(
    name: str,
    begin: Callable[[], AbstractContextManager[Connection]],
    keys: Sequence[int],
    act: Callable[[Connection, int], object],
    *,
    limit: int = 0,
) -> None:
    took: list[float] = []
    worked = time.process_time()
    for key in keys:
        begun = time.perf_counter()
        with begin() as tx:
            act(tx, key)
        took.append((time.perf_counter() - begun) * 1_000)
    work = (time.process_time() - worked) * 1_000 / len(keys)
    took.sort()
    median, late = took[len(took) // 2], took[len(took) * 95 // 100]
    verdict = f"  {'within' if late <= limit else 'MISSES'} {limit} ms" if limit else ""
    print(f"{name:28} median {median:6.1f} ms, 95 % {late:6.1f} ms, of work {work:5.1f} ms on average{verdict}")


def _one_with_many(store: Store, lead_id: int, mails: int) -> None:
    with store.write() as tx:
        _mails(tx, lead_id, mails)
    begun = time.perf_counter()
    with store.write() as tx:
        wanted = preview_qualification(tx, lead_id, by=SYSTEM).anew
        made = qualify_lead(tx, lead_id, wanted, by=SYSTEM, now=NOW)
    done = time.perf_counter()
    with store.write() as tx:
        undo(tx, made.operation_uid, by=SYSTEM, now=NOW)
    back = time.perf_counter() - done
    print(f"a lead with {mails:,} mails: qualified in {done - begun:.2f} s, undone in {back:.2f} s")


def _scores(store: Store) -> None:
    texts = [
        f'[[score]]\nname = "Rule {place}"\nwhen.size = "{place * 20}+"\nunless.industry = "Logic"\npoints = 5\n'
        for place in range(_RULES)
    ]
    rules = {new_uid(): RuleState(SCORE, place, f"Rule {place}", True, text, NOW) for place, text in enumerate(texts)}
    with store.write() as tx:
        write_rules(tx, rules, now=NOW)
    begun, scored = time.perf_counter(), 0
    while step := score_waiting(store):
        scored += step
    took = time.perf_counter() - begun
    print(f"{scored:,} leads scored by {_RULES} rules in {took:.1f} s, {scored / took:,.0f} a second")


if __name__ == "__main__":
    main()
