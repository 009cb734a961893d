"""Dates, times, ranges, durations and recurrences read exactly, beside dateparser and parsedatetime.

    python -m tests.benchmarks.dates
    python -m tests.benchmarks.dates --errors   # what ours reads wrongly, of the part that may be read

Sets of ../shared/data/dates; what counts as exact stands in dates_sets.py. Each set is cut in two by a hash of the
text: items of "read" were looked at while the grammar was written, those of "held out" never. An expression that ours
asks about (two values are honest) counts as not exact. The peers get each marked expression cut out of its text, look
into the future, take months before days, and are rounded to the unit that the set names. Intervals: 95 %, Wilson.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime

import dateparser
import parsedatetime

from assistant.chat.times.reading import readings
from assistant.chat.times.values import Habits
from assistant.chat.times.wall import floor
from tests.benchmarks import dates_sets
from tests.benchmarks.dates_sets import DUCKLING, RECOGNIZERS, Expected, ours
from tests.benchmarks.intervals import shown_share

Read = Callable[[Expected], tuple[str, ...] | None]
_FORMS = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%d %H:%M:%S"}
_CALENDAR = parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="print what is read wrongly, of the part that was read")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # of the peers
    for title, expected, habits in (
        ("duckling_en.json", dates_sets.duckling(), DUCKLING),
        ("recognizers_en.json", dates_sets.recognizers(), RECOGNIZERS),
    ):
        print(f"{title}: {len(expected)} expressions")
        if arguments.errors:
            errors(expected, habits)
            continue
        report(expected, habits)
    if not arguments.errors:
        silence()


def report(expected: list[Expected], habits: Habits) -> None:
    begun = time.process_time()
    exact = {one: ours(one, habits) for one in expected}
    spent = time.process_time() - begun
    peers: dict[str, Read] = {"dateparser": by_dateparser, "parsedatetime": by_parsedatetime}
    results = {name: {one: read(one) in one.values for one in expected} for name, read in peers.items()}
    mine = {one: exact[one][0] in one.values for one in expected}
    for kind in [*dict.fromkeys(one.type for one in expected), "all"]:
        of_kind = [one for one in expected if kind in (one.type, "all")]
        print(f"  {kind}")
        for part in ("read", "held_out"):
            print(f"    ours, {part:14} {share(mine, [one for one in of_kind if one.part == part])}")
        print(f"    ours                 {share(mine, of_kind)}")
        for name, result in results.items():
            print(f"    {name:20} {share(result, of_kind)}")
    shipped = {one: ours(one, Habits("mdy"))[0] in one.values for one in expected}
    print(f"  ours, with the hours and counting of the product: {share(shipped, expected)}")
    unknown = Habits(None, habits.hours, habits.rolling)
    asks = sum(ours(one, unknown)[1] for one in expected)
    print(f"  asked: {sum(ask for _, ask in exact.values())}; where the order of day and month is unknown: {asks}")
    print(f"  ours takes {spent / len(expected) * 1000:.2f} ms a text")


def share(right: dict[Expected, bool], of: Iterable[Expected]) -> str:
    marks = [right[one] for one in of]
    return shown_share(sum(marks), len(marks))


def silence() -> None:
    """In texts where the set marks nothing."""
    texts = dates_sets.without_any()
    silent = sum(not readings(text, now, RECOGNIZERS) for text, now in texts)
    print(
        f"recognizers_en.json, texts with nothing marked in which ours finds nothing: {shown_share(silent, len(texts))}"
    )


def errors(expected: list[Expected], habits: Habits) -> None:
    for one in expected:
        found, asks = ours(one, habits)
        if one.part == "read" and found not in one.values:
            marked = one.text[one.start : one.end]
            wanted = f"expected {sorted(one.values)} at {one.now:%a %F %H:%M}"
            print(f"  {one.type:14} {marked!r}: {'asks' if asks else found}, {wanted}")


def by_dateparser(expected: Expected) -> tuple[str, ...] | None:
    settings = {"RELATIVE_BASE": expected.now.replace(tzinfo=None), "PREFER_DATES_FROM": "future", "DATE_ORDER": "MDY"}
    try:
        found = dateparser.parse(_cut(expected), languages=["en"], settings=settings)
    except (ValueError, OverflowError, TypeError):
        return None
    return _peer(found, expected) if found else None


def by_parsedatetime(expected: Expected) -> tuple[str, ...] | None:
    base = expected.now.replace(tzinfo=None)
    try:
        start, end, kind = _CALENDAR.evalRanges(_cut(expected), base.timetuple())
        if kind:
            return tuple(_said(datetime(*each[:6]), expected) for each in (start, end))  # noqa: DTZ001
        found, context = _CALENDAR.parseDT(_cut(expected), base)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
        return None
    return _peer(found, expected) if context.hasDateOrTime else None


def _cut(expected: Expected) -> str:
    return expected.text[expected.start : expected.end]


def _peer(found: datetime, expected: Expected) -> tuple[str, ...]:
    if found.tzinfo and expected.grain:
        found = found.astimezone(expected.now.tzinfo)
    return (_said(found.replace(tzinfo=None), expected),)


def _said(at: datetime, expected: Expected) -> str:
    if expected.grain:
        return floor(at, expected.grain).isoformat()  # type: ignore[arg-type]
    return at.strftime(_FORMS.get(expected.type.removesuffix("range"), "%Y-%m-%d"))


if __name__ == "__main__":
    main()
