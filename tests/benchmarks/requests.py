"""How requests as people type them are understood: `python -m tests.benchmarks.requests [--shown]`.

Requests are those of tests/requests, names those of the demo company. Prints shares with 95 % intervals for `read`,
which the words were worked on with, and for every other folder there, no request of which is ever shown; `--shown`
prints what of `read` is not understood as it was meant, and nothing else. `--only read` leaves the others out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assistant.chat.naming import StoreNaming
from assistant.chat.registry import shapes
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import Open, Situation, Understood
from assistant.compose import Services, compose
from tests.benchmarks.intervals import shown_share
from tests.requests.company import filled_store
from tests.requests.judging import same_plan, same_tool

_REQUESTS = Path(__file__).parents[1] / "requests"
_READ = "read"
_ZONE = ZoneInfo("Europe/Vienna")
_WHO = {"sales": "anna", "scheduler": "jonas", "support": "support"}
_OUT = "out_of_scope"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = filled_store(Path(folder), now=datetime(2026, 11, 23, 7, tzinfo=UTC))
        people = {role: compose(str(store), user_email=f"{who}@alpineskihouse.example") for role, who in _WHO.items()}
        for part in _parts():
            _print(part, people, shown="--shown" in sys.argv and part == _READ)
        for services in people.values():
            services.close()


def _parts() -> list[str]:
    if "--only" in sys.argv:
        return [sys.argv[sys.argv.index("--only") + 1]]
    return sorted({file.parent.name for file in _REQUESTS.glob("*/*.jsonl")}, key=lambda name: (name != _READ, name))


def _print(part: str, people: Mapping[str, Services], *, shown: bool) -> None:
    counts: Counter[str] = Counter()
    seconds: list[float] = []
    for request in _requests(part):
        begun = time.perf_counter()
        got = _understood(request, people[request["role"]])
        seconds.append(time.perf_counter() - begun)
        counts.update(_judged(request, got))
        if shown and not (same_plan(request, got) or request["expect"]["status"] == got.status == _OUT):
            print(
                json.dumps({"request": request["text"], "expected": request["expect"], "got": _plain(got)}, default=str)
            )
    seconds.sort()
    print(f"{part}:")
    print(f"  right tool            {shown_share(counts['tool'], counts['in_scope'])}")
    print(f"  right tool and slots  {shown_share(counts['plan'], counts['in_scope'])}")
    print(f"  out of scope refused  {shown_share(counts['refused'], counts['outside'])}")
    print(f"  falsely refused       {shown_share(counts['falsely'], counts['in_scope'])}")
    print(f"  median {seconds[len(seconds) // 2] * 1e3:.0f} ms, p95 {seconds[len(seconds) * 95 // 100] * 1e3:.0f} ms")


def _requests(part: str) -> list[dict[str, Any]]:
    files = sorted((_REQUESTS / part).glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def _understood(request: Mapping[str, Any], services: Services) -> Understood:
    now = datetime.fromisoformat(request["now"]).astimezone(_ZONE)
    screen = request["screen"]
    opened = Open(screen["kind"], screen["name"]) if screen else None
    situation = Situation(now, opened, tuple(request["last"]))
    return understand(request["text"], shapes(), StoreNaming(services, now.date()), situation)


def _judged(request: Mapping[str, Any], got: Understood) -> Mapping[str, int]:
    if request["expect"]["status"] == _OUT:
        return {"outside": 1, "refused": int(got.status == _OUT)}
    return {
        "in_scope": 1,
        "tool": int(same_tool(request, got)),
        "plan": int(same_plan(request, got)),
        "falsely": int(got.status == _OUT),
    }


def _plain(got: Understood) -> dict[str, Any]:
    steps = [(step.tool, dict(step.arguments)) for step in got.steps]
    return {
        "status": got.status,
        "tool": got.tool,
        "arguments": dict(got.arguments),
        "missing": got.missing,
        "steps": steps,
    }


if __name__ == "__main__":
    main()
