"""How likely two records of one kind are the same, and why. Pure: compares what is known of both.

Each observation weighs something for or against it; the weights add up to log-odds. They are set by hand, so that one
strong agreement or two weaker ones propose a pair and one contradiction holds it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp

from rapidfuzz.distance import OSA

from store.domains import is_free_mail, registrable_domain
from store.duplicates.facts import Compared
from store.names.compare import company_score, person_score
from store.names.fold import person_tokens
from store.search_text import fold

#: Pairs from this probability on are proposed.
PROPOSED = 0.5

_PRIOR = -5.0  # candidates are alike somehow, and most are not the same
_SHARED_MAILBOXES = frozenset(
    """info office mail contact kontakt sales service support hello team admin post einkauf vertrieb buchhaltung
    accounts accounting billing order orders purchasing reception zentrale invoice rechnung""".split()  # noqa: SIM905
)
_GENERATIONS = re.compile(r"\b(?:(?P<younger>jr|junior|ii|iii|fils)|(?P<elder>sr|senior|pere))$")
_LEAST_PHONE = 6  # digits that tell two lines apart


@dataclass(frozen=True, slots=True)
class Reason:
    """An observation. `weight` is what it adds to the log-odds, below zero where it speaks against it."""

    rule: str
    quote: str
    source: str
    weight: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """`probability` that two records are the same; the reasons, the strongest first."""

    probability: float
    reasons: tuple[Reason, ...]

    @property
    def is_proposed(self) -> bool:
        return self.probability >= PROPOSED

    @property
    def strongest(self) -> Reason | None:
        """What speaks for it most."""
        return next((each for each in self.reasons if each.weight > 0), None)


def likeness(one: Compared, other: Compared) -> Likeness:
    """How likely two records of one kind are the same."""
    observe = _OBSERVED[one.kind]
    reasons = sorted(
        (reason for kind in observe for reason in kind(one, other)), key=lambda each: (-abs(each.weight), each.rule)
    )
    total = _PRIOR + sum(each.weight for each in reasons)
    return Likeness(1 / (1 + exp(-total)), tuple(reasons))


def _emails(one: Compared, other: Compared) -> Iterator[Reason]:
    shared = [email for email in one.emails if email in other.emails]
    if shared:
        role = all(email.partition("@")[0] in _SHARED_MAILBOXES for email in shared)
        yield Reason("same_email", ", ".join(shared), "e-mail address", 2.0 if role else 6.5)
        return
    past = [email for email in (*one.emails, *one.former_emails) if email in (*other.emails, *other.former_emails)]
    if past:
        yield Reason("former_email", ", ".join(past), "e-mail address of one, former one of the other", 5.0)
    elif len(set(map(_company_domain, (*one.emails, *other.emails))) - {""}) > 1 and one.emails and other.emails:
        pairs = {_company_domain(email) for email in one.emails} & {_company_domain(email) for email in other.emails}
        if not pairs - {""}:
            quote = f"{one.emails[0]}, {other.emails[0]}"
            yield Reason("other_email_domain", quote, "e-mail addresses", -0.8)


def _company_domain(email: str) -> str:
    domain = registrable_domain(email)
    return "" if is_free_mail(domain) else domain


def _lines(one: Compared, other: Compared) -> Iterator[Reason]:
    """Telephone numbers: a mobile is one person's, any other may be a whole company's."""
    mobile = _same_numbers(one.mobiles, (*other.mobiles, *other.phones)) or _same_numbers(one.phones, other.mobiles)
    if mobile:
        yield Reason("same_mobile", mobile, "mobile", 4.5)
    elif phone := _same_numbers(one.phones, other.phones):
        yield Reason("same_phone", phone, "phone", 2.5 if one.kind == "account" else 1.2)


def _same_numbers(ones: tuple[str, ...], others: tuple[str, ...]) -> str:
    return next((number for number in ones for other in others if is_same_number(number, other)), "")


def is_same_number(one: str, other: str) -> bool:
    """Whether two numbers (digits only) ring at the same place; one may lack the country or the leading zeros."""
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(short) >= _LEAST_PHONE and long.endswith(short) and len(long) - len(short) <= 4


def _person(one: Compared, other: Compared) -> Iterator[Reason]:
    quote = f"{one.title} / {other.title}"
    generations = {_generation(one.title), _generation(other.title)}
    if len(generations) > 1:
        # Where only one says which of the two it is, the other may just leave it out.
        yield Reason("other_generation", quote, "name", -3.5 if "" in generations else -9.0)
    first, second = person_tokens(one.title), person_tokens(other.title)
    if _other_given_name(first, second):
        yield Reason("other_given_name", quote, "name", -8.0)
        return
    score = person_score(one.title, other.title)
    weight = _stepped(score, ((0.97, 4.2), (0.92, 3.6), (0.85, 2.6), (0.75, 1.6), (0.55, 0.0)), -4.0)
    if min(len(first), len(second)) < 2 and weight > 0:
        weight = 1.0  # a single name
    yield Reason("same_name" if weight > 0 else "other_name", quote, "name", weight)


def _generation(name: str) -> str:
    found = _GENERATIONS.search(fold(name))
    return "" if found is None else str(found.lastgroup)


def _other_given_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same family name behind given names that are no forms of one name: relatives, colleagues, namesakes."""
    if len(one) < 2 or len(other) < 2:
        return False
    family = person_score(one[-1], other[-1]) >= 0.9
    return family and not any(_may_be_one(a, b) for a in one[:-1] for b in other[:-1])


