"""The examination of a set-up, from this machine to the last folder: questions are asked here, verdicts are pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.commands.words import size
from assistant.connecting import exchange_settings
from assistant.doctor import machine, mailbox_state, server, stored
from assistant.doctor import secrets as secret_checks
from assistant.doctor.finding import Finding
from assistant.secret_store import SecretMissing
from assistant.signing_in import Secrets, login_of, secret_name, token_source
from mail_sync.errors import MailboxRefused, PasswordMissing, SyncError
from mail_sync.providers.exchange import probing
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect, discover
from mail_sync.providers.exchange.settings import ExchangeSettings
from mail_sync.providers.retry import HASTY, Retry
from store.diagnosis import quick_check, traces
from store.engine import REVISION, Store
from store.processes import has_ended
from store.queries.status import FolderRow, MailboxRow, StoreHealth, store_health


@dataclass(frozen=True, slots=True)
class Examined:
    """What is examined, "this machine", "store" or a mailbox's address, and what was found."""

    what: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Patient:
    """A mailbox as the store knows it, with its settings."""

    row: MailboxRow
    settings: Mapping[str, Any]
    senders_refused: int = 0


def examine_machine(config: Path, newest: datetime | None, now: datetime) -> Examined:
    """This machine, without any server."""
    return Examined(
        "this machine",
        (
            machine.configuration(str(config), is_there=config.exists()),
            machine.time_zones(_time_zone_data()),
            machine.clock_and_store(newest, now),
        ),
    )


def examine_store(store: Store, now: datetime) -> Examined:
    """The store and the service on it."""
    health = store_health(store)
    with store.read() as tx:
        found = traces(tx)
    place = str(health.path) if health.path else "The database"
    free = health.free_disk
    return Examined(
        "store",
        (
            stored.opened(place, REVISION, size(health.size)),
            stored.integrity(quick_check(store)),
            stored.free_disk(free, "" if free is None else size(free)),
            stored.backed_up(found.backed_up_at, now, is_empty=_is_empty(health)),
            stored.service(found.holder, found.until, now, has_ended=bool(found.holder) and has_ended(found.holder)),
        ),
    )


def examine_mailbox(patient: Patient, secrets: Secrets, clock: Callable[[], datetime]) -> Examined:
    """One mailbox and its server; what stands in the way of a check ends those that need it."""
    findings = [*mailbox_state.state(patient.row, clock()), *_server(patient, secrets, clock)]
    return Examined(patient.row.address, tuple(findings))


def _server(patient: Patient, secrets: Secrets, clock: Callable[[], datetime]) -> Iterator[Finding]:
    yield from _secret(patient, secrets, clock())
    try:
        settings = exchange_settings(patient.row.address, patient.settings, secrets)
    except PasswordMissing:
        return
    if not settings.endpoint or _is_discovered(patient.settings, settings):
        found, finding = _discovery(patient, settings)
        yield finding
        if not (settings := found or settings).endpoint:
            return
    host, proxy = probing.host_of(settings.endpoint), probing.proxy_for(settings.endpoint)
    try:
        at = probing.reach(settings.endpoint, settings.verify).at
    except SyncError as error:
        yield server.reached(host, proxy, error)
        return
    yield server.reached(host, proxy, None)
    yield machine.clock_and_server(at, clock())
    mailbox = connect(settings, Retry(HASTY))
    try:
        yield from _inside(patient, mailbox)
    finally:
        mailbox.close()


def _secret(patient: Patient, secrets: Secrets, now: datetime) -> Iterator[Finding]:
    address, settings = patient.row.address, patient.settings
    login, trouble = login_of(settings), ""
    try:
        tokens = token_source(address, settings, secrets)
        is_found = bool(tokens.token() if tokens else secrets.find(secret_name(address, settings)))
    except MailboxRefused as error:
        is_found, trouble = False, error.sentence
    except SyncError:
        is_found = True  # it is there; the sign-in server is looked at with the mailbox
    except SecretMissing:
        is_found = False
    yield secret_checks.secret(secret_name(address, settings), login, address, is_found=is_found, trouble=trouble)
    if finding := secret_checks.secret_end(str(settings.get("secret_expires", "")), now.date()):
        yield finding


def _is_discovered(settings: Mapping[str, Any], found: ExchangeSettings) -> bool:
    """Whether autodiscover found the server: nobody named it, and no token says which cloud it is in."""
    return found.tokens is None and not settings.get("server") and not settings.get("service_endpoint")


def _discovery(patient: Patient, settings: ExchangeSettings) -> tuple[ExchangeSettings | None, Finding]:
    kept = settings.service_endpoint
    try:
        found = discover(settings)
    except SyncError as error:
        return None, server.discovered(kept, "", error, patient.row.address)
    return found, server.discovered(kept, found.service_endpoint, None, patient.row.address)


def _inside(patient: Patient, mailbox: ExchangeMailbox) -> Iterator[Finding]:
    address, client_id = patient.row.address, str(patient.settings.get("client_id", ""))
    try:
        folders = mailbox.folders()
    except SyncError as error:
        yield server.signed_in(error, 0, address, client_id)
        return
    yield server.signed_in(None, len(folders), address, client_id)
    chosen = [each for each in patient.row.folders if each.selected]
    yield from _rights(patient, mailbox, chosen, {each.path: each.folder_id for each in folders})
    yield server.sending(patient.senders_refused, address)
    try:
        yield server.hearing(probing.is_told(mailbox), None)
    except SyncError as error:
        yield server.hearing(None, error)


def _rights(
    patient: Patient, mailbox: ExchangeMailbox, chosen: Sequence[FolderRow], ids: Mapping[str, str]
) -> Iterator[Finding]:
    known = [ids[each.path] for each in chosen if each.path in ids]
    try:
        rights = probing.folder_rights(mailbox, known) if known else {}
    except SyncError as error:
        yield server.signed_in(error, 0, patient.row.address, "")
        return
    found = [
        server.folder_rights(each, rights.get(ids.get(each.path, "")), patient.settings, patient.row.address)
        for each in chosen
    ]
    wrong = [finding for finding in found if finding is not None]
    yield from wrong or [server.all_rights(len(chosen))]


def _time_zone_data() -> str:
    try:
        ZoneInfo("Europe/Vienna")
        return version("tzdata")
    except (ZoneInfoNotFoundError, PackageNotFoundError):
        return ""


def _is_empty(health: StoreHealth) -> bool:
    return not any(health.counts.values())
