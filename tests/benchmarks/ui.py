"""How soon the UI paints and answers keys, on a store: python -m tests.benchmarks.ui STORE_URL [USER] [--size 120x40]

Prints the time from process start to the first painted list as a ratio to 0.7 s, and for each kind of key the 95th
percentile of the time from the press to the painted answer as a ratio to 50 ms. Below 1.0 is inside the limit. Beside
each stands the processor time, which other programs on the machine disturb less.

A key is answered when its screen is painted with what it asked the store for, and when a command has come to the
dialog that it opens. Not waited for: the preview that follows once the cursor rests, and the look for changes every
two seconds; what they do during another key still counts for that key.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from textual.app import App
from textual.events import Key
from textual.screen import ModalScreen

PAINT_LIMIT = 0.7  # seconds
KEY_LIMIT = 0.05
RUNS = 5

#: Groups of workers that no key waits for. A command ("flow") waits for a person once its dialog is open.
UNASKED = frozenset({"preview", "pulse", "painted", "imports", "ringing"})

START = """
import sys, time
import tui.entry
import assistant.cli
def shown(services):
    import gc; gc.disable()
    from tui.app import RegardingApp
    class Probe(RegardingApp):
        def painted(self):
            if not self._exit:
                print(time.time(), time.process_time(), file=sys.__stdout__)
                self.exit()
    Probe(services).run(headless=True, size=(120, 40))
assistant.cli.main(["--store", sys.argv[1], *(["--user", sys.argv[2]] if sys.argv[2] else []), "ui"], open_ui=shown)
"""

#: What is pressed: the kind of key and the keys, in the order of a walk through the screens.
WALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("arrow in today", ("down",) * 20),
    ("inbox, first time", ("1",)),
    ("arrow in the inbox", ("down",) * 60),
    ("page in the inbox", ("pagedown",) * 20),
    ("end, home", ("end", "home") * 3),
    ("screen, first time", ("2", "3", "4", "5", "6", "7", "8")),
    ("screen, again", ("escape", "9", "1", "2", "3", "4", "5", "6", "7", "1", "2") * 2),
    ("arrow in a list", ("down",) * 20),
    ("open and leave a record", ("enter", "escape", "down") * 6),
    ("arrow in a timeline", ("enter", *("down",) * 20)),
    ("open and leave a mail", ("enter", "escape", "down") * 6),
    ("view of a list", ("escape", *("v",) * 6)),
    ("typing in a filter", ("f", "l", "u", "c", "e", "r", "escape") * 3),
    ("typing in search", ("slash", "m", "a", "i", "n", "t", "down", "down") * 3),
    ("dialog", ("1", "f1", "escape", "w", "escape", "2", "n", "escape", "n", "escape", "e", "escape") * 2),
)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and of the processor."""

    wall: float
    cpu: float


def start(url: str, user: str) -> Took:
    """The best of several starts of the real command with warm byte code."""
    found = []
    for _ in range(RUNS):
        begun = time.time()
        done = subprocess.run([sys.executable, "-c", START, url, user], check=True, capture_output=True, text=True)
        painted, cpu = map(float, done.stdout.split())
        found.append(Took(painted - begun, cpu))
    return Took(min(one.wall for one in found), min(one.cpu for one in found))


async def painted(app: App[None], *, besides: Collection[str] = ()) -> None:
    """Wait until every message is handled, every question answered, and the result painted.

    `besides` are further groups of workers that no key waits for.
    """
    await asyncio.sleep(0)
    while busy(app, besides):
        await asyncio.sleep(0.0005)
    done = asyncio.Event()
    app.screen.call_after_refresh(done.set)
    await done.wait()
    while getattr(app.screen, "is_held", False) or busy(app, besides):
        await asyncio.sleep(0.0005)


def busy(app: App[None], besides: Collection[str] = ()) -> bool:
    unasked = {*UNASKED, *besides, *(("flow",) if isinstance(app.screen, ModalScreen) else ())}
    reading = any(not worker.is_finished and worker.group not in unasked for worker in app.workers)
    nodes = [app, app.screen, *app.screen.walk_children(with_self=False)]
    return reading or any(node.message_queue_size for node in nodes)


async def keys(url: str, user: str, size: tuple[int, int]) -> dict[str, list[Took]]:
    """Each key of a walk through the screens, from press to paint."""
    from assistant.compose import compose
    from tui.app import RegardingApp

    services = await asyncio.to_thread(compose, url, user_email=user or None)
    gc.disable()  # as tui.entry does; the app turns it on again after its first paint
    app = RegardingApp(services)
    found: dict[str, list[Took]] = defaultdict(list)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(3)  # what is prepared after the first paint is ready before a person has read it
        for name, pressed in WALK:
            for key in pressed:
                wall, cpu = time.perf_counter(), time.process_time()
                app.post_message(Key(key, key if len(key) == 1 else None))
                await painted(app)
                found[name].append(Took(time.perf_counter() - wall, time.process_time() - cpu))
    services.close()
    return found


def at95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def report(name: str, found: list[Took]) -> str:
    wall, cpu = at95([one.wall for one in found]), at95([one.cpu for one in found])
    return f"{name:26} {wall * 1000:5.0f} ms  {wall / KEY_LIMIT:5.2f} of 50 ms  cpu {cpu * 1000:4.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store")
    parser.add_argument("user", nargs="?", default="")
    parser.add_argument("--size", default="120x40", help="columns x lines")
    wanted = parser.parse_args()
    width, height = map(int, wanted.size.split("x"))
    begun = start(wanted.store, wanted.user)
    share = begun.wall / PAINT_LIMIT
    print(f"start to first paint: {begun.wall:.2f} s  {share:.2f} of {PAINT_LIMIT} s  cpu {begun.cpu:.2f} s")
    found = asyncio.run(keys(wanted.store, wanted.user, (width, height)))
    print("from key to painted answer, 95th percentile")
    for name, each in found.items():
        print(report(name, each))
    print(report("all keys", [one for each in found.values() for one in each]))


if __name__ == "__main__":
    main()
