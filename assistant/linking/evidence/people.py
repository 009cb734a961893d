"""Who a mail is from when its address is not known: display names, signatures, phones, against known contacts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.linking.evidence.finding import Finding, role, weight_of
from store.linking.facts import ActivityFacts, Colleague, KnownRecord, NameHit, Party
from store.names.compare import person_score
from store.names.fold import person_tokens
from store.phones import phone_digits

_ALIKE = 0.8
_SURE = 0.9  # below it two names are as likely those of two people
_LETTER_BY_LETTER = 0.97
_HALF_A_NAME = 0.5
_LONGEST_CLOSING = 60  # characters of a line that may be a name
_PHONE = 8  # last digits that two ways to write one number share


def display_name(facts: ActivityFacts) -> Iterator[Finding]:
    """An unknown address whose display name is that of a contact at an account that takes part."""
    for party in _unknown(facts):
        for colleague, score, name in _alike(party.name, facts):
            source = f"{role(party)} is called like {colleague.record.title}"
            yield Finding(colleague.record, "display_name", score * weight_of(party, facts), name, source)


def signed_name(facts: ActivityFacts) -> Iterator[Finding]:
    """The name in the signature of a sender who is not known by address."""
    sender = facts.sender
    if sender is None or sender.own or facts.people.get(sender.email):
        return
    for value in facts.said.values("name"):
        for colleague, score, _ in _alike(value, facts):
            yield Finding(colleague.record, "signed_name", score, value, "the signature gives the name")


def among_sharers(facts: ActivityFacts) -> Iterator[Finding]:
    """Several people share the address, and the display name, the signature or the last words tell which one writes."""
    sender = facts.sender
    if sender is None or sender.own or len(facts.people.get(sender.email, ())) < 2:
        return
    lines = [line.strip() for line in facts.said.new_text.splitlines() if line.strip()]
    signed = (*facts.said.values("name"), *lines[-2:])
    told: dict[KnownRecord, tuple[str, str]] = {}
    for text, source in ((sender.name, "the display name tells"), *((each, "it is signed") for each in signed)):
        fitting = _sharers_called(text, facts.people[sender.email])
        if len(fitting) == 1:
            told.setdefault(fitting[0], (text, source))
    if len(told) == 1:
        ((record, (text, source)),) = told.items()
        yield Finding(record, "among_sharers", 1.0, text, source)


def _sharers_called(text: str, sharers: Sequence[KnownRecord]) -> list[KnownRecord]:
    """Those whose given or whole name a text is, and nothing else: who is only mentioned in a line did not sign it."""
    words = set(person_tokens(text)) if len(text) <= _LONGEST_CLOSING else set()
    return [one for one in sharers if words and words <= set(person_tokens(one.title))]


def signed_otherwise(facts: ActivityFacts) -> Iterator[Finding]:
    """Somebody else signs mail from an address that one contact has and that does not bear the contact's name."""
    sender, signed = facts.sender, facts.said.values("name")
    known = facts.people.get(sender.email, ()) if sender is not None and not sender.own else ()
    if sender is None or not signed or len(known) != 1 or known[0].kind != "contact":
        return
    local = sender.email.partition("@")[0]
    named = any(len(token) > 2 and token in local for token in person_tokens(known[0].title))
    if not named and max(person_score(name, known[0].title) for name in signed) < _HALF_A_NAME:
        yield Finding(known[0], "signed_otherwise", 1.0, signed[0], "somebody else signs it")


def signed_phone(facts: ActivityFacts) -> Iterator[Finding]:
    """A phone in the signature that a contact of a participating account has."""
    for value in (*facts.said.values("phone"), *facts.said.values("mobile")):
        digits = phone_digits(value)[-_PHONE:]
        for colleague in _colleagues(facts):
            if len(digits) == _PHONE and any(phone.endswith(digits) for phone in colleague.phones):
                yield Finding(colleague.record, "signed_phone", 1.0, value, "the signature gives the phone")


def signed_title(facts: ActivityFacts) -> Iterator[Finding]:
    """A job title in the signature that is the one of a contact of a participating account."""
    wanted = {value.casefold() for value in facts.said.values("title")}
    for colleague in _colleagues(facts):
        if colleague.job_title and colleague.job_title.casefold() in wanted:
            yield Finding(colleague.record, "signed_title", 1.0, colleague.job_title, "the signature gives the title")


def name_in_store(facts: ActivityFacts) -> Iterator[Finding]:
    """A contact or lead anywhere in the store that is called like a sender nobody knows."""
    for hit in facts.hits:
        if hit.record.kind in ("contact", "lead") and hit.where in ("display name", "signature"):
            rivals = sum(other.words == hit.words and other.score >= hit.score - 0.05 for other in facts.hits)
            source = f"the {hit.where} reads like {hit.record.title}"
            rule = "full_name_in_store" if rivals == 1 and is_full_name(hit) else "name_in_store"
            yield Finding(hit.record, rule, hit.score / max(1, rivals), hit.words, source)


def is_full_name(hit: NameHit) -> bool:
    """Given and family name, as good as letter by letter: hardly by chance."""
    return hit.score >= _LETTER_BY_LETTER and len(person_tokens(hit.words)) > 1


def _unknown(facts: ActivityFacts) -> Iterator[Party]:
    return (party for party in facts.outside if party.name and not facts.people.get(party.email))


def _colleagues(facts: ActivityFacts) -> Iterator[Colleague]:
    return (each for found in facts.colleagues.values() for each in found)


def _alike(name: str, facts: ActivityFacts) -> list[tuple[Colleague, float, str]]:
    """The colleagues with that name; namesakes share the strength."""
    scored = [
        (each, max((person_score(name, known) for known in each.names), default=0.0)) for each in _colleagues(facts)
    ]
    found = [(each, score) for each, score in scored if score >= _ALIKE]
    best = max((score for _, score in found), default=0.0)
    kept = [(each, score) for each, score in found if score >= best - 0.1]
    return [(each, (score if score >= _SURE else score / 2) / len(kept), name) for each, score in kept]
