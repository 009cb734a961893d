"""The facts that linking decides on, gathered for many activities at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from store.linking.facts import ActivityFacts, Colleague, KnownRecord, Party, Said
from store.linking.links import links_of
from store.queries.linking.colleagues import colleagues_of
from store.queries.linking.filing import files_under_company
from store.queries.linking.history import Histories
from store.queries.linking.lessons import Lessons, Pattern
from store.queries.linking.mailboxes import with_mailboxes
from store.queries.linking.mails import EarlierMails, Own, activity_rows, ancestor_lines, answered, parties_of
from store.queries.linking.quoting import LineOf, quotations, quoted_marks
from store.queries.linking.records import employers_at, known_records, records_of
from store.queries.linking.refusals import with_refusals
from store.queries.linking.said import locations_of, said_by
from store.queries.linking.work import AllWork, Customers


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a batch, oldest first, without `history`: it depends on what is decided within the batch, so
    `histories` is asked for each in turn."""

    facts: tuple[ActivityFacts, ...]
    histories: Histories


def no_line(_text: str, _marks: frozenset[int]) -> str:
    """For who does not care which line was quoted."""
    return ""


def gather(
    tx: Connection, activity_ids: Sequence[int], *, line_of: LineOf = no_line, taught: Sequence[Pattern] = ()
) -> Gathered:
    """Facts for each activity, oldest first, so that an answer is decided after what it answers.

    `line_of` finds the line of a text in which marks begin. `taught` is taken for learned besides what was.
    """
    activities = activity_rows(tx, activity_ids)
    own = Own(tx)
    parties = parties_of(tx, activity_ids, own)
    lines = ancestor_lines(tx, activity_ids)
    batch = _Batch(tx, activities, parties, taught)
    picked = answered(tx, activities, lines)
    marks = quoted_marks(tx, [row for row in activities if not row.private])
    known = {key for found in picked.values() for key in found} | {key for found in marks.values() for key in found}
    earlier = EarlierMails(tx, known, own)
    quoted = quotations(tx, marks, earlier, line_of)
    facts = [
        batch.facts(row, ancestors=earlier.answered(picked[row.id]), quoted=quoted.get(row.id, ()))
        for row in activities
    ]
    facts = with_refusals(tx, with_mailboxes(tx, facts, activities, lines), activities)
    return Gathered(tuple(facts), Histories(tx, activities, parties))


def is_read(row: Row[Any]) -> bool:
    """Whether more than who takes part and what it answers is looked at: not of private mail."""
    return not row.private


@dataclass(frozen=True, slots=True)
class _Around:
    """The records at hand for one activity."""

    people: dict[str, tuple[KnownRecord, ...]]
    former: dict[str, tuple[KnownRecord, ...]]
    accounts: dict[str, tuple[KnownRecord, ...]]
    employers: dict[int, KnownRecord]

    @property
    def customers(self) -> Customers:
        groups = (*self.people.values(), *self.former.values(), *self.accounts.values(), self.employers.values())
        return Customers.of(record for group in groups for record in group)


class _Batch:
    """What is looked up once for all activities of a batch."""

    def __init__(
        self,
        tx: Connection,
        activities: Sequence[Row[Any]],
        parties: dict[int, tuple[Party, ...]],
        taught: Sequence[Pattern],
    ) -> None:
        read = [row for row in activities if is_read(row)]
        self._parties = parties
        self._company_first = files_under_company(tx)
        self._known = known_records(tx, activities, parties)
        self._decisions = _Decisions(tx, activities)
        self._said = said_by(tx, [row.id for row in read])
        self._locations = locations_of(tx, [row.id for row in read if row.kind == "appointment"])
        self._lessons = Lessons(tx, taught)
        self._around = {row.id: self._records(row) for row in activities}
        customers = {row.id: self._around[row.id].customers for row in read}
        self._customers = customers
        self._work = AllWork(tx, customers.values(), [row.occurred_at for row in read])
        self._colleagues = colleagues_of(tx, {key for row in read for key in self._hosts(row)})

    def facts(self, row: Row[Any], **earlier: Any) -> ActivityFacts:
        parties, around = self._parties.get(row.id, ()), self._around[row.id]
        said = self._said.get(row.id, Said())
        customers = self._customers.get(row.id)
        return ActivityFacts(
            activity_id=row.id,
            kind=row.kind,
            occurred_at=row.occurred_at,
            direction=row.direction,
            noise=row.noise or "",
            private=row.private,
            subject=row.subject,
            mentions=tuple(row.mentions),
            parties=parties,
            people=around.people,
            accounts=around.accounts,
            employers=around.employers,
            former=around.former,
            numbered={name: self._known.numbered[name] for name in row.mentions if name in self._known.numbered},
            decided=self._decisions.linked(row.id),
            refused=self._decisions.rejected(row.id),
            said=said,
            location=self._locations.get(row.id, ""),
            work=() if customers is None else self._work.of(customers, row.occurred_at),
            colleagues=self._hosted(row),
            lessons=self._lessons.fitting(row, parties, said) if is_read(row) else (),
            company_first=self._company_first,
            **earlier,
        )

    def _records(self, row: Row[Any]) -> _Around:
        outside = [party for party in self._parties.get(row.id, ()) if not party.own]
        emails, domains = {party.email for party in outside}, {party.domain for party in outside}
        known = self._known
        people = {email: known.people[email] for email in emails if email in known.people}
        former = {email: known.former[email] for email in emails if email in known.former}
        everybody = [record for found in (*people.values(), *former.values()) for record in found]
        accounts = {name: known.accounts[name] for name in domains if name in known.accounts}
        return _Around(people, former, accounts, employers_at(everybody, known, row.occurred_at))

    def _hosts(self, row: Row[Any]) -> set[int]:
        """The accounts of which somebody unknown takes part."""
        around = self._around[row.id]
        strangers = (
            party for party in self._parties.get(row.id, ()) if not party.own and party.email not in around.people
        )
        return {account.record_id for party in strangers for account in around.accounts.get(party.domain, ())}

    def _hosted(self, row: Row[Any]) -> dict[int, tuple[Colleague, ...]]:
        if not is_read(row):
            return {}
        return {key: self._colleagues[key] for key in self._hosts(row) if key in self._colleagues}


class _Decisions:
    """What people decided of these activities: links and rejections."""

    def __init__(self, tx: Connection, activities: Sequence[Row[Any]]) -> None:
        links = links_of(tx, [row.id for row in activities])
        self._links = {
            activity_id: sorted(
                (link for link in found if link.decided_by == "user"), key=lambda link: not link.is_primary
            )
            for activity_id, found in links.items()
        }
        self._records = records_of(tx, {link.record_id for found in self._links.values() for link in found})

    def linked(self, activity_id: int) -> tuple[KnownRecord, ...]:
        links = (link for link in self._links.get(activity_id, ()) if link.state == "linked")
        return tuple(self._records[link.record_id] for link in links if link.record_id in self._records)

    def rejected(self, activity_id: int) -> frozenset[int]:
        return frozenset(link.record_id for link in self._links.get(activity_id, ()) if link.state == "rejected")
