"""The clocks of many open cases, timed; and those of random cases beside counting their minutes.

    python -m tests.benchmarks.sla [--cases 50000] [--oracle 5000] [--seed 0]

The cases are those of twenty queues in five zones, some days old, with mails, pauses and changed priorities; half of
the queues answer office hours, the others in shifts or always. All are worked out anew five times and the fastest is
told, with its processor time, because that is all the work, whatever else the machine does; kept of each case is what
the store keeps, its state and when that changes. The tables of the calendars are made before and told apart. Then the
same cases are worked out through a store (tests/benchmarks/sla_store.py). Ends with 1 when a limit is missed or a clock
says something else than counting does.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from store.sla.clock import CaseEvent, Clocks, clocks
from store.sla.stored import calendar_from, terms_from
from store.sla.terms import Sla
from tests.benchmarks.sla_store import timed_in_store
from tests.store.sla.oracle import differences
from tests.store.sla.scenarios import scenario

LIMIT = 1.0  # seconds for 50,000 open clocks on one core
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")
_DAYS = ("mon", "tue", "wed", "thu", "fri")
_SHIFTS = (["09:00-17:00"], ["08:30-12:30", "13:15-17:30"], ["22:00-06:00"], ["00:00-24:00"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, help="so many cases, timed (50000 when nothing is asked for)")
    parser.add_argument("--oracle", type=int, help="so many random cases beside counting their minutes")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    missed = compare(options.oracle, options.seed) if options.oracle else 0
    if options.cases or not options.oracle:
        missed |= timed(options.cases or 50_000, options.seed)
    return missed


def timed(count: int, seed: int) -> int:
    """Work out the clocks of so many cases and print what it took."""
    rng = random.Random(seed)
    queues = {str(number): _sla(number) for number in range(20)}
    cases = [_case(rng) for _ in range(count)]
    own = queues["0"]

    def worked_out(events: list[CaseEvent]) -> Clocks:
        return clocks(events, own.terms, own.calendar, NOW, queues=queues)

    started = process_time()
    for queue in queues.values():
        queue.calendar.next_open(NOW)
    print(f"{len(queues)} calendars: {(process_time() - started) * 1e3:.0f} ms for their tables of the year")
    runs = []
    for _ in range(5):
        started, processor = perf_counter(), process_time()
        found = [(each.state, each.next_at) for each in map(worked_out, cases)]
        runs.append((process_time() - processor, perf_counter() - started))
    spent, took = min(runs)
    is_open = sum(_open_clocks(worked_out(events)) for events in cases)
    print(f"{count:,} cases with {is_open:,} open clocks: {took:.2f} s, {spent:.2f} s of the processor")
    limit = LIMIT * is_open / 50_000
    print(f"  {spent / count * 1e6:.1f} us for a case; {spent / limit:.2f} x the limit of {limit:.2f} s")
    print(f"  states: {dict(Counter(state for state, _ in found))}")
    return int(spent > limit) | timed_in_store(cases, queues, NOW)


def compare(count: int, seed: int) -> int:
    """Compare the clocks of so many random cases with their minutes counted, and print where they differ."""
    started = perf_counter()
    cases = [scenario(random.Random(seed + number)) for number in range(count)]
    found = [(number, said) for number, case in enumerate(cases) for said in differences(case)]
    took = perf_counter() - started
    started = perf_counter()
    states = Counter(
        clock.state if clock else "nothing owed"
        for case in cases
        for said in (case.clocks(),)
        for clock in (said.first_response, said.resolution)
    )
    ours = perf_counter() - started
    for number, said in found[:20]:
        print(f"  case {seed + number}: {said}")
    print(f"{count:,} random cases: {2 * count - len(found):,} of {2 * count:,} clocks as counted minute by minute")
    print(f"  {dict(states)}; counted in {took:.0f} s, worked out in {ours:.1f} s, a calendar for each")
    return int(bool(found))


def _sla(number: int) -> Sla:
    shift = _SHIFTS[0] if number < 10 else _SHIFTS[number % len(_SHIFTS)]
    hours = (8, 4, 2, 1)
    terms = {
        name: {
            priority: times * 60 * each
            for priority, each in zip(("low", "normal", "high", "urgent"), hours, strict=True)
        }
        for name, times in (("first_response", 1), ("resolution", 6))
    }
    return Sla(
        terms_from(terms, 0.8),
        calendar_from(_ZONES[number % len(_ZONES)], dict.fromkeys(_DAYS, shift), {"2026-11-18": []}),
    )


def _case(rng: random.Random) -> list[CaseEvent]:
    """An open case: just come, answered and gone on with, waiting, or made more urgent."""
    at = NOW - rng.randrange(10, 5 * 1440) * _MINUTE
    events = [CaseEvent(at, "created", "normal"), CaseEvent(at, "queue", str(rng.randrange(20)))]
    if rng.random() < 0.2:
        events.append(CaseEvent(at + _MINUTE, "priority", rng.choice(("low", "high"))))
    answered = at + rng.randrange(5, 300) * _MINUTE
    if rng.random() < 0.6 and answered < NOW:
        events += [CaseEvent(answered, "status", "in_progress"), CaseEvent(answered, "our_mail")]
        if rng.random() < 0.6:
            events.append(CaseEvent(answered, "status", "waiting"))
            back = answered + rng.randrange(30, 2000) * _MINUTE
            if back < NOW:
                events += [CaseEvent(back, "customer_mail"), CaseEvent(back, "status", "in_progress")]
    return events


def _open_clocks(said: Clocks) -> int:
    return sum(clock is not None and clock.ended_at is None for clock in (said.first_response, said.resolution))


if __name__ == "__main__":
    sys.exit(main())
