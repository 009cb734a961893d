"""What is never linked by evidence alone, however well it fits: it is suggested at most. Pure."""

from __future__ import annotations

from store.linking.facts import ActivityFacts, Party

#: Noise of which not even a suggestion is made: nobody wrote it to us.
_NOT_MEANT = ("list", "bulk")
_COMPANIES = 3  # a mail of ours to people of so many is a circular
_REPORTS = {"bounce": "it is a delivery report", "auto_reply": "it is an automatic answer"}


def is_left_alone(facts: ActivityFacts) -> bool:
    """Private and refused mail, and mail to many: not even suggested, unless a person tracks it or chose a record."""
    if facts.private or facts.refused_all:
        return True
    return facts.noise in _NOT_MEANT and not facts.tracked


def keeps_choice(facts: ActivityFacts) -> bool:
    """Whether what its writer chose stands, whatever was refused of the thread and the people it goes to: only what a
    person said of this very mail is nearer to it."""
    return not (facts.private or facts.refused_mail)


def why_barred(facts: ActivityFacts, *, internal: bool = False) -> str:
    """Why nothing is linked automatically, in words; '' where it may be. `internal`: mail among ourselves may be."""
    if facts.noise in _REPORTS:
        return _REPORTS[facts.noise]
    if not facts.outside and not internal:
        return "nobody from outside takes part"
    if facts.said.forwarded and facts.direction == "out":
        return "it is passed on to somebody else"
    return ""


def is_circular(facts: ActivityFacts) -> bool:
    """Whether we wrote it to people of several companies: unless it is about a matter, it is about none of them."""
    return facts.direction == "out" and len({_company(party, facts) for party in facts.outside}) >= _COMPANIES


def _company(party: Party, facts: ActivityFacts) -> int | str:
    known = (*facts.people.get(party.email, ()), *facts.accounts.get(party.domain, ()))
    return next((record.account_id for record in known if record.account_id is not None), party.domain or party.email)
