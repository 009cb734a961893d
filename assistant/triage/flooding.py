"""Whether a rule may make one more case or lead of a sender's mail. Pure.

What goes on with a case belongs to it, so nothing else is made of it.

A machine gone wild writes thousands of mails about one thing. The first makes a case; the others wait for a person, who
sees them together, instead of becoming thousands of cases with an acknowledgement each.
"""

from __future__ import annotations

from assistant.triage.facts import MailFacts

#: Mails of one sender within an hour from which on they are no longer taken for those of a person.
FLOOD = 50


def why_not_created(facts: MailFacts) -> str:
    """What forbids making something of the mail, as the end of a sentence; '' where nothing does."""
    if taken := _taken(facts):
        return taken
    if _is_one_of_many(facts):
        return f"its sender wrote {facts.within_hour:,} mails within an hour, and one was made of them already"
    if facts.made_alike:
        return "one was made already, within an hour, of a mail of its sender with this subject"
    return ""


def is_held_back(facts: MailFacts) -> bool:
    """Whether only what its sender wrote besides keeps a rule from making something of it: then a person decides."""
    return not _taken(facts) and (facts.made_alike or _is_one_of_many(facts))


def is_flood(facts: MailFacts) -> bool:
    """Whether its sender writes as no person does."""
    return facts.within_hour >= FLOOD


def _taken(facts: MailFacts) -> str:
    """With what the mail goes on, or what takes it, as the end of a sentence; '' for nothing."""
    if facts.meeting:
        return "it is about a meeting, which the calendar takes"
    case = next((tied.record for tied in facts.linked if tied.exact and tied.record.kind == "case"), None)
    if case is not None:
        return f"it belongs to {case.number}"
    return "its thread has an open case" if facts.open_case else ""


def _is_one_of_many(facts: MailFacts) -> bool:
    return is_flood(facts) and facts.made_within_hour
