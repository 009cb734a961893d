"""Whether a sender may be told by itself that their mail arrived. Pure.

A wrong acknowledgement is worse than none: it tells a stranger that somebody reads here, or answers a machine that
answers back. So it goes only to a person who is known for certain, once per thread and day, and a few times a week.
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
#: What forbids it where a machine may be at the other end that does not say so.
TOLD_OFTEN = "its sender was sent several within a week"


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
    if facts.acknowledged_often:
        return TOLD_OFTEN
    return "its sender was sent one shortly before" if facts.acknowledged_lately else ""


def is_told_often(facts: MailFacts) -> bool:
    """Whether only what its sender was sent within the week forbids an acknowledgement."""
    return why_not_acknowledged(facts) == TOLD_OFTEN


def is_exact(facts: MailFacts) -> bool:
    """Whether the sender has the address of exactly one known person, or the mail is linked by exact evidence."""
    people = [record for record in facts.parties if record.kind in ("contact", "lead")]
    return len(people) == 1 or any(tied.exact for tied in facts.linked)
