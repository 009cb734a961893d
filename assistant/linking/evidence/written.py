"""Mail that was written here, and answers to it: our own stamp and the unforgeable token."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.linking.evidence.finding import Finding
from store.linking.facts import ActivityFacts


def written_here(facts: ActivityFacts) -> Iterator[Finding]:
    """What the writer chose when the mail was written here. The stamp travels to recipients, so it alone proves
    nothing: the mail has to be ours and to go to somebody it was written to."""
    sender = facts.sender
    for mail in facts.sent:
        if sender is not None and sender.own and _meets(facts, mail.audience):
            yield Finding(mail.regarding, "sent", 1.0, mail.subject, "chosen when the mail was written", exact=True)


def token(facts: ActivityFacts) -> Iterator[Finding]:
    """An answer that repeats the signed token of a mail of ours, if somebody takes part whom that mail went to.

    A token can be copied into any mail; only the nearest one counts.
    """
    mail = next((one for one in facts.tokens if any(party.email in one.audience for party in facts.outside)), None)
    if mail is not None:
        source = f"answers our mail of {mail.sent_at:%Y-%m-%d} and repeats its token"
        yield Finding(mail.regarding, "token", 1.0, mail.subject, source, exact=True)


def _meets(facts: ActivityFacts, audience: frozenset[str]) -> bool:
    return any(party.email in audience for party in facts.parties if party != facts.sender)
