"""What things are called, from the store: the index of names for customers, and the few colleagues, resources,
services and mailboxes compared one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz.distance import OSA
from sqlalchemy import Connection, select

from assistant.chat.understanding.values import Named
from assistant.compose import Services
from store.actor import Actor
from store.names.compare import company_score, person_score
from store.names.index import find_names
from store.queries.record_names import find_record
from store.queries.records import list_records, open_cases_of, open_opportunities_of
from store.queries.refs import refs
from store.queries.scheduling.setup import setup
from store.queries.status import mailboxes
from store.queries.users import active_users
from store.schema.records import Contact

_LEAST = 0.55
_KINDS = ("account", "contact", "lead")
_MOST = 500  # of the latest cases or opportunities, looked through where no open one of the customer is named


class StoreNaming:
    """The names that a user may see, for one request."""

    def __init__(self, services: Services, today: date) -> None:
        self._services = services
        self._today = today
        self._few: list[tuple[str, str]] | None = None

    def named(self, texts: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        if not texts:
            return {}
        found = {text: list(ones) for text, ones in self._services.read(_customers, texts).items()}
        for text in texts:
            few = [
                Named(kind, title, score)
                for kind, title in self._known()
                if (score := _alike(kind, text, title)) > _LEAST
            ]
            if few:
                found.setdefault(text, []).extend(sorted(few, key=lambda one: -one.score))
        return found

    def matters(self, kind: str, customers: Sequence[str]) -> Sequence[Named]:
        found: dict[str, Named] = {}
        below = open_cases_of if kind == "case" else open_opportunities_of
        titles: set[str] = set()
        for number in customers:
            customer = self._services.read(find_record, number)
            titles.add(customer.title)
            for row in self._services.read(below, customer.record_id):
                found[row.number] = Named(kind, row.title, 1.0, row.number, customer.title)
        if not found:
            page = self._services.read(list_records, kind, today=self._today, sort="activity", limit=_MOST)
            theirs = [row for row in page.rows if not titles or not titles.isdisjoint(map(str, row.cells.values()))]
            found = {row.number: Named(kind, row.title, 1.0, row.number) for row in theirs}
        return list(found.values())

    def _known(self) -> list[tuple[str, str]]:
        if self._few is None:
            known = self._services.read(setup)
            self._few = [
                *(("colleague", one.name) for one in self._services.read(active_users)),
                *(("resource", one.name) for one in known.resources.values()),
                *(("service", one.name) for one in known.services.values()),
                *(("mailbox", one.name or one.address) for one in self._services.read(mailboxes)),
            ]
        return self._few


def _alike(kind: str, text: str, title: str) -> float:
    if kind == "service":
        return max(company_score(text, title), OSA.normalized_similarity(text.lower(), title.lower()))
    return max(person_score(text, title), company_score(text, title) if len(text.split()) > 1 else 0.0)


def _customers(tx: Connection, texts: Sequence[str], *, by: Actor) -> dict[str, list[Named]]:
    found = find_names(tx, texts, kinds=_KINDS, limit=6)
    ids = {one.record_id for ones in found.values() for one in ones}
    seen = refs(tx, ids, by=by)
    companies = _companies(tx, ids, by)
    return {
        text: [
            Named(one.kind, one.title, one.score, seen[one.record_id].number, companies.get(one.record_id, ""))
            for one in ones
            if one.record_id in seen
        ]
        for text, ones in found.items()
    }


def _companies(tx: Connection, ids: set[int], by: Actor) -> dict[int, str]:
    """The account of each contact, as far as `by` may see it."""
    employed = select(Contact.id, Contact.account_id).where(Contact.id.in_(ids))
    found = {row.id: row.account_id for row in tx.execute(employed) if row.account_id is not None}
    accounts = refs(tx, set(found.values()), by=by)
    return {each: accounts[account].title for each, account in found.items() if account in accounts}
