"""Carrying out a planned import: chunk by chunk, one operation, repeatable, undone in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from assistant.tables.known import Known
from assistant.tables.names import name_key
from assistant.tables.plan import BadRow, ImportPlan, key_header, prepared_rows
from assistant.tables.rows import Prepared
from store.actor import Actor
from store.chunks import chunked
from store.engine import Store
from store.errors import Invalid, StoreError
from store.history.ledger import Change, add_changes, begin_operation, describe_operation
from store.records.checks import own_among
from store.records.fields import LABELS, fields_of
from store.records.lists import encode
from store.records.state import State, read_states
from store.records.values import Line, read_values
from store.records.writing import change_record, insert_records
from store.users import add_users

_CHUNK = 200  # rows per transaction
_LABELS = {**LABELS, "user": ("user", "users")}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `operation_uid` undoes all of it, None when there was nothing to do.

    `created_accounts` were named by rows and not yet there. `notices` are sentences about what could not be matched.
    """

    kind: str
    new: int
    known: int
    updated: int
    repeated: int
    created_accounts: int
    bad: tuple[BadRow, ...]
    notices: tuple[str, ...]
    operation_uid: str | None
    seconds: float


def run_import(
    plan: ImportPlan,
    *,
    store: Store,
    by: Actor,
    now: datetime,
    update: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportResult:
    """Import the rows of a plan; what is known by now is left alone, or with `update` gets what the file says.

    `progress` is told rows done and rows in all. Raises StoreError when the store as a whole fails; what was
    committed by then stays, and importing again goes on from there.
    """
    begun = monotonic()
    task = _Import(plan, store, by, now, update)
    good, bad = prepared_rows(plan.table, plan.guess)
    task.bad += bad
    done = len(bad)
    for portion in chunked(good, _CHUNK):
        task.write(portion)
        done += len(portion)
        progress(done, plan.rows)
    task.finish(good)
    return task.result(monotonic() - begun)


@dataclass(slots=True)
class _Import:
    plan: ImportPlan
    store: Store
    by: Actor
    now: datetime
    update: bool
    known: Known = field(init=False)
    bad: list[BadRow] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)
    operation: tuple[int, str] | None = None
    rows_of: dict[str, int] = field(default_factory=dict)  # uid of what this import made -> row
    new: int = 0
    matched: int = 0
    updated: int = 0
    repeated: int = 0
    created_accounts: int = 0

    def __post_init__(self) -> None:
        with self.store.read() as tx:
            self.known = Known.load(tx, self.plan.kind, key_header(self.plan.guess), by=self.by)

    def write(self, rows: Sequence[Prepared]) -> None:
        """One transaction: sort out what is known, make what is new."""
        with self.store.write() as tx:
            self._write_rows(tx, self._fresh(tx, rows))

    def finish(self, rows: Sequence[Prepared]) -> None:
        """What needs all rows to be there: records of the same kind that rows name. Then the operation gets its
        summary."""
        named = [row for row in rows if any(row.names.get(name) or row.numbers.get(name) for name in self._own_kind)]
        if named and self.new:
            for portion in chunked(named, _CHUNK):
                with self.store.write() as tx:
                    self._set_own_kind(tx, portion)
        if self.operation is not None:
            with self.store.write() as tx:
                describe_operation(tx, self.operation[0], self._summary())

    def result(self, seconds: float) -> ImportResult:
        return ImportResult(
            kind=self.plan.kind,
            new=self.new,
            known=self.matched,
            updated=self.updated,
            repeated=self.repeated,
            created_accounts=self.created_accounts,
            bad=tuple(sorted(self.bad, key=lambda bad: bad.row)),
            notices=tuple(self.notices),
            operation_uid=self.operation[1] if self.operation else None,
            seconds=seconds,
        )

    def _fresh(self, tx: Connection, rows: Sequence[Prepared]) -> list[Prepared]:
        """The rows that are neither known nor repeated within the chunk."""
        fresh: list[Prepared] = []
        staged: set[str] = set()
        for row in rows:
            identities = self.known.identities(row)
            uid = self.known.match(row)
            if uid in self.rows_of or (uid is None and not staged.isdisjoint(identities)):
                self.repeated += 1
            elif uid is not None:
                self.matched += 1
                if self.update and row.user is None:
                    self._refresh(tx, uid, row)
            else:
                fresh.append(row)
                staged |= set(identities)
        return fresh

    def _write_rows(self, tx: Connection, rows: Sequence[Prepared]) -> None:
        if self.plan.kind == "user":
            self._add_users(tx, rows)
            return
        own = own_among(tx, {email for row in rows for email in row.state.get("emails") or ()})
        good = [row for row in rows if not self._is_own(row, own)]
        self._create_accounts(tx, good, "account")
        states = [self._state(row) for row in good]
        self._insert(tx, good, states)

    def _insert(self, tx: Connection, rows: Sequence[Prepared], states: Sequence[State]) -> None:
        """All at once; when the store refuses, row by row, so that one bad row costs only itself."""
        if not rows:
            return
        numbers = [row.own_number or None for row in rows]
        opened = [row.opened_at for row in rows]
        try:
            with tx.begin_nested():
                inserted, changes = insert_records(
                    tx, self.plan.kind, states, numbers=numbers, opened=opened, by=self.by, now=self.now
                )
        except Invalid as error:
            if len(rows) == 1:
                self.bad.append(BadRow(rows[0].number, error.sentence))
                return
            half = len(rows) // 2
            self._insert(tx, rows[:half], states[:half])
            self._insert(tx, rows[half:], states[half:])
            return
        for row, one in zip(rows, inserted, strict=True):
            self.known.add(one.uid, one.number, row)
            self.rows_of[one.uid] = row.number
        self.new += len(inserted)
        self._record(tx, changes)

    def _state(self, row: Prepared) -> State:
        """The row's state with the records it names by uid."""
        state: State = {**row.state}
        extra = dict(state.get("extra") or {})
        if row.names.get("account"):
            state["account"] = self.known.named(row, "account")
        if contact := row.names.get("contact"):
            self._refer(state, extra, "contact", contact, self.known.named(row, "contact"))
        if owner := row.names.get("owner"):
            self._refer(state, extra, "owner", owner, self.known.user(owner))
        if queue := row.names.get("queue"):
            self._refer(state, extra, "queue", queue, self.known.queue(queue))
        if product := row.names.get("product"):
            uid = self.known.named(row, "product")
            if self.plan.kind == "opportunity":
                self._add_line(state, row, uid, product)
            else:
                self._refer(state, extra, "product", product, uid)
        if extra:
            state["extra"] = extra
        return state

    def _refer(self, state: State, extra: dict[str, Any], name: str, given: str, uid: str | None) -> None:
        """A name that nothing has is kept as a custom value, and said once."""
        state[name] = uid
        if uid is None:
            extra[f"{name}_as_imported"] = given
            label = "user" if name == "owner" else name
            self.notices.setdefault(f"There is no {label} {given}; the name is kept with the {_one(self.plan.kind)}.")

    def _add_line(self, state: State, row: Prepared, uid: str | None, product: str) -> None:
        """The product of a deal becomes a line; its price is the deal's amount, or else the product's own."""
        if uid is None:
            self.notices.setdefault(f"There is no product {product}; the line of the deal keeps its name.")
        amount = state.get("amount")
        price = None if amount is None else str(encode(Decimal(amount) / Decimal(row.quantity)))
        line = Line(uid, row.quantity, price, "" if uid else product)
        state["lines"] = read_values("opportunity", {"lines": [line]})["lines"]
        if amount is None:
            state["amount"] = ""  # the file names none: the list price is no estimate

    def _create_accounts(self, tx: Connection, rows: Iterable[Prepared], field_name: str) -> None:
        """Accounts that rows name as their `account` or `parent` and that are not there."""
        missing: dict[str, str] = {}
        for row in rows:
            name = row.names.get(field_name)
            if name and self.known.named(row, field_name) is None:
                missing.setdefault(name_key(name), name)
        states = [read_values("account", {"title": name}) for name in missing.values()]
        inserted, changes = insert_records(tx, "account", states, by=self.by, now=self.now)
        for name, one in zip(missing.values(), inserted, strict=True):
            self.known.add_account(one.uid, one.number, name)
        self.created_accounts += len(inserted)
        self._record(tx, changes)

    def _add_users(self, tx: Connection, rows: Sequence[Prepared]) -> None:
        for row in rows:
            try:
                changes = add_users(tx, [row.user] if row.user else [], by=self.by, now=self.now)
            except StoreError as error:
                self.bad.append(BadRow(row.number, error.sentence))
                continue
            self.known.add(changes[0].uid, row.title, row)
            self.rows_of[changes[0].uid] = row.number
            self.new += 1
            self._record(tx, changes)

    def _refresh(self, tx: Connection, uid: str, row: Prepared) -> None:
        """Put what the file says over a known record; fields the file leaves blank stay."""
        stored = read_states(tx, [uid])[uid]
        self._create_accounts(tx, [row], "account")
        state = self._state(row)
        state.pop("lines", None)
        if state.get("amount") == "":
            del state["amount"]
        state = {name: value for name, value in state.items() if value is not None and name in fields_of(stored.kind)}
        if extra := row.state.get("extra"):
            state["extra"] = extra
        try:
            with tx.begin_nested():
                change = change_record(tx, stored, state, by=self.by, now=self.now)
        except Invalid as error:
            self.bad.append(BadRow(row.number, error.sentence))
            return
        if change is not None:
            self.updated += 1
            self._record(tx, [change])

    @property
    def _own_kind(self) -> tuple[str, ...]:
        """The fields by which rows name records of their own kind, maybe later rows."""
        return {"account": ("parent",), "case": ("parent", "follows")}.get(self.plan.kind, ())

    def _set_own_kind(self, tx: Connection, rows: Sequence[Prepared]) -> None:
        mine = [(row, uid) for row in rows if (uid := self.known.match(row)) in self.rows_of and uid]
        if self.plan.kind == "account":
            self._create_accounts(tx, [row for row, _ in mine], "parent")
        for row, uid in mine:
            named = {name: found for name in self._own_kind if (found := self.known.named(row, name))}
            try:
                with tx.begin_nested():
                    change = change_record(tx, read_states(tx, [uid])[uid], named, by=self.by, now=self.now)
            except Invalid as error:
                self.notices.setdefault(f"Row {row.number}: {error.sentence}")
                continue
            if change is not None:
                self._record(tx, [change])

    def _is_own(self, row: Prepared, own: set[str]) -> bool:
        shared = own.intersection(row.state.get("emails") or ())
        if shared:
            self.bad.append(BadRow(row.number, f"{min(shared)} is an address of our own company."))
        return bool(shared)

    def _record(self, tx: Connection, changes: Sequence[Change]) -> None:
        if not changes:
            return
        if self.operation is None:
            summary = f"Importing {_LABELS[self.plan.kind][1]} from {self.plan.path.name}"
            self.operation = begin_operation(tx, "import_table", summary, by=self.by, now=self.now)
        add_changes(tx, self.operation[0], changes)

    def _summary(self) -> str:
        parts = [f"{self.new:,} {_LABELS[self.plan.kind][self.new != 1]}"]
        if self.updated:
            parts.append(f"{self.updated:,} updated")
        return f"Imported {', '.join(parts)} from {self.plan.path.name}"


def _one(kind: str) -> str:
    return _LABELS[kind][0]
