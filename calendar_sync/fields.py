"""An event as the flat map of fields that is merged (see mail_sync.merge), and a map back as an event. Pure.

`when` is one field: a start moved here and an end moved there are no two edits. Of a single event only the instants
count; of a series the wall time and what its zone's clocks do, by Windows id, because Exchange gives a zone back as
another city of the same id. `recurrence` is the rule in a canonical form with the text as found beside it. `skipped`
are the occurrences taken out of a series, by original start; an exception's own values stand under
"at <original start>: <field>" (UTC, or a date), each wrapped in {"value": ...}, because an emptied place is not the
same as the place of the series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.canonical import canonical_rule
from calendar_sync.event import Attendee, Event
from calendar_sync.zones import windows_id
from mail_sync.merge import Fields
from mail_sync.message import Address

#: Fields of a single event or of a series' master, by the names that providers are asked to write.
WRITABLE = (
    "title",
    "when",
    "recurrence",
    "location",
    "description",
    "busy",
    "sensitivity",
    "importance",
    "reminder",
    "categories",
    "attendees",
)
#: What the server alone knows: whether the meeting stands, and who answered what.
READ_ONLY = ("status", "responses")
#: What an occurrence may have of its own.
OF_OCCURRENCE = ("title", "when", "location", "description", "busy", "status")
#: The members of `when` and `recurrence` that go along without being a difference.
LOOSE = ("timezone", "timezone_source", "rrule")
_AT = "at "

LABELS: dict[str, str] = {
    "title": "Subject",
    "when": "Time",
    "recurrence": "Recurrence",
    "skipped": "Cancelled occurrences",
    "location": "Location",
    "description": "Description",
    "busy": "Shown as",
    "sensitivity": "Sensitivity",
    "importance": "Importance",
    "reminder": "Reminder",
    "categories": "Categories",
    "attendees": "Attendees",
    "status": "Status",
    "responses": "Answers",
    "series": "Series",
}


def label(name: str) -> str:
    """What people call a field."""
    if key := occurrence_key(name):
        return f"{LABELS.get(part_of(name), part_of(name))} on {key[:10]}"
    return LABELS.get(name, name)


def to_fields(event: Event) -> dict[str, Any]:
    """The event as a flat map of JSON values; what it leaves empty is None or empty there."""
    found: dict[str, Any] = {
        "title": _text(event.title),
        "when": _when(event, event.is_series),
        "recurrence": _recurrence(event),
        "skipped": sorted(key_of(each) for each in event.exdates),
        "location": _text(event.location),
        "description": _lines(event.description),
        "busy": event.busy,
        "sensitivity": event.sensitivity,
        "importance": event.importance,
        "reminder": event.reminder_minutes,
        "categories": list(event.categories),
        "attendees": [{"email": each.address.email, "role": each.role} for each in _invited(event)],
        "status": event.status,
        "responses": {each.address.email: each.response for each in _invited(event) if each.response != "none"},
    }
    for exception in event.exceptions:
        found |= _exception_fields(exception, event)
    return found


def with_fields(event: Event, changes: Fields, people: Iterable[Address] = ()) -> Event:
    """The event with these fields changed; `people` give the names of attendees it does not know."""
    if not changes:
        return event
    names = {person.email: person for person in (*people, *(each.address for each in event.attendees))}
    whole = {**to_fields(event), **changes}
    changed = replace(event, **_plain_values(changes))
    if "categories" in changes:
        changed = replace(changed, categories=tuple(changes["categories"] or ()))
    if changes.get("when"):
        changed = _moved(changed, changes["when"])
    if "recurrence" in changes:
        rule = changes["recurrence"] or {}
        rdates = tuple(_moment(each, changed.timezone) for each in rule.get("rdates", ()))
        changed = replace(changed, rrule=rule.get("rrule", ""), rdates=rdates)
    if "attendees" in changes or "responses" in changes:
        changed = replace(changed, attendees=_attendees(changed, whole, names))
    if "skipped" in changes or "recurrence" in changes:
        changed = replace(changed, exdates=tuple(_moment(each, changed.timezone) for each in whole["skipped"] or ()))
    return replace(changed, exceptions=tuple(_exceptions(changed, event, whole)))


def occurrence_key(name: str) -> str:
    """The original start in an exception's field name; '' for a field of the event itself."""
    return name[len(_AT) :].rpartition(": ")[0] if name.startswith(_AT) else ""


