"""What the store knows already, as far as recognising rows and the names in them needs; kept current by the import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from assistant.tables.names import meant, name_key, plain_key
from assistant.tables.rows import Prepared, identities, squeezed_name
from store.actor import Actor
from store.domains import parse_email
from store.duplicates.merged import Merged, all_merged
from store.errors import Invalid
from store.queries.tables import KnownRow, known_rows, queues_by_uid, users_by_uid


@dataclass(slots=True)
class Names:
    """Records of one kind by the names that files call them; the oldest wins where two share one."""

    uids: dict[str, str] = field(default_factory=dict)

    def add(self, uid: str, *names: str) -> None:
        for name in names:
            if name:
                self.uids.setdefault(name, uid)


@dataclass(slots=True)
class Known:
    """`same` leads from an identity (see rows.identities) to the uid that has it; the others resolve names."""

    kind: str
    same: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # plain key -> number and name, for likeness
    account_keys: dict[str, str] = field(default_factory=dict)  # uid of an account -> its name key
    accounts: Names = field(default_factory=Names)
    contacts: Names = field(default_factory=Names)
    products: Names = field(default_factory=Names)
    cases: Names = field(default_factory=Names)
    users: Names = field(default_factory=Names)
    queues: Names = field(default_factory=Names)
    numbers: dict[str, str] = field(default_factory=dict)  # uid -> number

    @classmethod
    def load(cls, tx: Connection, kind: str, key_column: str, *, by: Actor) -> Known:
        """Read what rows of `kind` are compared with; `key_column` is the header of the other program's id."""
        known = cls(kind)
        for uid, (name, email, _) in users_by_uid(tx).items():
            known.users.add(uid, email, plain_key(name))
            if kind == "user":
                known._remember(uid, [f"email:{email}"] if email else [], [f"name:{plain_key(name)}"])
                known.numbers[uid] = name
        for uid, name in queues_by_uid(tx, kind).items():
            known.queues.add(uid, plain_key(name))
        needed = {
            "user": (),
            "account": ("account",),
            "product": ("product",),
            "contact": ("account", "contact"),
            "lead": ("lead",),
        }.get(kind, ("account", "contact", "product", kind))
        account_keys: dict[int, str] = {}
        for one in needed:
            for row in known_rows(tx, one, by=by):
                if one == "account":
                    account_keys[row.record_id] = name_key(row.title)
                account = account_keys.get(row.account_id or 0, "")
                known._name(one, row, account)
                if one == kind:
                    known._recognise(row, squeezed_name(key_column) if key_column else "", account)
            for merged in all_merged(tx, one, by=by):
                known._lead(one, merged)
        return known

    def named(self, prepared: Prepared, name: str) -> str | None:
        """The record that a row means by one of its REFERENCES, by number or else by name."""
        held = {"account": self.accounts, "parent": self.accounts, "contact": self.contacts, "product": self.products}
        if self.kind == "case":
            held |= {"parent": self.cases, "follows": self.cases}
        uid = held[name].uids.get(prepared.numbers.get(name, ""))
        given = prepared.names.get(name, "")
        if uid is not None or not given:
            return uid
        if name == "contact":
            return self.contact(given, self.account_key(prepared))
        if held[name] is self.cases:
            return self.cases.uids.get(given.upper()) or self.cases.uids.get(plain_key(given))
        return self.product(given) if name == "product" else self.account(given)

    def account(self, name: str) -> str | None:
        return self.accounts.uids.get(name) or self.accounts.uids.get(name_key(name))

    def contact(self, name: str, account: str) -> str | None:
        """A contact by number, address, or name within the account with that name key (or known without any)."""
        try:
            return self.contacts.uids.get(parse_email(name))
        except Invalid:
            keys = (name, f"{plain_key(name)}@{account}", f"{plain_key(name)}@")
            return next((uid for key in keys if (uid := self.contacts.uids.get(key))), None)

    def product(self, name: str) -> str | None:
        return self.products.uids.get(name) or meant(plain_key(name), self.products.uids)

    def user(self, name: str) -> str | None:
        return self.users.uids.get(name.lower()) or meant(plain_key(name), self.users.uids)

    def queue(self, name: str) -> str | None:
        return meant(plain_key(name), self.queues.uids)

    def account_key(self, prepared: Prepared) -> str:
        """The name key of the account that a row belongs to, whether or not there is such an account yet."""
        uid = self.named(prepared, "account")
        return self.account_keys[uid] if uid else name_key(prepared.names.get("account", ""))

    def identities(self, prepared: Prepared) -> tuple[str, ...]:
        return identities(self.kind, prepared, self.account_key(prepared))

    def match(self, prepared: Prepared) -> str | None:
        """The uid of the record or user that the row is, if it is known."""
        return next((uid for one in self.identities(prepared) if (uid := self.same.get(one))), None)

    def add(self, uid: str, number: str, prepared: Prepared) -> None:
        """A row that has just become a record."""
        self._remember(uid, self.identities(prepared))
        self.numbers[uid] = number
        if self.kind == "account":
            self.add_account(uid, number, prepared.title)
        elif self.kind == "case":
            self.cases.add(uid, number, plain_key(prepared.title))

    def add_account(self, uid: str, number: str, title: str) -> None:
        """An account that has just been created, maybe only because a row named it."""
        self.accounts.add(uid, number, name_key(title))
        self.account_keys[uid] = name_key(title)
        self.numbers[uid] = number
        if self.kind == "account":
            self._remember(uid, [f"name:{name_key(title)}", f"number:{number}"])

    def _remember(self, uid: str, *identities_of_one: Iterable[str]) -> None:
        for listed in identities_of_one:
            for identity in listed:
                self.same.setdefault(identity, uid)

    def _name(self, kind: str, row: KnownRow, account: str) -> None:
        self.numbers[row.uid] = row.number
        match kind:
            case "account":
                self.accounts.add(row.uid, row.number, name_key(row.title))
                self.account_keys[row.uid] = name_key(row.title)
            case "product":
                self.products.add(row.uid, row.number, plain_key(row.title), plain_key(row.code))
            case "case":
                self.cases.add(row.uid, row.number, plain_key(row.title))
            case "contact":
                self.contacts.add(row.uid, row.number, f"{plain_key(row.title)}@{account}", *row.emails)

    def _lead(self, kind: str, merged: Merged) -> None:
        """What a merged record was called means the one that it was merged into."""
        same = [f"number:{merged.number.upper()}"]
        if kind == "account":
            self.accounts.add(merged.into_uid, merged.number, name_key(merged.title))
            same.append(f"name:{name_key(merged.title)}")
        elif kind == "contact":
            self.contacts.add(merged.into_uid, merged.number)
        if kind == self.kind:
            self._remember(merged.into_uid, same)

    def _recognise(self, row: KnownRow, key_name: str, account: str) -> None:
        """The identities that a row of the file for this record could have."""
        key = str(row.extra.get(key_name, "")) if key_name else ""
        state = {"title": row.title, "code": row.code, "emails": list(row.emails), "company": row.company}
        whole = Prepared(0, state, key=key, own_number=row.number)
        bare = Prepared(0, {**state, "emails": []})
        self._remember(row.uid, identities(self.kind, whole, account), identities(self.kind, bare, account))
        self.titles.setdefault(plain_key(row.title), f"{row.number} {row.title}")
