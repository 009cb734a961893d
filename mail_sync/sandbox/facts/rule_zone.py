"""A time zone given by its rules alone, as Availability requests carry it (SerializableTimeZone).

https://learn.microsoft.com/exchange/client-developer/web-service-reference/timezone-availability
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST = 5  # DayOrder of the last such day of the month


@dataclass(frozen=True, slots=True)
class Change:
    """From the `order`-th `day` of `month` at `at` (wall time before the change) on, `bias` is added to the zone's."""

    bias: int  # minutes
    at: time
    order: int
    month: int
    day: str

    def moment(self, year: int) -> datetime:
        """The wall time of the change in a year, naive."""
        first, length = monthrange(year, self.month)
        number = 1 + (DAYS.index(self.day) - first) % 7 + 7 * (self.order - 1)
        while number > length:
            number -= 7
        return datetime.combine(datetime(year, self.month, number).date(), self.at)  # noqa: DTZ001 - wall time


@dataclass(frozen=True, slots=True)
class RuleZone:
    """`bias` is minutes to add to local time to get UTC. Without daylight saving both changes are None."""

    bias: int
    standard: Change | None = None
    daylight: Change | None = None

    def to_utc(self, local: datetime) -> datetime:
        """Naive wall time to aware UTC; in the hour that comes twice, daylight time."""
        return (local + timedelta(minutes=self._bias(local))).replace(tzinfo=UTC)

    def to_local(self, moment: datetime) -> datetime:
        """Aware to naive wall time."""
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        if self.standard is None or self.daylight is None:
            return utc - timedelta(minutes=self.bias)
        summer = utc - timedelta(minutes=self.bias + self.daylight.bias)
        winter = utc - timedelta(minutes=self.bias + self.standard.bias)
        begins = self.daylight.moment(winter.year)
        ends = self.standard.moment(summer.year)
        # Each change is written in the wall time before it, so that the start is compared in winter time.
        is_summer = begins <= winter and summer < ends if begins < ends else begins <= winter or summer < ends
        return summer if is_summer else winter

    def _bias(self, local: datetime) -> int:
        if self.standard is None or self.daylight is None:
            return self.bias
        begins, ends = self.daylight.moment(local.year), self.standard.moment(local.year)
        is_summer = begins <= local < ends if begins < ends else local >= begins or local < ends
        return self.bias + (self.daylight.bias if is_summer else self.standard.bias)


def rules_of(zone: ZoneInfo, year: int) -> RuleZone:
    """The rules a zone follows in a year; one without two changes in it has none."""
    shifts = []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    before = _offset(moment, zone)
    least = before
    while moment.year == year:
        moment += timedelta(hours=1)
        after = _offset(moment, zone)
        if after != before:
            shifts.append(((moment.replace(tzinfo=None) + timedelta(minutes=before)), after))
            least, before = min(least, after), after
    if len(shifts) != 2:
        return RuleZone(-before)
    changes = {after == least: _change(wall, least - after) for wall, after in shifts}
    return RuleZone(-least, standard=changes[True], daylight=changes[False])


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds()) // 60


def _change(wall: datetime, bias: int) -> Change:
    is_last = (wall + timedelta(days=7)).month != wall.month
    return Change(bias, wall.time(), LAST if is_last else (wall.day - 1) // 7 + 1, wall.month, DAYS[wall.weekday()])
