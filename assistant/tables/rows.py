"""From the cells of one row to checked values, with what the row says about other records still by name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from assistant.tables.guessing import CUSTOM, IGNORED, Guess
from assistant.tables.headers import (
    CLOSED,
    KEY,
    NUMBER,
    OPENED,
    PRIORITY_WORDS,
    REFERENCES,
    STAGE_WORDS,
    STATUS_WORDS,
    number_field,
    squeezed,
    word_table,
)
from assistant.tables.moments import parse_moment
from assistant.tables.names import name_key, plain_key
from assistant.tables.reading import Row
from store.errors import Invalid
from store.records.amounts import parse_money
from store.records.fields import CASE_CLOSED, FIELDS, FieldType
from store.records.state import State
from store.records.values import read_values
from store.users import NewUser, checked_user

#: Values that say "nothing here" in the exports of other programs.
_NOTHING = frozenset({"-", "--", "n/a", "na", "null", "none", "(none)", "(blank)", "[none]", "nan"})
_NAMES_OTHERS = ("account", "contact", "parent", "follows", "owner", "queue", "product")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row ready to be compared and written.

    `names` are the other records and the owner as the file calls them, `numbers` the numbers it gives for them; `key`
    is the other program's id of the row; `opened_at` when a case was opened, None where the file does not say.
    """

    number: int
    state: State
    names: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    own_number: str = ""
    quantity: str = "1"
    user: NewUser | None = None
    opened_at: datetime | None = None

    @property
    def title(self) -> str:
        return self.user.name if self.user else str(self.state.get("title") or "")


def prepare(row: Row, guess: Guess) -> Prepared:
    """The checked values of a row. Raises Invalid with the sentence that says what is wrong with it."""
    cells = _cells(row, guess)
    if guess.kind == "user":
        return _prepared_user(row, cells)
    extra: dict[str, Any] = cells.pop(CUSTOM)
    key, own_number, quantity = cells.pop(KEY, ""), cells.pop(NUMBER, ""), cells.pop("quantity", "") or "1"
    if key:
        extra[_key_name(guess)] = key
    names = {name: cells.pop(name) for name in _NAMES_OTHERS if name in cells}
    numbers = {name: cells.pop(number_field(name)) for name in REFERENCES if number_field(name) in cells}
    _translate(guess.kind, cells, extra)
    if guess.kind == "opportunity":
        cells.setdefault("title", _deal_title(names, key))
    opened_at = _moment(OPENED, cells, extra, guess)
    closed_at = _moment(CLOSED, cells, extra, guess)
    state = read_values(guess.kind, cells, guess.notation)
    if closed_at is not None and state.get("status") in CASE_CLOSED:
        state["resolved_at"] = max(closed_at, opened_at or closed_at).isoformat()
    if extra:
        state["extra"] = {squeezed_name(name): value for name, value in extra.items()}
    if guess.kind in ("account", "product", "case", "opportunity") and not state.get("title"):
        raise Invalid("It has no name.")
    if guess.kind in ("contact", "lead") and not any(
        state.get(name) for name in ("title", "given_name", "family_name", "emails")
    ):
        raise Invalid("It has neither a name nor an address.")
    if guess.kind == "lead" and not state.get("title"):
        state["title"] = state["emails"][0] if state.get("emails") else ""
    return Prepared(row.number, state, names, numbers, key, own_number, quantity, opened_at=opened_at)


