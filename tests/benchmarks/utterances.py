"""How utterances that other people collected are understood: `python -m tests.benchmarks.utterances [--shown]`.

Sets are those of ../shared/data/chat, whole intents in or out (tests/requests/utterances.toml), and of each the half
that nothing was worked on with. Prints shares with 95 % intervals: the right tool (any of those that an intent maps
to); in the lu set, whose utterances name their parts, the right tool with these parts in its arguments; and how much of
what is out of scope is refused. `--shown` prints what of the other half is not understood.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, utils

from assistant.chat.registry import shapes
from assistant.chat.understanding.timing import as_day
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import Situation, Understood
from tests.benchmarks.intervals import shown_share
from tests.benchmarks.utterance_sets import Half, Utterance, utterances
from tests.fitting.moment import NOW
from tests.fitting.phrasings import OnlyThese

_SOURCES = ("hwu64", "clinc150", "lu")
#: Entities of the lu set that are free text, and those that are days; others (positions, people whom no store knows)
#: have no argument here.
_TEXTS = ("Subject", "subject", "TaskContent", "EmailSubject", "Message", "SearchTexts", "TicketTitle")
_DAYS = ("FromDate", "date")
_NUMBER = 75  # of 100: how alike texts are that say the same


def main() -> None:
    half: Half = "tuned" if "--shown" in sys.argv else "unread"
    known = list(utterances(half))
    for source in _SOURCES:
        counts = _counted([one for one in known if one.source == source], shown="--shown" in sys.argv)
        print(f"{source}:")
        print(f"  right tool            {shown_share(counts['tool'], counts['in_scope'])}")
        if counts["labelled"]:
            print(f"  right tool and slots  {shown_share(counts['slots'], counts['labelled'])}")
        if counts["outside"]:
            print(f"  out of scope refused  {shown_share(counts['refused'], counts['outside'])}")
        print(f"  falsely refused       {shown_share(counts['falsely'], counts['in_scope'])}")


def _counted(found: Iterable[Utterance], *, shown: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    known = shapes()
    for one in found:
        got = understand(one.text, known, OnlyThese({}), Situation(NOW))
        counts.update(_judged(one, got))
        if shown and not (got.tool in one.tools if one.tools else got.status == "out_of_scope"):
            print(f"{one.text} | {', '.join(one.tools) or 'out of scope'} | {got.tool or got.status}")
    return counts


def _judged(one: Utterance, got: Understood) -> Mapping[str, int]:
    refused = int(got.status == "out_of_scope")
    if not one.tools:
        return {"outside": 1, "refused": refused}
    tool = int(got.tool in one.tools)
    judged = {"in_scope": 1, "tool": tool, "falsely": refused}
    labels = [(name, value) for name, value in one.entities if name in (*_TEXTS, *_DAYS)]
    if labels:
        said = all(_has(got.arguments, name, value) for name, value in labels)
        judged |= {"labelled": 1, "slots": int(bool(tool) and said)}
    return judged


def _has(arguments: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether a part of an utterance stands in some argument: a text loosely, a day as the same day."""
    said = [str(each) for each in _leaves(arguments)]
    if name in _DAYS:
        day = _day(value)
        return day is None or any(each.startswith(day) for each in said)
    return any(fuzz.token_set_ratio(value, each, processor=utils.default_process) >= _NUMBER for each in said)


def _day(value: str) -> str | None:
    from assistant.chat.times.reading import whole

    reading = whole(value, NOW)
    if reading is None:
        return None
    start = getattr(reading.value, "start", None) or getattr(reading.value, "at", None)
    if isinstance(start, datetime):
        return start.date().isoformat()
    found = as_day(reading)
    return str(found.value) if found else None


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    else:
        yield value


if __name__ == "__main__":
    main()
