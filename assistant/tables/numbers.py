"""Team numbers as a table: one row for each queue, person or part of the period. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import timedelta
from io import StringIO

from assistant.tables.exporting import safe
from store.numbers.figures import AGES, Figures

_MINUTE = timedelta(minutes=1)
_HEADER = (
    *("opened", "resolved", "cancelled", "reopened", "open"),
    *(f"open {name}" for name, _ in AGES),
    *("first response median minutes", "first response 90% minutes", "first responses"),
    *("resolution median minutes", "resolution 90% minutes", "resolutions that stand"),
    *("response promises kept", "response promises decided", "resolution promises kept", "resolution promises decided"),
)


def as_csv(named: str, rows: Iterable[Figures], total: Figures) -> str:
    """A table with a header, and the total as its last row; `named` is what the rows are: queue, person, day ..."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((named, *_HEADER))
    for row in rows:
        writer.writerow((safe(row.name or "none"), *_cells(row)))
    writer.writerow(("total", *_cells(total)))
    return out.getvalue()


def minutes(time: timedelta | None) -> float | None:
    """Minutes with one decimal."""
    return None if time is None else round(time / _MINUTE, 1)


def _cells(one: Figures) -> Sequence[object]:
    first, last = one.first_response, one.resolution
    return (
        *(one.created, one.resolved, one.cancelled, one.reopened, one.open, *(one.ages or ("",) * len(AGES))),
        *(minutes(first.median), minutes(first.p90), first.count),
        *(minutes(last.median), minutes(last.p90), last.count),
        *(one.response_promise.kept, one.response_promise.owed),
        *(one.resolution_promise.kept, one.resolution_promise.owed),
    )
