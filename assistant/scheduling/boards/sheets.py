"""A resource's day, or a board, as a calendar file.

Each booking is one event, the same one whenever the file is written again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from calendar_sync.event import Event
from calendar_sync.ics_writer import write_events
from store.queries.scheduling.sheets import Job

_STATUS = {"hold": "tentative"}


def sheet_as_ics(jobs: Iterable[Job], zone: str, *, now: datetime) -> bytes:
    """The jobs as an iCalendar file, with the wall times of the zone; `now` (UTC) is when it was written."""
    return write_events([job_event(job, zone) for job in jobs], now=now)


def board_as_ics(jobs: Iterable[Job], zone: str, *, now: datetime) -> bytes:
    """The bookings in which these jobs are as an iCalendar file: one event for each, that names all its resources.

    `now` (UTC) is when it was written.
    """
    bookings = {job.booking.record_id: job for job in jobs}
    return write_events([_booking_event(job, zone) for job in bookings.values()], now=now)


def _booking_event(job: Job, zone: str) -> Event:
    first = min(each.works_from for each in job.resources)
    last = max(each.works_until for each in job.resources)
    whole = replace(job, works_from=first, works_until=last, part="", resource_id=0)
    return job_event(whole, zone)


def job_event(job: Job, zone: str) -> Event:
    """A job as an entry of a calendar with the wall times of the zone; one that is held is tentative."""
    clocks = ZoneInfo(zone)
    status = _STATUS.get(job.status, "confirmed")
    return Event(
        uid=f"{job.booking.uid}-{job.works_from:%Y%m%dT%H%M}" if job.part else job.booking.uid,
        title=f"{job.booking.title} ({job.booking.number})",
        start=job.works_from.astimezone(clocks),
        end=job.works_until.astimezone(clocks),
        timezone=zone,
        location=job.place or job.address,
        description="\n".join(_told(job)),
        status=status,
        busy="tentative" if status == "tentative" else "busy",
    )


def _told(job: Job) -> Iterable[str]:
    yield job.service
    yield from (f"{ref.number} {ref.title}" for ref in (job.contact, job.account, job.case) if ref)
    yield from filter(None, (job.phone, job.address if job.place else "", job.description))
    if job.others:
        yield f"With {', '.join(each.name for each in job.others)}"
