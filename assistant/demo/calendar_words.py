"""Dates as people write them, and the hours in which people write."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
OPENS, CLOSES = time(7, 30), time(18, 15)


def day_words(day: date, lang: str) -> str:
    """A day as written in running text: "Thursday 12 November", "Donnerstag, 12. November"."""
    weekday, month = _DAYS[lang].split()[day.weekday()], _MONTHS[lang].split()[day.month - 1]
    return f"{weekday}, {day.day}. {month}" if lang == "de" else f"{weekday} {day.day} {month}"


def header_date(at: datetime, lang: str) -> str:
    """A local time as Outlook writes it above quoted mail."""
    weekday, month = _DAYS[lang].split()[at.weekday()], _MONTHS[lang].split()[at.month - 1]
    if lang == "en":
        return f"{weekday}, {month} {at.day}, {at.year} {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"
    if lang == "de":
        return f"{weekday}, {at.day}. {month} {at.year} {at:%H:%M}"
    return f"{weekday} {at.day} {month} {at.year} {at:%H:%M}"


def working_day_after(day: date, count: int) -> date:
    """The day `count` days later, moved to Monday when that is a weekend."""
    later = day + timedelta(days=count)
    return later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() > 4 else 0)


def back_into_hours(at: datetime, zone: ZoneInfo, rng: random.Random) -> datetime:
    """The latest plausible moment for a business mail not after `at`; aware in, aware in `zone` out.

    Resorts work at weekends, so a weekend mail is unlikely, not impossible.
    """
    local = at.astimezone(zone)
    while True:
        if local.time() < OPENS:
            local = _evening(local - timedelta(days=1), rng)
        elif local.time() > CLOSES:
            local = _evening(local, rng)
        elif local.weekday() > 4 and rng.random() < 0.7:
            local = _evening(local - timedelta(days=1), rng)
        else:
            return local


def _evening(day: datetime, rng: random.Random) -> datetime:
    return day.replace(hour=rng.randint(14, 17), minute=rng.randrange(60), second=rng.randrange(60))
