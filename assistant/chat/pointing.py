"""From the value of an argument to the thing in the store that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant.chat.registry import Cite, Talk
from assistant.chat.understanding.values import LAST, SCREEN
from store.errors import Ambiguous, Invalid, NotFound
from store.queries.record_names import find_record
from store.queries.refs import RecordRef
from store.queries.users import UserRow, active_users
from store.search_text import fold

#: What a mail is called: at hand, and where it is cited.
MAILS = ("mail", "email")

_ALIKE = 75  # of 100: how near a description is to a title that it means
_COMPANY = re.compile(r"^(?P<name>.+) \((?P<company>[^()]+)\)$")


def cite(ref: RecordRef) -> Cite:
    return Cite(ref.kind, ref.number, ref.title)


def pointed(talk: Talk, value: Any) -> str:
    """What `$screen`, `$last` and `$2` stand for, as a number or uid; any other text as it is. Raises NotFound."""
    at = pointed_at(talk, value)
    return str(value) if at is None else at.id


def pointed_at(talk: Talk, value: Any) -> Cite | None:
    """What `$screen`, `$last` and `$2` stand for, None for any other text. Raises NotFound."""
    if value == SCREEN:
        if talk.screen is None:
            raise NotFound("nothing is open; say which one")
        return talk.screen
    if value == LAST:
        if not talk.last:
            raise NotFound("nothing was spoken of yet; say which one")
        return talk.last[0]
    if isinstance(value, str) and value.startswith("$") and value[1:].isdigit():
        place = int(value[1:])
        if not 0 < place <= len(talk.last):
            raise NotFound(f"number {place} of what was listed")
        return talk.last[place - 1]
    return None


def record(talk: Talk, value: Any, kind: str | None = None) -> RecordRef:
    """The record of an argument. Raises NotFound, Ambiguous."""
    text = pointed(talk, value)
    found = _COMPANY.match(text)
    if found is None:
        return talk.services.read(find_record, text, kind=kind)
    try:
        return talk.services.read(find_record, text, kind=kind)  # customers are called so too: Contoso (UK)
    except NotFound:
        return _of_company(talk, found["name"], found["company"])


def _of_company(talk: Talk, name: str, company: str) -> RecordRef:
    from store.queries.record_detail import people_of

    account = talk.services.read(find_record, company, kind="account")
    people = [one for one in talk.services.read(people_of, account.record_id) if one.title == name]
    if len(people) != 1:
        raise NotFound(f"{name} at {company}")
    return RecordRef(people[0].record_id, people[0].uid, "contact", people[0].number, name)


def colleague(talk: Talk, value: Any) -> UserRow:
    """The colleague of an argument; "me" is whoever asks. Raises NotFound, Ambiguous."""
    wanted = str(value).strip().casefold()
    known = talk.services.read(active_users)
    if wanted == "me":
        found: Sequence[UserRow] = [one for one in known if one.user_id == talk.services.actor.user_id]
    else:
        found = [one for one in known if wanted in (one.email.casefold(), one.name.casefold(), one.uid)]
    if not found:
        raise NotFound(f"no colleague is called {value}")
    if len(found) > 1:
        raise Ambiguous(f"More than one colleague is called {value}.")
    return found[0]


def moment(talk: Talk, value: str, *, at: time = time(9)) -> datetime:
    """An ISO time of the user's zone; a day alone is at nine there."""
    found = datetime.fromisoformat(value)
    if "T" not in value:
        found = datetime.combine(found.date(), at)
    return found.replace(tzinfo=talk.now.tzinfo)


def span(talk: Talk, period: Mapping[str, str] | None, *, days: int = 1) -> tuple[datetime, datetime]:
    """The beginning and end of a period; without one `days` from today's midnight."""
    start = (
        moment(talk, period["start"], at=time())
        if period
        else datetime.combine(talk.now.date(), time(), talk.now.tzinfo)
    )
    end = moment(talk, period["end"], at=time()) if period and "end" in period else start + timedelta(days=days)
    return start, end


def day(value: str) -> date:
    return date.fromisoformat(value[:10])


def shown(talk: Talk, at: datetime) -> str:
    """ "Tue 24 Nov 15:00" in the user's zone, with the year where it is another one."""
    local = at.astimezone(talk.now.tzinfo)
    year = "" if local.year == talk.now.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def speaks_of(title: str, text: str) -> bool:
    """Whether words of a description are those of a title, misspelt ones too."""
    from rapidfuzz import fuzz

    return bool(fuzz.token_set_ratio(fold(title), fold(text)) >= _ALIKE)


def exact(talk: Talk, value: str) -> datetime:
    """A time with an hour. Raises Invalid for a day alone."""
    if "T" not in value:
        raise Invalid(f"Say at what time on {value}.")
    return moment(talk, value)


def moved(talk: Talk, value: str, before: datetime) -> datetime:
    """Where something goes: a day alone keeps its hour."""
    return moment(talk, value, at=before.astimezone(talk.now.tzinfo).time())


def address(talk: Talk, name: str) -> str:
    """The e-mail address of a person or a colleague. Raises NotFound, Ambiguous for several of one name."""
    mine = [one.email for one in talk.services.read(active_users) if one.name == name and one.email]
    if not mine:
        return _address_of(talk, record(talk, name))
    found = [*mine, *_namesakes(talk, name)]
    if len({one.casefold() for one in found}) > 1:
        raise Ambiguous(f"{name} may be {' or '.join(dict.fromkeys(found))}. Give the address.")
    return mine[0]


def _namesakes(talk: Talk, name: str) -> list[str]:
    """The addresses of people in the store who are called as a colleague is."""
    try:
        ref = record(talk, name)
        return [_address_of(talk, ref)] if fold(ref.title) == fold(name) else []
    except Ambiguous:
        raise
    except NotFound:
        return []


def _address_of(talk: Talk, ref: RecordRef) -> str:
    from store.queries.drafts import first_address

    found = talk.services.read(first_address, ref.record_id)
    if not found:
        raise NotFound(f"no e-mail address of {ref.title}")
    return found


def customer_fields(talk: Talk, ref: RecordRef) -> dict[str, str]:
    """A customer as fields of a case, an opportunity or a booking: a contact comes with its account."""
    from store.queries.record_detail import record_detail

    if ref.kind != "contact":
        return {"account": ref.number}
    account = talk.services.read(record_detail, ref.record_id).account
    return {"contact": ref.number} | ({"account": account.number} if account else {})