def part_of(name: str) -> str:
    """The field of the exception that an exception's field name means."""
    return name.rpartition(": ")[2]


def occurrence_field(key: str, name: str) -> str:
    """The name under which an exception's own value stands."""
    return f"{_AT}{key}: {name}"


def key_of(original_start: datetime | date) -> str:
    """An original start as it stands in field names: UTC, or the date."""
    if isinstance(original_start, datetime):
        return original_start.astimezone(UTC).isoformat()
    return original_start.isoformat()


def original_start_of(key: str, timezone: str) -> datetime | date:
    """The original start that `key_of` named, in the event's zone."""
    return _moment(key, timezone)


def at_occurrence(master: Event, original_start: datetime | date) -> Event:
    """One occurrence as the series has it."""
    start: datetime | date = original_start
    if isinstance(start, datetime):
        start = start.astimezone(ZoneInfo(master.timezone))
    end = _same_length(master, start)
    return replace(
        master,
        start=start,
        end=end,
        original_start=original_start,
        rrule="",
        rdates=(),
        exdates=(),
        exceptions=(),
        source=b"",
    )


#: Field -> the event's attribute, and what stands for an empty value.
_PLAIN: dict[str, tuple[str, Any]] = {
    "title": ("title", ""),
    "location": ("location", ""),
    "description": ("description", ""),
    "busy": ("busy", "busy"),
    "sensitivity": ("sensitivity", "normal"),
    "importance": ("importance", "normal"),
    "status": ("status", "confirmed"),
    "reminder": ("reminder_minutes", None),
}


def _plain_values(changes: Fields) -> dict[str, Any]:
    return {
        attribute: empty if changes[name] is None else changes[name]
        for name, (attribute, empty) in _PLAIN.items()
        if name in changes
    }