def _may_be_one(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    # "Anna" and "Anne" are two people more often than a slip; longer names are seldom that close.
    return person_score(one, other) >= (0.9 if min(len(one), len(other)) < 6 else 0.8)


def _workplace(one: Compared, other: Compared) -> Iterator[Reason]:
    if one.account_id is not None and one.account_id == other.account_id:
        yield Reason("same_account", one.company, "account", 2.0)
    elif one.company and other.company:
        score = company_score(one.company, other.company)
        quote = f"{one.company} / {other.company}"
        if score >= 0.9:
            yield Reason("same_company", quote, "company", 1.8)
        else:
            yield Reason("other_company", quote, "company", -1.6)
    elif domain := next(iter(_domains(one) & _domains(other)), ""):
        yield Reason("same_domain", domain, "e-mail domain", 1.8)


def _domains(one: Compared) -> set[str]:
    return {domain for email in one.emails if (domain := _company_domain(email))}


def _job(one: Compared, other: Compared) -> Iterator[Reason]:
    if one.job_title and other.job_title:
        alike = OSA.normalized_similarity(fold(one.job_title), fold(other.job_title)) >= 0.8
        quote = one.job_title if alike else f"{one.job_title} / {other.job_title}"
        yield Reason("same_title" if alike else "other_title", quote, "job title", 0.8 if alike else -0.5)


def _home(one: Compared, other: Compared) -> Iterator[Reason]:
    """The city of a person."""
    if one.city and other.city:
        alike = _same_place(one.city, other.city)
        quote = one.city if alike else f"{one.city} / {other.city}"
        yield Reason("same_city" if alike else "other_city", quote, "city", 0.8 if alike else -0.8)


def _company(one: Compared, other: Compared) -> Iterator[Reason]:
    score = company_score(one.title, other.title)
    quote = f"{one.title} / {other.title}"
    # From 0.955 on only the legal forms differ, as those of mother and daughter do; below it is a slip of the pen.
    steps = ((0.985, 6.0), (0.955, 4.3), (0.92, 5.1), (0.88, 4.0), (0.8, 2.2), (0.6, -0.5))
    weight = _stepped(score, steps, -3.0)
    yield Reason("same_name" if weight > 0 else "other_name", quote, "name", weight)


def _sites(one: Compared, other: Compared) -> Iterator[Reason]:
    shared = sorted(set(one.domains) & set(other.domains))
    if shared:
        yield Reason("same_domain", ", ".join(shared), "domain", 4.5)
    elif one.domains and other.domains:
        yield Reason("other_domain", f"{one.domains[0]} / {other.domains[0]}", "domain", -2.2)


def _branch(one: Compared, other: Compared) -> Iterator[Reason]:
    """Where a company sits: branches share a name and a domain, but not a city."""
    if one.city and other.city:
        alike = _same_place(one.city, other.city)
        quote = one.city if alike else f"{one.city} / {other.city}"
        yield Reason("same_city" if alike else "other_city", quote, "city", 1.3 if alike else -6.5)
        if alike and one.street and other.street:
            same = OSA.normalized_similarity(fold(one.street), fold(other.street)) >= 0.8
            quote = one.street if same else f"{one.street} / {other.street}"
            yield Reason("same_street" if same else "other_street", quote, "street", 1.2 if same else -0.8)
    elif one.country and other.country and fold(one.country) != fold(other.country):
        yield Reason("other_country", f"{one.country} / {other.country}", "country", -4.0)


def _family(one: Compared, other: Compared) -> Iterator[Reason]:
    if one.record_id == other.parent_id or other.record_id == one.parent_id:
        yield Reason("parent", f"{one.title} / {other.title}", "parent account", -7.0)
    elif one.parent_id is not None and one.parent_id == other.parent_id:
        yield Reason("same_parent", f"{one.title} / {other.title}", "parent account", -1.0)


def _same_place(one: str, other: str) -> bool:
    first, second = fold(one), fold(other)
    return first in second or second in first or OSA.normalized_similarity(first, second) >= 0.8


def _stepped(score: float, steps: tuple[tuple[float, float], ...], below: float) -> float:
    return next((weight for least, weight in steps if score >= least), below)


_PERSONAL = (_emails, _lines, _person, _workplace, _job, _home)
_OBSERVED: dict[str, tuple[Callable[[Compared, Compared], Iterator[Reason]], ...]] = {
    "contact": _PERSONAL,
    "lead": _PERSONAL,
    "account": (_company, _sites, _lines, _branch, _family),
}
