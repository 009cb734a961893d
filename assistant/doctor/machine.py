"""This machine: configuration, time zones, clock. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.doctor.finding import Finding, ok, problem, warning

#: Sign-ins begin to fail when clocks differ by five minutes (Kerberos, NTLM with channel binding, tokens).
SLOW, WRONG = timedelta(minutes=1), timedelta(minutes=5)
_SET = "Let the system set its clock from the network (timedatectl set-ntp true, or w32tm /resync)."


def configuration(path: str, *, is_there: bool) -> Finding:
    return ok("configuration", f"{path} is readable." if is_there else f"Nothing is configured in {path}.")


def time_zones(version: str) -> Finding:
    """`version` of the time zone data, '' where there is none."""
    if not version:
        return problem("time zones", "There is no time zone data, so meetings cannot be placed.", "pip install tzdata")
    return ok("time zones", f"Time zone data {version} is there.")


def clock_and_server(server: datetime | None, now: datetime) -> Finding:
    """Our clock against the Date header of the server's answer."""
    if server is None:
        return warning("clock", "The server does not tell the time, so the clock could not be checked.")
    apart = abs(now - server)
    said = f"This clock is {_minutes(apart)} {'ahead of' if now > server else 'behind'} the server's."
    if apart >= WRONG:
        return problem("clock", f"{said[:-1]}; sign-ins fail.", _SET)
    return warning("clock", said, _SET) if apart >= SLOW else ok("clock", "This clock agrees with the server's.")


def clock_and_store(newest: datetime | None, now: datetime) -> Finding:
    """Our clock against the newest instant that this program wrote itself."""
    if newest is not None and newest - now >= WRONG:
        return problem("clock", f"The store was written {_minutes(newest - now)} in the future of this clock.", _SET)
    return ok("clock", "The clock has not gone back since the store was last written.")


def _minutes(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes >= 120:
        return f"{minutes // 60:,} hours"
    return f"{minutes} minutes" if minutes != 1 else "1 minute"
