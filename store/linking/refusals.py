"""What people never want linked: one mail, or whatever comes from an address or a domain; and taking that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from store.actor import Actor
from store.domains import is_free_mail, parse_domain, parse_email
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.linking.human import held_links, seen_activity, settled
from store.linking.refused_mail import DOMAIN, MESSAGE, SENDER
from store.linking.refusing import activity_uid, clear_links, lift, refusals_of, refuse


def refuse_message(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """A mail or meeting is regarding nothing, whoever linked it; returns the operation's uid. Raises NotFound."""
    subject = seen_activity(tx, activity_id, by)
    before = held_links(tx, [activity_id])
    clear_links(tx, activity_id, by=by, now=now)
    changes = settled(tx, [activity_id], before, now=now)
    changes += refuse(tx, MESSAGE, activity_uid(tx, activity_id), by=by, now=now)
    return record_operation(tx, "refuse_message", f"Not relevant: “{subject}”", changes, by=by, now=now)


def allow_message(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """A mail that was said to be regarding nothing may be linked again; returns the operation's uid.

    Raises NotFound, and Invalid where nobody said so.
    """
    subject = seen_activity(tx, activity_id, by)
    changes = _lifted(tx, MESSAGE, activity_uid(tx, activity_id), f"“{subject}”", now=now)
    return record_operation(tx, "allow_message", f"Relevant after all: “{subject}”", changes, by=by, now=now)


def refuse_sender(tx: Connection, email: str, *, by: Actor, now: datetime) -> str:
    """What comes from this address is never linked by rule, nor what we write to it alone; returns the operation's uid.
    Links that people made stay. Raises Invalid."""
    address = parse_email(email)
    changes = refuse(tx, SENDER, address, by=by, now=now)
    return record_operation(tx, "refuse_sender", f"Never linked: {address}", changes, by=by, now=now)


def refuse_domain(tx: Connection, domain: str, *, by: Actor, now: datetime) -> str:
    """The same for everybody of a registrable domain. Raises Invalid, also where anybody may have a mailbox there."""
    name = parse_domain(domain)
    if is_free_mail(name):
        raise Invalid(f"Anybody can have a mailbox at {name}: name the address.")
    changes = refuse(tx, DOMAIN, name, by=by, now=now)
    return record_operation(tx, "refuse_domain", f"Never linked: {name}", changes, by=by, now=now)


def allow_sender(tx: Connection, email: str, *, by: Actor, now: datetime) -> str:
    """Mail of this address may be linked again; returns the operation's uid. Raises Invalid where it always might."""
    address = parse_email(email)
    changes = _lifted(tx, SENDER, address, address, now=now)
    return record_operation(tx, "allow_sender", f"Linked again: {address}", changes, by=by, now=now)


def allow_domain(tx: Connection, domain: str, *, by: Actor, now: datetime) -> str:
    """Mail of this domain may be linked again; returns the operation's uid. Raises Invalid where it always might."""
    name = parse_domain(domain)
    changes = _lifted(tx, DOMAIN, name, name, now=now)
    return record_operation(tx, "allow_domain", f"Linked again: {name}", changes, by=by, now=now)


def _lifted(tx: Connection, scope: str, subject: str, told: str, *, now: datetime) -> list[Change]:
    changes = lift(tx, refusals_of(tx, scope, [subject]), now=now)
    if not changes:
        raise Invalid(f"Nobody said that {told} is never linked.")
    return changes
