"""Every kind of evidence. To add one, write a function from facts to findings and name it here; its weight stands in
`weights.toml`. Where it does not look at everything that may become known of a mail later, say so in `_RESTS_ON`: it is
asked again only where that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.linking.evidence.addresses import account_address, address, domain, employer, former_address
from assistant.linking.evidence.companies import company_name, customer_named, mentioned
from assistant.linking.evidence.customers import closed, customer, fresh, last_word, lesson, own_contact, owner
from assistant.linking.evidence.finding import Finding
from assistant.linking.evidence.matters import (
    bare_number,
    description_words,
    other_words,
    place,
    product,
    serial,
    subject,
    subject_words,
    title_words,
    whole_title,
)
from assistant.linking.evidence.numbers import record_number
from assistant.linking.evidence.people import (
    among_sharers,
    display_name,
    name_in_store,
    signed_name,
    signed_otherwise,
    signed_phone,
    signed_title,
)
from assistant.linking.evidence.threads import quoted, thread
from assistant.linking.evidence.written import token, written_here
from store.linking.facts import ActivityFacts

Evidence = Callable[[ActivityFacts], Iterator[Finding]]

EVIDENCE: tuple[Evidence, ...] = (
    written_here,
    token,
    record_number,
    thread,
    quoted,
    address,
    former_address,
    employer,
    account_address,
    domain,
    display_name,
    among_sharers,
    signed_name,
    signed_otherwise,
    signed_phone,
    signed_title,
    name_in_store,
    company_name,
    mentioned,
    customer_named,
    own_contact,
    customer,
    closed,
    fresh,
    last_word,
    owner,
    subject,
    title_words,
    whole_title,
    subject_words,
    description_words,
    other_words,
    product,
    serial,
    bare_number,
    place,
    lesson,
)

#: What may become known of a mail after it was looked at for the first time: what was decided meanwhile of mails before
#: it, and what the store says where its people do not explain it.
LATER_KNOWN = ("ancestors", "quoted", "history", "work", "hits", "spoken_of")

_HITS, _WORK = ("hits",), ("work",)
_RESTS_ON: Mapping[Evidence, Sequence[str]] = {
    written_here: (),
    token: (),
    record_number: ("ancestors",),
    thread: ("ancestors", "quoted"),
    quoted: ("quoted",),
    address: (),
    former_address: (),
    employer: (),
    account_address: (),
    domain: _HITS,
    display_name: (),
    among_sharers: (),
    signed_name: (),
    signed_otherwise: (),
    signed_phone: (),
    signed_title: (),
    name_in_store: _HITS,
    company_name: _HITS,
    mentioned: _HITS,
    customer_named: ("hits", "work"),
    own_contact: _WORK,
    customer: _WORK,
    closed: _WORK,
    fresh: _WORK,
    last_word: ("history",),
    owner: _WORK,
    subject: _WORK,
    title_words: _WORK,
    whole_title: _WORK,
    subject_words: _WORK,
    description_words: _WORK,
    other_words: ("work", "ancestors", "quoted"),
    product: _WORK,
    serial: _WORK,
    bare_number: _WORK,
    place: _WORK,
    lesson: (),
}


def rests_on(kind: Evidence) -> Sequence[str]:
    """Which of the facts that may become known later a kind of evidence looks at."""
    return _RESTS_ON.get(kind, LATER_KNOWN)
