"""A lively sample store for looking at the screens: deterministic, dated relative to NOW."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from store import blobs
from store.actor import Actor, actor_for
from store.engine import Store, open_store
from store.linking.timelines import refresh_timelines
from store.schema.activities import (
    Activity,
    ActivityParty,
    Appointment,
    Attachment,
    Occurrence,
    PhoneCall,
    Task,
)
from store.schema.ledger import Quarantine
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem, Thread
from store.schema.people import Folder, Mailbox, MailboxRight, OwnDomain, User
from store.schema.records import (
    Account,
    AccountDomain,
    Case,
    Contact,
    Counter,
    Employment,
    Lead,
    Opportunity,
    OpportunityLine,
    Product,
    Record,
    RecordAddress,
)
from store.search import Document, add_documents
from store.search_text import indexed
from tests.tui import words

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)  # a Tuesday
ME = "anna.hofer@alpineskihouse.example"

HOSTILE_SUBJECT = "\x1b[31mRED\x1b[0m [bold]not bold[/bold] \u202egnp.exe"


class World:
    """Writes the sample in one transaction; `ids` holds record ids by kind in order of creation."""

    def __init__(self, tx: Connection, seed: int = 7) -> None:
        self.tx = tx
        self.dice = random.Random(seed)
        self.ids: dict[str, list[int]] = {}
        self.domains: list[str] = []
        self.people: list[tuple[int, str, str, int]] = []  # (contact id, name, address, account index)
        self.activities: list[int] = []
        self.calendars: list[int] = []  # folder ids, by mailbox

    def fill(self, mails: int = 300) -> None:
        self._users_and_mailboxes()
        self._accounts(40)
        self._contacts(80)
        self._products()
        self._leads(14)
        self._opportunities(24)
        self._cases(30)
        self._mails(mails)
        self._meetings(40)
        self._calls_tasks_notes()
        self._quarantine()
        refresh_timelines(self.tx, self.activities)
        for kind, made in self.ids.items():
            self._add(Counter, kind=kind, value=len(made))

    # People

    def _users_and_mailboxes(self) -> None:
        for name, email, role in words.USERS:
            self._add(User, email=email, name=name, role=role, created_at=NOW)
        self._add(OwnDomain, domain="alpineskihouse.example")
        for position, row in enumerate(words.MAILBOXES, 1):
            address, state, detail, done, total, success, error = row
            self._add(
                Mailbox,
                address=address,
                provider="exchange",
                owner_id=position if position == 1 else 2,
                state=state,
                state_detail=detail,
                progress_done=done,
                progress_total=total,
                last_success_at=None if success is None else NOW - timedelta(minutes=success),
                last_error=error,
                last_error_at=NOW - timedelta(minutes=12) if error else None,
                created_at=NOW,
            )
            for path, role in (("Inbox", "inbox"), ("Sent Items", "sent")):
                self._add(Folder, mailbox_id=position, remote_id=path, path=path, role=role, holds="email", total=total)
            if position > 1:
                self._add(MailboxRight, mailbox_id=position, user_id=1)
        for position in range(1, len(words.MAILBOXES) + 1):
            calendar = {"remote_id": "Calendar", "path": "Calendar", "role": "calendar", "holds": "appointment"}
            self.calendars.append(self._add(Folder, mailbox_id=position, **calendar))

    # Records

    def _record(self, kind: str, title: str, **more: Any) -> int:
        numbers = self.ids.setdefault(kind, [])
        age = timedelta(days=self.dice.randint(40, 700))
        record_id = self._add(
            Record,
            kind=kind,
            title=title,
            number=f"{words.PREFIX[kind]}-{len(numbers) + 1:05d}",
            owner_id=self.dice.choice([1, 1, 2, 3]),
            created_at=NOW - age,
            modified_at=NOW - age / 2,
            **more,
        )
        numbers.append(record_id)
        add_documents(self.tx, [Document(indexed(title), indexed(kind), record_id=record_id)])
        return record_id

    def _accounts(self, count: int) -> None:
        for title, domain in words.companies(self.dice, count):
            city, country = self.dice.choice(words.CITIES)
            record_id = self._record("account", title)
            self.domains.append(domain)
            self._add(
                Account,
                id=record_id,
                industry=self.dice.choice(words.INDUSTRIES),
                city=city,
                country=country,
                phone=f"+43 512 {self.dice.randint(100000, 999999)}",
                website=f"https://{domain}",
                street=f"{self.dice.choice(words.STREETS)} {self.dice.randint(1, 90)}",
                employees=self.dice.choice([12, 45, 120, 800, None]),
                revenue=self.dice.choice([None, Decimal("1250000"), Decimal("48000000.50")]),
                description="Customer since the opening of the east lift." if record_id % 3 == 0 else "",
            )
            self._add(AccountDomain, account_id=record_id, domain=domain)

    def _contacts(self, count: int) -> None:
        for position in range(count):
            given, family = words.person(self.dice)
            place = position % len(self.domains)
            name = f"{given} {family}"
            email = f"{words.ascii_local(given)}.{words.ascii_local(family)}{position}@{self.domains[place]}"
            record_id = self._record("contact", name)
            self._add(
                Contact,
                id=record_id,
                account_id=self.ids["account"][place],
                given_name=given,
                family_name=family,
                job_title=self.dice.choice(words.JOBS),
                phone=f"+43 660 {self.dice.randint(1000000, 9999999)}",
            )
            self._add(RecordAddress, record_id=record_id, email=email)
            self._add(Employment, contact_id=record_id, account_id=self.ids["account"][place])
            self.people.append((record_id, name, email, place))

    def _products(self) -> None:
        for title, code, price in words.PRODUCTS:
            record_id = self._record("product", title)
            self._add(Product, id=record_id, code=code, price=Decimal(price), currency="EUR")

    def _leads(self, count: int) -> None:
        for position in range(count):
            given, family = words.person(self.dice)
            record_id = self._record("lead", f"{given} {family}")
            self._add(
                Lead,
                id=record_id,
                company=self.dice.choice(words.INDUSTRIES) + " Partners",
                topic=self.dice.choice(words.TOPICS),
                status=("new", "contacted", "qualified", "disqualified")[position % 4],
                source="Fair",
            )
            self._add(RecordAddress, record_id=record_id, email=f"lead{position}@gmail.example")

    def _opportunities(self, count: int) -> None:
        for position in range(count):
            place = position % len(self.ids["account"])
            stage = words.STAGES[position % len(words.STAGES)]
            status = stage if stage in ("won", "lost") else "open"
            record_id = self._record("opportunity", f"{self.dice.choice(words.TOPICS)} {2026 + position % 2}")
            self._add(
                Opportunity,
                id=record_id,
                account_id=self.ids["account"][place],
                contact_id=self.people[place][0],
                stage=stage,
                status=status,
                amount=Decimal(self.dice.randint(20, 4000)) * 100,
                currency=self.dice.choice(["EUR", "EUR", "CHF"]),
                close_date=(NOW + timedelta(days=self.dice.randint(-20, 120))).date(),
                probability=self.dice.choice([20, 40, 60, 80]),
                next_step="" if position % 4 == 0 else self.dice.choice(words.STEPS),
                next_step_date=None if position % 4 == 0 else (NOW + timedelta(days=position - 4)).date(),
            )
            self._add(
                OpportunityLine,
                opportunity_id=record_id,
                product_id=self.ids["product"][position % len(words.PRODUCTS)],
                quantity=Decimal(2),
                unit_price=Decimal("1250.50"),
            )

    def _cases(self, count: int) -> None:
        for position in range(count):
            place = position % len(self.ids["account"])
            record_id = self._record("case", self.dice.choice(words.PROBLEMS))
            self._add(
                Case,
                id=record_id,
                account_id=self.ids["account"][place],
                contact_id=self.people[place][0],
                product_id=self.ids["product"][position % len(words.PRODUCTS)],
                serial=f"SN-{self.dice.randint(10000, 99999)}",
                status=words.CASE_STATUSES[position % len(words.CASE_STATUSES)],
                priority=("low", "normal", "normal", "high", "urgent")[position % 5],
                origin="email",
            )

    # Activities

    def _activity(self, kind: str, subject: str, at: datetime, *, body: str = "", **more: Any) -> int:
        stored = blobs.put(self.tx, [blobs.content(body.encode())]) if body else {}
        activity_id = self._add(
            Activity,
            kind=kind,
            subject=subject,
            occurred_at=at,
            created_at=at,
            text_blob_id=next(iter(stored.values()), None),
            preview=more.pop("preview", " ".join(body.split())[:160]),
            **more,
        )
        self.activities.append(activity_id)
        document = Document(indexed(subject), indexed(body), occurred_at=at, activity_id=activity_id)
        add_documents(self.tx, [document])
        return activity_id

    def _mails(self, count: int) -> None:
        thread_id = 0
        for position in range(count):
            at = NOW - timedelta(minutes=7 + position * position * 1.3 + position * 19)
            person = self.dice.choice(self.people)
            direction = "out" if self.dice.random() < 0.3 else "in"
            if position % 3 == 0 or not thread_id:
                thread_id = self._add(Thread)
            self._mail(position, at, person, direction, thread_id)

    def _mail(self, position: int, at: datetime, person: tuple[int, str, str, int], way: str, thread_id: int) -> None:
        contact_id, name, email, place = person
        subject = HOSTILE_SUBJECT if position == 4 else self.dice.choice(words.SUBJECTS)
        body, new_size = words.mail_body(self.dice, name)
        noise = {11: "bulk", 17: "auto_reply", 23: "list", 29: "bounce"}.get(position % 37, "")
        files = position % 6 == 0
        mail_id = self._activity(
            "email", subject, at, body=body, who=name, direction=way, attachments=2 if files else 0
        )
        self._add(
            Email,
            id=mail_id,
            identity=position.to_bytes(8, "big"),
            message_id=f"m{position}@example",
            thread_id=thread_id,
            sent_at=at,
            noise=noise,
            new_text_size=new_size,
            text_digest=b"",
            fingerprint_version=1,
            parser_version=1,
        )
        mine = ("Anna Hofer", ME)
        sender, recipient = ((name, email), mine) if way == "in" else (mine, (name, email))
        for role, (who, address) in (("from", sender), ("to", recipient)):
            self._add(
                ActivityParty,
                activity_id=mail_id,
                role=role,
                position=0,
                email=address,
                domain=address.partition("@")[2],
                name=who,
            )
        mailbox = 1 if position % 5 else 2
        self._add(
            MailboxItem,
            mailbox_id=mailbox,
            folder_id=mailbox * 2 - (1 if way == "in" else 0),
            remote_id=f"r{position}",
            holds="email",
            activity_id=mail_id,
            occurred_at=at,
            is_read=way == "out" or (position > 9 and position % 11 != 0),
            flagged=position % 13 == 0,
        )
        if files:
            self._files(mail_id)
        if not noise and position % 9:
            self._link(mail_id, contact_id, place, position, at)

    def _files(self, mail_id: int) -> None:
        for position, (filename, media_type, data) in enumerate(words.FILES):
            blob = blobs.put(self.tx, [blobs.content(data)])
            self._add(
                Attachment,
                activity_id=mail_id,
                position=position,
                filename=filename,
                media_type=media_type,
                size=len(data),
                blob_id=next(iter(blob.values())),
            )

    def _link(self, activity_id: int, contact_id: int, place: int, position: int, at: datetime) -> None:
        target, rule = contact_id, "address"
        if position % 4 == 0 and place < len(self.ids["case"]):
            target, rule = self.ids["case"][place], "number"
        if position % 7 == 0:
            target, rule = self.ids["account"][place], "domain"
        score, quote, source = words.EVIDENCE[rule]
        self._add(
            Link,
            activity_id=activity_id,
            record_id=target,
            state="suggested" if rule == "domain" else "linked",
            is_primary=True,
            score=score,
            rule=rule,
            evidence=[{"rule": rule, "quote": quote, "source": source}],
            engine_version=1,
            decided_by="rule",
            decided_at=at,
        )

    def _meetings(self, count: int) -> None:
        for position in range(count):
            start = (NOW + timedelta(days=position - 6)).replace(hour=8 + position % 8, minute=30 * (position % 2))
            title = self.dice.choice(words.MEETINGS)
            person = self.people[position]
            end = start + timedelta(minutes=30 * (1 + position % 3))
            activity_id = self._activity(
                "appointment", title, start, body="Agenda follows.", who=person[1], ends_at=end, owner_id=1
            )
            location = self.dice.choice(words.PLACES)
            self._add(
                Appointment,
                id=activity_id,
                identity=f"a{position}",
                ical_uid=f"a{position}",
                start_wall=start.isoformat(),
                end_wall=end.isoformat(),
                location=location,
            )
            self._add(
                Occurrence,
                activity_id=activity_id,
                original_start=start.isoformat(),
                starts_at=start,
                ends_at=end,
                title=title,
                location=location,
            )
            self._add(
                MailboxItem,
                mailbox_id=position % 3 + 1,
                folder_id=self.calendars[position % 3],
                remote_id=f"a{position}",
                holds="appointment",
                activity_id=activity_id,
                occurred_at=start,
                response=("organizer", "accepted", "none")[position % 3],
            )
            self._link(activity_id, person[0], person[3], 1, start)

    def _calls_tasks_notes(self) -> None:
        for position in range(24):
            person = self.people[position]
            at = NOW - timedelta(days=position, hours=3)
            kind = ("phone_call", "note", "task")[position % 3]
            subject = self.dice.choice(words.STEPS if kind == "task" else words.TOPICS)
            activity_id = self._activity(kind, subject, at, body=words.NOTE, who=person[1], owner_id=1)
            if kind == "phone_call":
                self._add(PhoneCall, id=activity_id, number="+43 660 1", minutes=12)
            if kind == "task":
                due = (NOW + timedelta(days=position - 9)).date()
                self._add(Task, id=activity_id, due_on=due, completed_at=at if position % 12 == 2 else None)
            self._link(activity_id, person[0], person[3], 1, at)

    def _quarantine(self) -> None:
        for position, (source, reason) in enumerate(words.QUARANTINED):
            self._add(
                Quarantine,
                source=source,
                holds="email",
                mailbox_id=1,
                reason=reason,
                attempts=1 + position,
                first_at=NOW - timedelta(days=3),
                last_at=NOW - timedelta(hours=2 + position),
            )

    def _add(self, table: Any, **values: Any) -> int:
        key = self.tx.execute(insert(table).values(**values)).inserted_primary_key
        return int(key[0]) if key and isinstance(key[0], int) else 0


def fill(path: Path, *, mails: int = 300) -> Store:
    """A store at `path` with the sample in it."""
    store = open_store(str(path))
    with store.write() as tx:
        World(tx).fill(mails)
    return store


def add_accounts(store: Store, count: int) -> None:
    """Many plain accounts, for paging."""
    with store.write() as tx:
        rows = [
            {
                "kind": "account",
                "title": f"Firm {n:05d}",
                "number": f"ACC-9{n:05d}",
                "created_at": NOW,
                "modified_at": NOW,
            }
            for n in range(count)
        ]
        ids = [tx.execute(insert(Record).values(**row).returning(Record.id)).scalar_one() for row in rows]
        tx.execute(insert(Account), [{"id": record_id} for record_id in ids])


def me(store: Store) -> Actor:
    with store.read() as tx:
        return actor_for(tx, ME)
