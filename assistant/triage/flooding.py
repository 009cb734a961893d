"""Whether a rule may make one more case or lead of a sender's mail. Pure.

A machine gone wild writes thousands of mails about one thing. The first makes a case; the others wait for a person, who
sees them together, instead of becoming thousands of cases with an acknowledgement each.
"""

from __future__ import annotations

from assistant.triage.facts import MailFacts

#: Mails of one sender within an hour from which on they are no longer taken for those of a person.
FLOOD = 50


def why_not_created(facts: MailFacts) -> str:
    """What forbids making something of the mail, as the end of a sentence; '' where nothing does."""
    if facts.within_hour < FLOOD or not facts.made_within_hour:
        return ""
    return f"its sender wrote {facts.within_hour:,} mails within an hour, and one was made of them already"