def identities(kind: str, prepared: Prepared, account: str = "") -> tuple[str, ...]:
    """What makes two rows, or a row and a record, the same thing; sharing one of them is enough.

    `account` is the name key of the account it belongs to. People, deals and cases share names by nature, so one that
    carries a key, a number or an address is told by nothing else.
    """
    if prepared.user is not None:
        user = prepared.user
        return (f"email:{user.email}",) if user.email else (f"name:{plain_key(user.name)}",)
    found = [f"key:{prepared.key}"] if prepared.key else []
    found += [f"number:{prepared.own_number.upper()}"] if prepared.own_number else []
    found += [f"email:{email}" for email in prepared.state.get("emails") or () if kind in ("contact", "lead")]
    title, code = prepared.title, prepared.state.get("code") or ""
    match kind:
        case "account":
            found.append(f"name:{name_key(title)}")
        case "product":
            found += [f"code:{plain_key(code)}"] if code else []
            found.append(f"name:{plain_key(title)}")
        case "contact" if not found:
            found.append(f"name:{plain_key(_person(prepared.state))}@{account}")
        case "lead" if not found:
            found.append(f"name:{plain_key(title)}@{name_key(prepared.state.get('company') or '')}")
        case "opportunity" | "case" if not found:
            found.append(f"name:{plain_key(title)}@{account}")
    return tuple(found)


def _moment(name: str, cells: dict[str, Any], extra: dict[str, Any], guess: Guess) -> datetime | None:
    """When a case was opened or closed; what is no date is kept as a custom value."""
    text = cells.pop(name, "")
    if not text:
        return None
    try:
        return parse_moment(text, first=guess.notation.first)
    except Invalid:
        extra[name] = text
        return None


def squeezed_name(header: str) -> str:
    """The name of a custom value: the header in lower case with underscores."""
    return "_".join(header.lower().replace("-", " ").replace("_", " ").split())


def _cells(row: Row, guess: Guess) -> dict[str, Any]:
    """Field -> text; columns that share a field are joined, custom ones stay by header."""
    cells: dict[str, Any] = {CUSTOM: {}}
    for column in guess.columns:
        text = row.cells[column.index]
        if not text or text.lower() in _NOTHING or column.field == IGNORED:
            continue
        if column.field == CUSTOM:
            cells[CUSTOM][column.header] = text
        elif column.field in cells:
            cells[column.field] += f"; {text}"
        else:
            cells[column.field] = text
    return cells


def _prepared_user(row: Row, cells: dict[str, Any]) -> Prepared:
    parts = " ".join(filter(None, (cells.get("given_name"), cells.get("family_name"))))
    user = checked_user(cells.get("title") or parts, cells.get("email", ""), cells.get("role", ""))
    return Prepared(row.number, {}, user=user)


def _key_name(guess: Guess) -> str:
    return next(column.header for column in guess.columns if column.field == KEY)


def _translate(kind: str, cells: dict[str, Any], extra: dict[str, Any]) -> None:
    """Other programs' words for stages, statuses and priorities; what was written is kept beside ours."""
    for name, words in _word_tables(kind).items():
        text = cells.get(name, "")
        if not text:
            continue
        ours = words.get(squeezed(text), "")
        if squeezed(ours) != squeezed(text):
            extra[f"{name} as imported"] = text
        if ours:
            cells[name] = ours
        else:
            del cells[name]
    for one in FIELDS[kind]:
        if one.type is FieldType.PERCENT and one.name in cells:
            cells[one.name] = _percent(cells[one.name])


def _percent(text: str) -> str:
    """HubSpot writes probabilities as fractions."""
    amount = parse_money(text.replace("%", ""), decimal="," if "," in text else ".").amount
    return str(round(amount * 100 if amount < 1 and "%" not in text else amount))


@cache
def _word_tables(kind: str) -> dict[str, dict[str, str]]:
    tables = {"status": word_table(STATUS_WORDS[kind])} if kind in STATUS_WORDS else {}
    if kind == "opportunity":
        tables["stage"] = word_table(STAGE_WORDS)
    if kind == "case":
        tables["priority"] = word_table(PRIORITY_WORDS)
    return tables


def _deal_title(names: Mapping[str, str], key: str) -> str:
    product, account = names.get("product", ""), names.get("account", "")
    if product and account:
        return f"{product} for {account}"
    return " ".join(filter(None, (product or account, f"({key})" if key else "")))


def _person(state: State) -> str:
    return state.get("title") or " ".join(filter(None, (state.get("given_name"), state.get("family_name"))))
