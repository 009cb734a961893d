"""Whether a sender may be told by itself that their mail arrived. Pure.

A wrong acknowledgement is worse than none: it tells a stranger that somebody reads here, or answers a machine that
answers back. So it goes only to a person who is known for certain, and once per thread and day.
"""

from __future__ import annotations

from assistant.proposing.understand import is_machine
from assistant.triage.facts import MailFacts
from mail_sync.message import Noise

_NOISE: dict[str, str] = {
    Noise.AUTO_REPLY: "it is an automatic answer",
    Noise.BOUNCE: "it is a delivery report",
    Noise.LIST: "it came through a list",
    Noise.BULK: "it was sent to many",
}


def why_not_acknowledged(facts: MailFacts) -> str:
    """What forbids an acknowledgement, as the end of a sentence; '' where nothing does."""
    if facts.noise:
        return _NOISE.get(facts.noise, "it was not written by a person")
    if facts.meeting:
        return "it is about a meeting"
    if not facts.email:
        return "it has no sender"
    if facts.own_sender:
        return "it is from one of our own"
    if is_machine(facts.email):
        return "nobody reads mail to its sender"
    if not is_exact(facts):
        return "who wrote it is not known for certain"
    if facts.is_late:
        return "it came more than a day ago"
    if facts.acknowledged_today:
        return "its thread was sent one today"
    return "its sender was sent one shortly before" if facts.acknowledged_lately else ""


def is_exact(facts: MailFacts) -> bool:
    """Whether the sender has the address of exactly one known person, or the mail is linked by exact evidence."""
    people = [record for record in facts.parties if record.kind in ("contact", "lead")]
    return len(people) == 1 or any(tied.exact for tied in facts.linked)
