"""What customers read where a site has no template of its own: a subject and a text for each notice.

Fields as {booking.when} are filled as in templates; what stood before a change is {booking.before}. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeText:
    """Fields stand in both."""

    subject: str
    text: str


_GREETING = "Hello {booking.customer},\n\n"
_WHAT = """
    {booking.service}
    {booking.when}
    {booking.place}
    with {booking.who}

"""
_CLOSING = "Kind regards\n{booking.team}\n\nYour booking number: {booking.number}\n"
_ELSE = "If this does not suit you, simply answer this mail and we will find another time.\n\n"

BUILT_IN = {
    "invitation": NoticeText(
        "{booking.service} on {booking.day} at {booking.time} ({booking.number})",
        f"{_GREETING}thank you for your booking. We look forward to seeing you:\n{_WHAT}{_ELSE}{_CLOSING}",
    ),
    "hold": NoticeText(
        "Held for you: {booking.service} on {booking.day} at {booking.time} ({booking.number})",
        f"{_GREETING}we are holding this time for you:\n{_WHAT}"
        f"Does it suit you? Accept the invitation or answer this mail, and we will confirm it.\n\n{_CLOSING}",
    ),
    "offer": NoticeText(
        "A time is free: {booking.service} on {booking.day} at {booking.time} ({booking.number})",
        f"{_GREETING}good news: a time for which you have been waiting is free, and we are holding it for you:\n{_WHAT}"
        f"Would you like to have it? Accept the invitation or answer this mail, and it is yours.\n\n{_CLOSING}",
    ),
    "change": NoticeText(
        "Changed: {booking.service} on {booking.day} at {booking.time} ({booking.number})",
        f"{_GREETING}your booking has changed. It was on {{booking.before}}; now it is:\n{_WHAT}{_ELSE}{_CLOSING}",
    ),
    "cancellation": NoticeText(
        "Cancelled: {booking.service} ({booking.number})",
        f"{_GREETING}your booking of {{booking.service}} on {{booking.before}} is cancelled, and you need not do "
        f"anything more. If you would like another time, simply answer this mail.\n\n{_CLOSING}",
    ),
    "reminder": NoticeText(
        "Reminder: {booking.service} on {booking.day} at {booking.time} ({booking.number})",
        f"{_GREETING}a short reminder of what we have agreed:\n{_WHAT}{_ELSE}{_CLOSING}",
    ),
}
