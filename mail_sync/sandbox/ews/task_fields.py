"""The fields of a task as a client writes them.

What a request says of how far a task is may contradict itself: what is processed last decides.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/status
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from lxml import etree

from mail_sync.sandbox.ews.event_fields import PATTERNS, read_instant, read_recurrence, text_of
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.facts.event_lines import Zone
from mail_sync.sandbox.facts.recurrence_rule import first_day
from mail_sync.sandbox.facts.task import (
    COMPLETED,
    IN_PROGRESS,
    KEPT,
    LISTS,
    NOT_STARTED,
    REGENERATIONS,
    STATUSES,
    Facts,
    Recurrence,
)
from mail_sync.sandbox.facts.task_series import completed_on

TASK_PATTERNS: Mapping[str, tuple[tuple[str, ...], int]] = {
    **PATTERNS,
    **dict.fromkeys(REGENERATIONS, (("Interval",), 999)),
}
OF_ITEM = ("Subject", "Body", "ReminderDueBy")
ELEMENTS = {
    **{f"{T}{name}": f"item:{name}" for name in OF_ITEM},
    **{f"{T}{name}": f"task:{name}" for name in (
        "StartDate", "DueDate", "Status", "PercentComplete", "CompleteDate", "Recurrence", *KEPT)},
}  # fmt: skip
IGNORED = ("item:InReplyTo",)  # a task answers nothing
READ_ONLY = tuple(
    f"task:{name}" for name in (
        "AssignedTime", "ChangeCount", "DelegationState", "Delegator", "IsAssignmentEditable", "IsComplete",
        "IsRecurring", "IsTeamTask", "Owner", "StatusDescription")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writing:
    """What a request brings along: the zone that its days are meant in, and the server's time."""

    zone: Zone
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone.rules).date()


def put(facts: Facts, uri: str, value: etree._Element | None, writing: Writing) -> Facts | None:
    """The facts with one field set, or deleted with None; None for a field that is no task's own.

    Raises EwsError, SoapFault.
    """
    said = text_of(value).strip()
    match uri:
        case "item:Subject":
            return replace(facts, subject=text_of(value))
        case "item:Body":
            is_html = value is not None and value.get("BodyType") == "HTML"
            return replace(facts, body="" if is_html else text_of(value), html=text_of(value) if is_html else "")
        case "item:ReminderDueBy":
            return replace(facts, reminder=read_instant(said, writing.zone.rules) if said else None)
        case "task:Status":
            return _with_status(facts, said or NOT_STARTED, writing)
        case "task:PercentComplete":
            return _with_percent(facts, said or "0", writing)
        case "task:CompleteDate":
            return completed_on(facts, writing.today) if said else _with_status(facts, NOT_STARTED, writing)
        case "task:StartDate" | "task:DueDate":
            return _with_day(facts, uri, _day(said, writing.zone.rules) if said else None, writing.zone)
        case "task:Recurrence":
            return _with_recurrence(facts, value, writing.zone)
    name = uri.removeprefix("task:")
    if name in KEPT:
        said = _entries(value) if name in LISTS else said
        others = tuple(one for one in facts.kept if one[0] != name)
        return replace(facts, kept=(*others, (name, said)) if said else others)
    if uri in IGNORED:
        return facts
    if uri in READ_ONLY:
        raise EwsError("ErrorInvalidPropertySet")
    return None


def _entries(value: etree._Element | None) -> str:
    return "\n".join(one.text or "" for one in ([] if value is None else value.iterfind(f"{T}String")))


def _with_status(facts: Facts, status: str, writing: Writing) -> Facts:
    if status not in STATUSES:
        raise SoapFault("ErrorSchemaValidation")
    if status == COMPLETED:
        return completed_on(facts, writing.today)
    percent = 0.0 if status == NOT_STARTED or facts.status == COMPLETED else facts.percent
    return replace(facts, status=status, percent=percent, completed=None)


def _with_percent(facts: Facts, said: str, writing: Writing) -> Facts:
    try:
        percent = float(said)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    if not 0 <= percent <= 100:
        raise EwsError("ErrorInvalidPercentCompleteValue")
    if percent == 100:
        return completed_on(facts, writing.today)
    if percent == 0:
        return _with_status(facts, NOT_STARTED, writing)
    status = IN_PROGRESS if facts.status in (NOT_STARTED, COMPLETED) else facts.status
    return replace(facts, status=status, percent=percent, completed=None)


def _day(said: str, zone: tzinfo) -> date:
    """The day that an instant falls on in the request's zone; its time of day is dropped."""
    return read_instant(said, zone).astimezone(zone).date()


def _with_day(facts: Facts, uri: str, day: date | None, zone: Zone) -> Facts:
    """A task with a start has a due date, and is not due before it starts ([MS-OXOTASK] 2.2.2.2.4, 2.2.2.2.5)."""
    facts = replace(facts, zone=zone.name if day is not None else facts.zone)
    if uri == "task:StartDate":
        due = facts.due if day is None else max(facts.due or day, day)
        return replace(facts, start=day, due=due)
    start = None if day is None else facts.start and min(facts.start, day)
    return replace(facts, due=day, start=start)


def _with_recurrence(facts: Facts, value: etree._Element | None, zone: Zone) -> Facts:
    """The range of a series starts on a day that its pattern falls on, and its first task is due then."""
    if value is None:
        return replace(facts, recurrence=None)
    pattern, since = read_recurrence(value, TASK_PATTERNS)
    if pattern.name not in REGENERATIONS:
        first = first_day(pattern, since)
        if first is None:
            raise EwsError("ErrorRecurrenceHasNoOccurrence")
        since = first
    facts = replace(facts, recurrence=Recurrence(pattern, since))
    if facts.due is None:
        return replace(facts, due=since, zone=zone.name)
    return facts
