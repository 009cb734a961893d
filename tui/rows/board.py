"""How a schedule board looks: the tones of bookings by their status, and the words about what is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.scheduling.boards.moving import Hindrance
from assistant.scheduling.boards.reading import Board
from store.queries.scheduling.board import BoardBooking
from store.scheduling.lifecycle import OCCUPYING
from store.scheduling.reading import Thing
from tui.board_moves import Carried
from tui.cells import Cell, Span, line
from tui.when import DAYS, short_date, span

#: Status -> (ground, edge, sign before the title).
_STATUSES = {
    "hold": ("event-3", "calendar-3", "? "),
    "confirmed": ("event-0", "calendar-0", ""),
    "done": ("event-5", "calendar-5", "✓ "),
    "no_show": ("ended", "dim", "✗ "),
    "cancelled": ("ended", "dim", "✗ "),
}
_ORDER = tuple(_STATUSES)
_WORDS = {"hold": "on hold", "no_show": "not kept by the customer"}
_KINDS = {"person": "•", "equipment": "▪", "facility": "■"}

#: What the colours and signs mean, for the help.
SIGNS = (
    "blue confirmed, amber ? on hold, green ✓ done, crossed out ✗ cancelled or not kept, violet busy in its calendar, "
    "! nobody there any more (o repairs it), ┄ buffers, ╌25▸ minutes on the way (amber: too little time for it), ╱ off"
)


def look_of(bookings: Sequence[BoardBooking]) -> tuple[str, str, str]:
    """The ground, edge and sign of a block; of several bookings those of the one that needs most attention."""
    if len(bookings) == 1:
        return _STATUSES[bookings[0].status]
    return _STATUSES[min((each.status for each in bookings), key=_ORDER.index)]


def ground(bookings: Sequence[BoardBooking]) -> str:
    """The ground of a block; of several bookings that which needs most attention."""
    return look_of(bookings)[0]


def edge(bookings: Sequence[BoardBooking], *, broken: bool) -> Cell:
    return (Span("!", "bad") if broken else Span("▎", look_of(bookings)[1]),)


def title(bookings: Sequence[BoardBooking]) -> Cell:
    """What stands in a block; what holds nothing any more is crossed out."""
    if len(bookings) > 1:
        return (Span(str(len(bookings))),)
    one = bookings[0]
    units = f" x {one.units}" if one.units > 1 else ""
    tone = "" if one.status in OCCUPYING else "struck"
    return (Span(look_of(bookings)[2]), Span(f"{line(one.title) or 'taken'}{units}", tone))


def name(thing: Thing, unknown: str) -> Cell:
    """A resource at the left of its line; a question mark where its calendar is not known."""
    sign = Span("?", "warn") if unknown else Span(_KINDS[thing.state["kind"]], "dim")
    return (sign, Span(f" {line(thing.name)}"))


def booking_line(board: Board, booking: BoardBooking, now: datetime) -> str:
    """The bottom lines on a booking."""
    day = booking.works_from.astimezone(now.tzinfo)
    when = f"{DAYS[day.weekday()]} {span(booking.works_from, booking.works_until, now)}"
    held = _WORDS.get(booking.status, booking.status)
    parts = (booking.number, line(booking.title) or "taken", when)
    more = (held, f"{booking.units} units" if booking.units > 1 else "", line(booking.area))
    return "\n".join(" · ".join(part for part in told if part) for told in (parts, more))


def carried_line(board: Board, one: Carried, against: Sequence[Hindrance] | None, now: datetime) -> str:
    """The bottom lines on a booking on its way: where it would be, and what is against that."""
    day = one.start.astimezone(now.tzinfo)
    where = f"{line(board.lines[one.row].name)} · {DAYS[day.weekday()]} {day.day} · {span(one.start, one.end, now)}"
    if against:
        return f"{where}\n{'; '.join(line(each.words) for each in against)}"
    return f"{where}\n{'…' if against is None else 'nothing is against it' if one.is_moved else 'where it was'}"


def page_words(start: datetime, end: datetime, now: datetime, ended: bool) -> str:
    """What the page shows: "Tue 3 Nov", "✗ · 2 Nov to 16 Nov"."""
    first, last = start.astimezone(now.tzinfo).date(), (end - timedelta(seconds=1)).astimezone(now.tzinfo).date()
    said = "✗ · " if ended else ""
    if first == last:
        return f"{said}{DAYS[first.weekday()]} {short_date(first, now.date())}"
    return f"{said}{short_date(first, now.date())} to {short_date(last, now.date())}"


def free_line(board: Board, thing: Thing, moment: datetime, now: datetime) -> str:
    """The bottom lines where nothing is booked: when that is, and what the resource does then."""
    there = moment.astimezone(now.tzinfo)
    site = line(board.setup.sites[thing.state["site"]].name) if len(board.setup.sites) > 1 else ""
    who = f"{line(thing.name)}, {site}" if site else line(thing.name)
    said = f"{who} · {DAYS[there.weekday()]} {there.day} · {there:%H:%M}"
    return f"{said}\n{_instead(board, thing, moment)}"


def _instead(board: Board, thing: Thing, moment: datetime) -> str:
    resource = board.loaded.world.resources.get(thing.id)
    if resource is None or not board.start <= moment < board.end:
        return ""
    if resource.hours is None:
        return "has no work hours"
    for off in resource.hours.time_off:
        if off.start <= moment < off.end:
            return f"off: {line(off.reason)}" if off.reason else "off"
    for busy in resource.busy:
        if busy.start <= moment < busy.end:
            return f"busy in its calendar: {line(busy.what)}" if busy.what else "busy in its calendar"
    minute = board.loaded.span.floor(moment)
    if board.loaded.closed(thing.id) >> minute & 1:
        return "its site is closed"
    if not board.loaded.worked(thing.id) >> minute & 1:
        return "outside its work hours"
    if board.loaded.unknown(thing.id) >> minute & 1:
        return ": ".join(filter(None, ("its calendar is not known", line(resource.unknown))))
    return "free"
