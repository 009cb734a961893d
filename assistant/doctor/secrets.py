"""Whether the secret of a mailbox is found, and how long it lasts. Pure; no secret is told."""

from __future__ import annotations

from datetime import date

from assistant.doctor.finding import Finding, ok, problem, warning
from assistant.secret_store import environment_name
from mail_sync.providers.exchange.settings import Login

SOON = 30  # days


def secret(name: str, login: Login, address: str, *, is_found: bool, trouble: str = "") -> Finding:
    """`trouble` is what is wrong with the place where it is kept."""
    what = {Login.DEVICE: "sign-in", Login.APPLICATION: "application's secret"}.get(login, "password")
    if is_found:
        return ok("secret", f"The {what} is found.")
    if login is Login.DEVICE:
        return problem("secret", trouble or "Nobody is signed in.", f"regarding connect {address} --login device ...")
    return problem("secret", trouble or f"The {what} is not found.", f"Set {environment_name(name)}, or connect again.")


def secret_end(ends: str, today: date) -> Finding | None:
    """The day on which the application's secret ends, where it was given."""
    if not ends:
        return None
    left = (date.fromisoformat(ends) - today).days
    step = "Make a new secret in Entra ID (App registrations, Certificates & secrets), then run regarding connect."
    if left < 0:
        return problem("secret's end", f"The application's secret ended on {ends}.", step)
    if left <= SOON:
        return warning("secret's end", f"The application's secret ends in {left} days, on {ends}.", step)
    return ok("secret's end", f"The application's secret is good until {ends}.")
