"""What a mail's signature tells that the records do not say: a new person, or changed details of a known one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from assistant.duplicates.likeness import is_same_number
from store.names.compare import company_score, person_score
from store.names.fold import person_tokens
from store.phones import phone_digits
from store.proposals.facts import KnownAccount, KnownPerson, Sender
from store.search_text import fold

#: Parts of a signature -> fields of the person that is made of it.
_PERSON_FIELDS = {
    "title": "job_title",
    "phone": "phone",
    "mobile": "mobile",
    "street": "street",
    "city": "city",
    "company": "company",
}
_MACHINE = re.compile(r"^(no-?reply|do-?not-?reply|mailer|postmaster|bounce|notification|alert|newsletter|daemon)")
_SAME_PERSON = 0.8
_SAME_COMPANY = 0.75
_LEAST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A value for a field, the words in which it stands, and what the field says now. `ref` is the uid of the account
    that is meant."""

    field: str
    value: str
    quote: str
    before: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A person to be made (`person` None), or one changed field of a known one."""

    person: KnownPerson | None
    said: tuple[Said, ...]


def propose(sender: Sender) -> tuple[Proposed, ...]:
    """Everything that is worth asking about after this mail."""
    if not sender.is_known:
        said = tuple(_new_person(sender))
        return (Proposed(None, said),) if said else ()
    if len(sender.known_as) != 1 or not _is_signed_by(sender, sender.known_as[0]):
        return ()
    person = sender.known_as[0]
    return tuple(Proposed(person, (said,)) for said in _changes(sender, person) if _is_news(sender, person, said))


def is_machine(email: str) -> bool:
    """Whether the address, in lower case, says that no person reads what is sent to it."""
    return _MACHINE.match(email) is not None


def _new_person(sender: Sender) -> Iterator[Said]:
    """A person with a name; machines and mailboxes without one are nobody."""
    title = _name(sender)
    if title is None or is_machine(sender.email):
        return
    heading = f"{sender.name} <{sender.email}>" if sender.name else sender.email
    yield title
    yield Said("emails", sender.email, heading)
    for part, name in _PERSON_FIELDS.items():
        if found := sender.first(part):
            yield Said(name, found.value.strip(), found.quote)
    if account := _account(sender):
        company = sender.first("company")
        by_name = company is not None and account in sender.named
        quote = company.quote if by_name and company is not None else sender.email
        yield Said("account", account.title, quote, ref=account.uid)


def _name(sender: Sender) -> Said | None:
    signed, shown = sender.first("name"), sender.name.strip()
    if signed and (not _is_name(shown) or person_score(signed.value, shown) >= 0.5):
        return Said("title", signed.value.strip(), signed.quote)
    return Said("title", shown, f"{shown} <{sender.email}>") if _is_name(shown) else None


def _is_name(text: str) -> bool:
    return "@" not in text and len(person_tokens(text)) > 1


def _account(sender: Sender) -> KnownAccount | None:
    """Where the person works: by the address's domain, else by the company in the signature."""
    for found in (sender.accounts, sender.named):
        if len(found) == 1:
            return found[0]
    both = [account for account in sender.accounts if account in sender.named]
    return both[0] if len(both) == 1 else None


def _is_signed_by(sender: Sender, person: KnownPerson) -> bool:
    """A shared mailbox has many writers: whose signature it is has to be said in it."""
    signed = sender.first("name")
    if signed is not None:
        return person_score(signed.value, person.title) >= _SAME_PERSON
    address = sender.first("email")
    return address is not None and address.value.lower() == sender.email


def _changes(sender: Sender, person: KnownPerson) -> Iterator[Said]:
    yield from _job_title(sender, person)
    yield from _numbers(sender, person)
    yield from _company(sender, person)


def _job_title(sender: Sender, person: KnownPerson) -> Iterator[Said]:
    found = sender.first("title")
    before = person.values.get("job_title", "")
    if found is None:
        return
    one, other = fold(found.value), fold(before)
    if one and one != other and OSA.normalized_similarity(one, other) < 0.85 and one not in other:
        yield Said("job_title", found.value.strip(), found.quote, before)


def _numbers(sender: Sender, person: KnownPerson) -> Iterator[Said]:
    """A number that rings at none of those that are known; the company's own is nobody's change."""
    known = [
        *(person.values.get(name, "") for name in ("phone", "mobile")),
        person.account.phone if person.account else "",
    ]
    for part in ("phone", "mobile"):
        name = part if person.kind == "contact" else "phone"
        found = sender.first(part)
        if found is None or len(digits := phone_digits(found.value)) < _LEAST_DIGITS:
            continue
        if not any(is_same_number(digits, phone_digits(each)) for each in known if each):
            yield Said(name, found.value.strip(), found.quote, person.values.get(name, ""))
            known.append(found.value)


def _company(sender: Sender, person: KnownPerson) -> Iterator[Said]:
    """Another company under the name may be a new employer. A name that belongs to the sender's domain is a brand."""
    found = sender.first("company")
    if found is None or company_score(found.value, person.company) >= _SAME_COMPANY:
        return
    if person.kind == "lead":
        yield Said("company", found.value.strip(), found.quote, person.company)
        return
    is_home = person.account is not None and person.account in sender.accounts
    if is_home and not sender.named:
        return
    if person.account is not None and person.account in sender.named:
        return
    account = sender.named[0] if len(sender.named) == 1 else None
    title = account.title if account else found.value.strip()
    yield Said("account", title, found.quote, person.company, ref=account.uid if account else "")


def _is_news(sender: Sender, person: KnownPerson, said: Said) -> bool:
    """What a person wrote after the mail stands."""
    edited = person.edited_at.get(said.field)
    return edited is None or sender.occurred_at > edited
