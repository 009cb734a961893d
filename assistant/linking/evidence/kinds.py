"""Every kind of evidence. To add one, write a function from facts to findings and name it here; its weight stands in
`weights.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
