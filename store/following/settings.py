"""How a user wants to be reminded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.errors import Invalid, NotFound
from store.following.keeping import wait_again
from store.following.values import STANDING
from store.schema.following import FollowUp, FollowUpSetting
from store.schema.mail import Email
from store.schema.people import User
from store.schema.service import BusinessCalendar as StoredCalendar
from store.sla.hours import BusinessCalendar, Hours, zone_named
from store.sla.stored import calendar_from
from store.upsert import upsert

A_DAY = 7  # new follow-ups
PATIENCE = 3  # working days until an unanswered mail comes back
_MOST_A_DAY, _MOST_PATIENCE = 1_000, 365
_OFFICE = ((Hours(time(9), time(17)),),) * 5 + ((), ())
_BEAR_ON_MAIL = ("zone", "hours", "patience", "colleagues")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Settings:
    """`calendar` are the work hours, in `zone` unless the team's calendar has one of its own. `mail_at` is the wall
    time at which the day is mailed, None for never; `mailed_on` the last day for which it was. `colleagues`: an answer
    by somebody else of the account counts. `confirms`: what is found in mail waits for a yes."""

    zone: str
    calendar: BusinessCalendar
    calendar_name: str = ""
    a_day: int = A_DAY
    patience: int = PATIENCE
    confirms: bool = False
    colleagues: bool = False
    mail_at: time | None = None
    mailed_on: date | None = None
    in_outlook: bool = False


def settings_of(tx: Connection, user_id: int, *, zone: str) -> Settings:
    """The settings of a user; `zone` is theirs until they name one."""
    columns = FollowUpSetting.__table__.c
    row = tx.execute(
        select(*columns, StoredCalendar.name, StoredCalendar.zone.label("hours_zone"), StoredCalendar.hours,
               StoredCalendar.holidays)
        .outerjoin(StoredCalendar, StoredCalendar.id == FollowUpSetting.calendar_id)
        .where(FollowUpSetting.user_id == user_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return Settings(zone, BusinessCalendar(zone, _OFFICE))
    calendar = BusinessCalendar(row.zone, _OFFICE)
    if row.hours_zone is not None:
        calendar = calendar_from(row.hours_zone, row.hours, row.holidays)
    return Settings(
        row.zone,
        calendar,
        row.name or "",
        row.a_day,
        row.patience,
        row.confirms,
        row.colleagues,
        time.fromisoformat(row.mail_at) if row.mail_at else None,
        row.mailed_on,
        row.in_outlook,
    )


def save_settings(tx: Connection, given: Mapping[str, Any], *, zone: str, by: Actor) -> Settings:
    """Change the own settings that are named; values are as a person types them. What waits is judged anew where they
    bear on it. Raises Invalid, NotFound."""
    assert by.user_id is not None
    settings = settings_of(tx, by.user_id, zone=zone)
    values: dict[str, Any] = {
        "zone": settings.zone,
        "a_day": settings.a_day,
        "patience": settings.patience,
        "mail_at": "" if settings.mail_at is None else f"{settings.mail_at:%H:%M}",
    }
    if unknown := sorted(set(given) - set(_READ)):
        raise Invalid(f"{unknown[0]!r} is not a setting; there are {', '.join(_READ)}.")
    for name, value in given.items():
        column, read = _READ[name]
        values[column] = read(tx, value)
    statement = upsert(tx, FollowUpSetting).values(user_id=by.user_id, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    if not given.keys().isdisjoint(_BEAR_ON_MAIL):
        waits = (FollowUp.user_id == by.user_id, FollowUp.state.in_(STANDING), FollowUp.activity_id.is_not(None))
        wait_again(tx, Email.id.in_(select(FollowUp.activity_id).where(*waits)))
    return settings_of(tx, by.user_id, zone=zone)


def claim_mailing(tx: Connection, user_id: int, settings: Settings, day: date) -> bool:
    """Take the right to mail a user their day; False where another process has."""
    values = {"zone": settings.zone, "a_day": settings.a_day, "patience": settings.patience, "mailed_on": day}
    columns = FollowUpSetting.__table__.c
    statement = upsert(tx, FollowUpSetting).values(user_id=user_id, **values)
    claimed = statement.on_conflict_do_update(
        index_elements=["user_id"],
        set_={"mailed_on": day},
        where=columns.mailed_on.is_(None) | (columns.mailed_on < day),
    ).returning(columns.user_id)
    return tx.execute(claimed).first() is not None


def users_who_are_reminded(tx: Connection) -> list[int]:
    """The active users who can be reminded: those with an address."""
    return list(tx.execute(select(User.id).where(User.active.is_(True), User.email.is_not(None))).scalars())


def _zone(_tx: Connection, value: Any) -> str:
    zone_named(str(value))
    return str(value)


def _calendar(tx: Connection, value: Any) -> int | None:
    if not str(value):
        return None
    living = select(StoredCalendar.id, StoredCalendar.name).where(StoredCalendar.deleted_at.is_(None))
    found = [row.id for row in tx.execute(living) if row.name.casefold() == str(value).casefold()]
    if not found:
        raise NotFound(f"there are no business hours called {value}")
    return int(found[0])


def _count(most: int, least: int = 1) -> Any:
    def read(_tx: Connection, value: Any) -> int:
        said = str(value).strip()
        if not said.isascii() or not said.isdigit() or not least <= int(said) <= most:
            raise Invalid(f"{said!r} is not a number from {least} to {most:,}.")
        return int(said)

    return read


def _time(_tx: Connection, value: Any) -> str:
    said = str(value).strip()
    if said.casefold() in ("", "never", "off"):
        return ""
    match = _TIME.fullmatch(said)
    if match is None:
        raise Invalid(f"{said!r} is not a time; write it as 07:30, or never.")
    return f"{int(match[1]):02}:{match[2]}"


def _switch(_tx: Connection, value: Any) -> bool:
    said = str(value).strip().casefold()
    if said not in ("on", "off", "yes", "no", "true", "false"):
        raise Invalid(f"{value!r} is neither on nor off.")
    return said in ("on", "yes", "true")


_READ: Mapping[str, tuple[str, Any]] = {
    "zone": ("zone", _zone),
    "hours": ("calendar_id", _calendar),
    "a_day": ("a_day", _count(_MOST_A_DAY, 0)),
    "patience": ("patience", _count(_MOST_PATIENCE)),
    "confirm": ("confirms", _switch),
    "colleagues": ("colleagues", _switch),
    "mail_at": ("mail_at", _time),
    "outlook": ("in_outlook", _switch),
}
