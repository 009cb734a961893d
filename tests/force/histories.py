"""Random histories of two-way sync: `python -m tests.force.histories --count 1000`.

Each history is a seed: people edit both sides, requests get lost, processes are killed, servers are restored. Then
everything heals and is checked. Prints the seed of each history that ends wrong, with the fewest steps that do.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from unittest.mock import patch

from store.sync import burial
from tests.force.history import calendars, contacts, mails, troubles
from tests.force.history.checks import wrongs
from tests.force.history.ews import over_ews
from tests.force.history.healing import NeverQuiet, heal
from tests.force.history.memory import InMemory
from tests.force.history.world import SHAPES, Server, Stores, World

STEPS: dict[str, tuple[Callable[[World], None], int]] = {
    step.__name__: (step, weight)
    for each in (contacts.STEPS, calendars.STEPS, mails.STEPS, troubles.STEPS)
    for step, weight in each.items()
}


@dataclass(frozen=True)
class Step:
    """One thing that happens; `seed` makes its choices."""

    name: str
    seed: int


@dataclass(frozen=True)
class History:
    """What happens, to which clients. The same history always ends the same."""

    seed: int
    shape: int
    asks: int  # deletions at once that make a mailbox ask
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, seed: int, length: int = 30) -> History:
        random = Random(seed)
        names, weights = list(STEPS), [weight for _, weight in STEPS.values()]
        steps = tuple(
            Step(name, random.getrandbits(32))
            for name in random.choices(names, weights, k=random.randint(length // 3, length))
        )
        return cls(seed, random.randrange(len(SHAPES)), random.choice((2, 50)), steps)

    def without(self, gone: range) -> History:
        kept = tuple(step for place, step in enumerate(self.steps) if place not in gone)
        return History(self.seed, self.shape, self.asks, kept)


def play(history: History, stores: Stores, server: Server, told: list[str] | None = None) -> list[str]:
    """Let it happen, heal, and say what is wrong; `told` hears what happened."""
    clients = [stores.client(number, addresses) for number, addresses in enumerate(SHAPES[history.shape])]
    world = World(server, clients, Random(history.seed), told=told if told is not None else [])
    with patch.object(burial, "MOST_BURIED", history.asks):
        for step in history.steps:
            world.random = Random(step.seed)
            world.told.append(step.name)
            STEPS[step.name][0](world)
            world.pass_time(seconds=world.random.randint(1, 90))
        world.random = Random(history.seed)
        world.server.set_skew(timedelta())
        try:
            heal(world)
        except NeverQuiet as error:
            return [str(error)[:2000]]
    return wrongs(world)


def outcome(history: History, stores: Stores, over: str = "memory") -> list[str]:
    """As `play`, with what blew up as one more thing that is wrong."""
    try:
        if over == "memory":
            return play(history, stores, InMemory())
        with over_ews() as server:
            return play(history, stores, server)
    except Exception as error:  # noqa: BLE001 - whatever it is, its seed is to be known
        return [f"{type(error).__name__}: {error}"]


def shrunk(history: History, stores: Stores, over: str = "memory") -> History:
    """The same wrong end from as few steps as can be found."""
    size = len(history.steps) // 2
    while size:
        start = 0
        while start < len(history.steps):
            fewer = history.without(range(start, start + size))
            if outcome(fewer, stores, over):
                history = fewer
            else:
                start += size
        size //= 2
    return history


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(description="Random histories of two-way sync, checked to the last field.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first history")
    parser.add_argument("--over", choices=("memory", "ews"), default="memory", help="the server in memory, or EWS")
    parser.add_argument("--length", type=int, default=30, help="most steps of a history")
    parser.add_argument("--stop", type=int, default=10, help="after so many wrong ends")
    options = parser.parse_args(arguments)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(Path(folder))
        for seed in range(options.seed, options.seed + options.count):
            history = History.of(seed, options.length)
            if not outcome(history, stores, options.over):
                continue
            failures += 1
            least = shrunk(history, stores, options.over)
            sys.stdout.write(f"seed {seed}, shape {least.shape}, asks {least.asks}: {_named(least)}\n")
            for wrong in islice(outcome(least, stores, options.over), 6):
                sys.stdout.write(f"    {wrong}\n")
            sys.stdout.flush()
            if failures == options.stop:
                break
        stores.close()
    sys.stdout.write(f"{failures} of up to {options.count} histories ended wrong\n")
    return int(bool(failures))


def _named(history: History) -> str:
    return ", ".join(step.name for step in history.steps)


if __name__ == "__main__":
    sys.exit(main())
