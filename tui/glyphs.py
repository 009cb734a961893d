"""One-cell signs for kinds and states. None of them is an emoji, which terminals draw two cells wide."""

from __future__ import annotations

ACTIVITY = {
    "appointment": "◷",
    "phone_call": "✆",
    "task": "☐",
    "note": "✎",
    "letter": "▤",
    "service_activity": "◈",
}
MAIL = {"in": "←", "out": "→", "internal": "↔", "": "←"}
ANSWERED = {"reply": "↶", "reply_all": "↶", "forward": "↷"}
RECORD = {"account": "■", "contact": "◆", "lead": "◇", "opportunity": "▲", "case": "●", "product": "▪", "booking": "◈"}
DONE = "✓"
ATTACHMENT = "≡"
WRITING, LOOKING = "✎", "◉"  # somebody else is answering it, or reading it
UNREAD = "•"
FLAG = "⚑"
CATEGORY = "▍"
PRIVATE = "◌"
NOTICE = "△"

KIND_WORDS = {
    "email": "Mail",
    "appointment": "Meeting",
    "phone_call": "Call",
    "task": "Task",
    "note": "Note",
    "letter": "Letter",
    "service_activity": "Service",
    "account": "Account",
    "contact": "Contact",
    "lead": "Lead",
    "opportunity": "Opportunity",
    "case": "Case",
    "product": "Product",
    "booking": "Booking",
}
PLURAL = {
    "account": "Accounts",
    "contact": "Contacts",
    "lead": "Leads",
    "opportunity": "Opportunities",
    "case": "Cases",
    "product": "Products",
    "booking": "Bookings",
}


def activity_glyph(kind: str, direction: str = "", *, completed: bool = False) -> str:
    """The sign of an activity; mail shows which way it went, a finished task a tick."""
    if kind == "email":
        return MAIL.get(direction, MAIL["in"])
    if kind == "task" and completed:
        return DONE
    return ACTIVITY.get(kind, "·")


def record_glyph(kind: str) -> str:
    return RECORD.get(kind, "▪")


#: How a state is felt: the tone of its pill.
TONES = {
    "new": "accent",
    "open": "accent",
    "in_progress": "accent",
    "contacted": "accent",
    "qualified": "good",
    "won": "good",
    "resolved": "good",
    "on_hold": "warn",
    "waiting": "warn",
    "lost": "bad",
    "disqualified": "dim",
    "cancelled": "dim",
    "hold": "warn",
    "confirmed": "good",
    "done": "dim",
    "no_show": "bad",
    "urgent": "bad",
    "high": "warn",
    "low": "dim",
}


def words(value: str) -> str:
    """A stored choice as people read it: "in_progress" is "In progress"."""
    said = value.replace("_", " ")
    return said[:1].upper() + said[1:]


#: Kind of resource -> its glyph.
RESOURCE_GLYPHS = {"person": "◆", "equipment": "▪", "facility": "■"}