def _text(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    """Servers and clients differ in line ends and in blank ends of lines and texts."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _invited(event: Event) -> list[Attendee]:
    """Attendees by address, once each; a server lists the organizer among them or not."""
    organizer = event.organizer.email if event.organizer else ""
    found = {each.address.email: each for each in reversed(event.attendees) if each.address.email}
    return [each for email, each in sorted(found.items()) if email != organizer]


def _when(event: Event, series: bool) -> dict[str, Any]:
    zone = event.timezone or "UTC"
    found: dict[str, Any] = {"all_day": event.all_day}
    if event.all_day:
        return found | {"start": event.start.isoformat(), "end": event.end.isoformat(), "timezone": zone}
    if series:
        found["zone"] = windows_id(zone) or zone
        found |= {"start": _wall(event.start, zone), "end": _wall(event.end, zone)}
    else:
        found |= {"start": key_of(event.start), "end": key_of(event.end)}
    return found | {"timezone": zone, "timezone_source": event.timezone_source}


def _wall(value: datetime | date, zone: str) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return value.isoformat()


def _moved(event: Event, when: Fields) -> Event:
    zone = when.get("timezone") or event.timezone
    start, end = (_moment(when[name], zone) for name in ("start", "end"))
    source = when.get("timezone_source", "") if zone == when.get("timezone") else event.timezone_source
    return replace(
        event, start=start, end=end, all_day=bool(when.get("all_day")), timezone=zone, timezone_source=source
    )


def _moment(text: str, zone: str) -> datetime | date:
    """A date, an instant placed in the zone, or a wall time of the zone."""
    if "T" not in text:
        return date.fromisoformat(text)
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found.astimezone(ZoneInfo(zone))


def _recurrence(event: Event) -> dict[str, Any] | None:
    if not event.rrule and not event.rdates:
        return None
    return {
        "rule": canonical_rule(event.rrule, event.start),
        "rdates": sorted(key_of(each) for each in event.rdates),
        "rrule": event.rrule,
    }


def _attendees(event: Event, whole: Fields, names: Mapping[str, Address]) -> tuple[Attendee, ...]:
    responses = whole.get("responses") or {}
    return tuple(
        Attendee(
            names.get(entry["email"], Address(entry["email"])), entry["role"], responses.get(entry["email"], "none")
        )
        for entry in whole.get("attendees") or ()
    )


def _exception_fields(exception: Event, master: Event) -> dict[str, Any]:
    original = exception.original_start if exception.original_start is not None else exception.start
    key = key_of(original)
    regular = at_occurrence(master, original)
    found: dict[str, Any] = {}
    for name in OF_OCCURRENCE:
        own, usual = _own(exception, name), _own(regular, name)
        if name == "when" and not _differ(own, usual):
            continue
        if own != usual:
            found[occurrence_field(key, name)] = own if name == "when" else {"value": own}
    return found


def _own(event: Event, name: str) -> Any:
    match name:
        case "when":
            return _when(event, False)
        case "description":
            return _lines(event.description)
        case "title" | "location":
            return _text(getattr(event, name))
    return getattr(event, name)


def _differ(one: Fields, other: Fields) -> bool:
    return any(one.get(name) != other.get(name) for name in ("start", "end", "all_day"))


def _exceptions(changed: Event, before: Event, whole: Fields) -> Iterable[Event]:
    """The exceptions that the map names; the parts of an exception that no field holds stay as they were."""
    known = {key_of(each.original_start or each.start): each for each in before.exceptions}
    fields_before = to_fields(before)
    named = {occurrence_key(name) for name, value in whole.items() if value}
    plain = known.keys() - {occurrence_key(name) for name in fields_before}  # differing in what no field holds
    for key in sorted((named | plain) - {"", *(whole.get("skipped") or ())}):
        own = {name: whole.get(occurrence_field(key, name)) for name in OF_OCCURRENCE}
        stood = all(fields_before.get(occurrence_field(key, name)) == value for name, value in own.items())
        if key in known and stood and _as_before(changed, before):
            yield known[key]
        elif key in named:
            yield _exception(changed, known.get(key), key, own)


def _as_before(changed: Event, before: Event) -> bool:
    """Whether what exceptions share with their series is unchanged."""
    return replace(changed, exceptions=(), exdates=()) == replace(before, exceptions=(), exdates=())


def _exception(master: Event, known: Event | None, key: str, own: Fields) -> Event:
    regular = at_occurrence(master, _moment(key, master.timezone))
    if known is not None:
        regular = replace(regular, attendees=known.attendees, my_response=known.my_response, sequence=known.sequence)
    values = {name: value["value"] for name, value in own.items() if name != "when" and value is not None}
    found = replace(regular, **values)
    return _moved(found, own["when"]) if own["when"] else found


def _same_length(master: Event, start: datetime | date) -> datetime | date:
    """Until the same wall time as the master's end (see calendar_sync.recurrence)."""
    if isinstance(start, datetime) and isinstance(master.start, datetime) and isinstance(master.end, datetime):
        zone = ZoneInfo(master.timezone)
        length = _naive(master.end, zone) - _naive(master.start, zone)
        return (_naive(start, zone) + length).replace(tzinfo=zone)
    if isinstance(start, datetime) or isinstance(master.start, datetime) or isinstance(master.end, datetime):
        return start + timedelta(days=0 if isinstance(start, datetime) else 1)
    return start + (master.end - master.start)


def _naive(value: datetime, zone: ZoneInfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None)
