"""The store and the service that works on it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.doctor.finding import Finding, ok, problem, warning

BACKUP_AGE = timedelta(days=7)
LEAST_FREE, LITTLE_FREE = 500_000_000, 2_000_000_000  # bytes
_BACK_UP = "regarding backup FILE"


def opened(place: str, revision: str, size: str) -> Finding:
    return ok("store", f"{place} opens (revision {revision}, {size}).")


def integrity(answer: str) -> Finding:
    """`answer` of SQLite's quick_check, '' where the database looks after itself."""
    if answer in ("", "ok"):
        return ok("integrity", "The store is undamaged." if answer else "The database server looks after the store.")
    return problem(
        "integrity",
        f"The store is damaged ({answer}).",
        "Stop every Regarding, keep the file, and put the newest backup in its place.",
    )


def free_disk(free: int | None, said: str) -> Finding:
    """`free` is None where the disk is not ours; `said` is the same for people."""
    if free is None:
        return ok("disk", "The database server looks after its disk.")
    if free < LEAST_FREE:
        return problem("disk", f"Only {said} are free where the store is.", "Make room, or move the store.")
    if free < LITTLE_FREE:
        return warning("disk", f"Only {said} are free where the store is.", "Make room, or move the store.")
    return ok("disk", f"{said} are free.")


def backed_up(last: datetime | None, now: datetime, *, is_empty: bool) -> Finding:
    if last is None:
        if is_empty:
            return ok("backup", "There is nothing to back up yet.")
        return warning("backup", "This store was never backed up with Regarding.", _BACK_UP)
    days = (now - last).days
    if now - last > BACKUP_AGE:
        return warning("backup", f"The last backup is {days} days old.", _BACK_UP)
    return ok("backup", f"The last backup is {days} days old." if days else "It was backed up today.")


def service(holder: str, until: datetime | None, now: datetime, *, has_ended: bool) -> Finding:
    """`holder` of the service's lease and when it runs out."""
    if until is None or until < now or has_ended:
        return warning("service", "Nothing syncs in the background.", "regarding sync --watch (or see docs/service.md)")
    host = holder.partition(":")[0]
    return ok("service", f"The service runs on {host}." if host else "The service runs.")
