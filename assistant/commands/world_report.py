"""An evaluation as JSON for scripts and as lines for people."""

from __future__ import annotations

from typing import Any

from assistant.commands.words import one_line, table
from assistant.linking.world.evaluate import Report
from assistant.linking.world.figures import Auto, Figures, Share
from assistant.linking.world.intervals import Interval
from assistant.linking.world.judged import Candidate, Judged
from assistant.linking.world.mails import Name

_CANDIDATES = 5  # told of an error
_SHOWN = 40  # errors shown to people; --json tells all


def report_payload(report: Report, *, with_errors: bool = True) -> dict[str, Any]:
    """Figures as shares of 1, None where nothing was counted. Without errors no mail of the world is told."""
    told = report.figures
    return {
        "mails": told.mails,
        "auto": {**_auto(told.auto), "by_kind": {name: _counted(auto) for name, auto in told.by_kind.items()}},
        "suggest": {"top1": told.top1.value, "top3": told.top3.value},
        "ece": told.ece,
        "bins": [
            {"low": each.low, "high": each.high, "count": each.count, "claimed": each.claimed, "right": each.right}
            for each in told.bins
        ],
        "errors": [error_payload(mail) for mail in report.mails if error_of(mail)] if with_errors else [],
        "intervals": _intervals(told),
        "problems": list(report.problems) if with_errors else [],
    }


def error_of(mail: Judged) -> str:
    """wrong: linked to what is not right; other: to a right record, but not the one it is regarding first of all;
    missed: not linked. '' where it is as it should be."""
    if mail.is_wrong:
        return "wrong"
    if not mail.has_record or mail.is_covered:
        return ""
    return "missed" if mail.auto is None else "other"


def error_payload(mail: Judged) -> dict[str, Any]:
    """`probability` is that of the automatic link, or of the first candidate where there was none; `rank` is the place
    of truth's primary among the candidates."""
    first = mail.auto or next(iter(mail.candidates), None)
    ranks = [rank for rank, each in enumerate(mail.candidates, 1) if each.name == mail.truth.primary]
    return {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "error": error_of(mail),
        "predicted": _named(mail.auto.name) if mail.auto else None,
        "truth": [
            {**_named(name), "primary": name == mail.truth.primary}
            for name in sorted(mail.truth.right, key=lambda name: (name != mail.truth.primary, name))
        ],
        "probability": first.probability if first else None,
        "rank": ranks[0] if ranks else None,
        "evidence": _evidence(first) if first else [],
        "candidates": [_candidate(each) for each in mail.candidates[:_CANDIDATES]],
    }


def report_lines(report: Report, *, with_errors: bool = True) -> list[str]:
    told = report.figures
    rows: list[tuple[str, ...]] = [("", "precision", "", "coverage", "")]
    rows += [_row(name, auto) for name, auto in {"all mails": told.auto, **told.by_kind}.items() if _is_counted(auto)]
    lines = [f"{told.mails:,} mails", "", *table(rows), ""]
    lines += table([("truth is first", *_cells(told.top1)), ("truth is among the first three", *_cells(told.top3))])
    ece = "-" if told.ece is None else f"{told.ece:.3f} {_bounds(told.ece_interval, '.3f')}"
    lines.append(f"expected calibration error {ece}")
    lines += [
        f"  {each.low:.0%} to {each.high:.0%}: {each.count:,} mails, {each.claimed:.1%} claimed, {each.right:.1%} right"
        for each in told.bins
        if each.claimed is not None and each.right is not None
    ]
    errors = [mail for mail in report.mails if error_of(mail)] if with_errors else []
    for mail in errors[:_SHOWN]:
        lines += ["", *_error_lines(mail)]
    if len(errors) > _SHOWN:
        lines += ["", f"and {len(errors) - _SHOWN:,} more; --json tells all"]
    return lines


def _auto(auto: Auto) -> dict[str, Any]:
    return {"precision": auto.precision.value, "coverage": auto.coverage.value}


def _counted(auto: Auto) -> dict[str, Any]:
    return {
        **_auto(auto),
        "linked": auto.precision.of,
        "right": auto.precision.right,
        "with_record": auto.coverage.of,
        "covered": auto.coverage.right,
    }


def _intervals(told: Figures) -> dict[str, Any]:
    def bounds(auto: Auto) -> dict[str, Any]:
        return {"precision": auto.precision.interval, "coverage": auto.coverage.interval}

    return {
        "auto": {**bounds(told.auto), "by_kind": {name: bounds(auto) for name, auto in told.by_kind.items()}},
        "suggest": {"top1": told.top1.interval, "top3": told.top3.interval},
        "ece": told.ece_interval,
    }


def _named(name: Name) -> dict[str, str]:
    return {"kind": name[0], "key": name[1]}


def _candidate(each: Candidate) -> dict[str, Any]:
    return {
        **_named(each.name),
        "title": each.title,
        "probability": each.probability,
        "linked": each.is_linked,
        "primary": each.is_primary,
        "evidence": _evidence(each),
    }


def _evidence(each: Candidate) -> list[dict[str, str]]:
    return [{name: str(found.get(name, "")) for name in ("rule", "quote", "source")} for found in each.evidence]


def _is_counted(auto: Auto) -> bool:
    return bool(auto.precision.of or auto.coverage.of)


def _row(name: str, auto: Auto) -> tuple[str, ...]:
    return (name, *_cells(auto.precision), *_cells(auto.coverage))


def _cells(share: Share) -> tuple[str, str]:
    if share.value is None:
        return "-", ""
    return f"{share.value:.1%}", f"{share.right:,} of {share.of:,} {_bounds(share.interval, '.1%')}"


def _bounds(interval: Interval | None, form: str) -> str:
    return "" if interval is None else f"[{interval[0]:{form}} {interval[1]:{form}}]"


def _error_lines(mail: Judged) -> list[str]:
    truth = f"{' '.join(mail.truth.primary)}" if mail.truth.primary else "none"
    lines = [f"{error_of(mail)}: {mail.message_id} {one_line(mail.subject, 60)}", f"  truth {truth}"]
    for each in mail.candidates[:3]:
        state = "linked" if each.is_linked else "suggested"
        why = "; ".join(f"{found['source']}: “{found['quote']}”" for found in _evidence(each)[:3])
        lines.append(f"  {state} {' '.join(each.name)} {each.probability:.0%} {one_line(f'{each.title} - {why}', 140)}")
    return lines
