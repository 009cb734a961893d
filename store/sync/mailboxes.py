"""Mailboxes: connecting them, their folders and cursors, and the state people read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, or_, select, update

from store.domains import is_free_mail, registrable_domain
from store.errors import NotFound
from store.linking.reopening import requeue_addresses, requeue_domains
from store.queries.own import own_addresses, own_domains
from store.schema.activities import Activity, ActivityParty
from store.schema.mail import MailboxItem
from store.schema.people import Folder, Mailbox, MailboxRight, OwnAddress, OwnDomain, User
from store.sync.missing import question_of, sentence_of
from store.sync.settings import kept_settings
from store.types import new_uid
from store.upsert import upsert

FILES = "files"

#: States in which nothing waits for anybody.
GOING_ON = ("new", "syncing", "ready", "asks")

_FOLDER = (
    Folder.id,
    Folder.remote_id,
    Folder.path,
    Folder.role,
    Folder.holds,
    Folder.cursor,
    Folder.total,
    Folder.distrusted,
    Folder.synced_at,
    Folder.changed_at,
    Folder.reconciled_at,
)


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox as sync works on it."""

    mailbox_id: int
    address: str
    provider: str
    settings: Mapping[str, Any]
    capture: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder as sync works on it; `cursor` is None until its first page is stored.

    `distrusted`: its server lost our place, and it was not compared from the start to the end since. `changed_at` is
    when its feed last held anything, `reconciled_at` when it was last compared id by id.
    """

    folder_id: int
    remote_id: str
    path: str
    role: str
    holds: str
    cursor: str | None
    total: int
    distrusted: bool = False
    synced_at: datetime | None = None
    changed_at: datetime | None = None
    reconciled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as its server describes it."""

    remote_id: str
    path: str
    role: str
    holds: str
    total: int
    selected: bool


def add_mailbox(
    tx: Connection,
    *,
    address: str,
    provider: str,
    name: str = "",
    settings: Mapping[str, Any] | None = None,
    capture: Mapping[str, Any] | None = None,
    readers: Collection[str] = (),
    is_shared: bool = False,
    now: datetime,
) -> int:
    """Connect a mailbox, or change how it is connected; its address becomes ours and its owner a user.

    A shared one belongs to nobody: its mail is seen by `readers`, users by their addresses, and by whom it is linked
    for. They become users where they are none yet.
    """
    address = address.strip().lower()
    owner_id = None if provider == FILES else _user(tx, address, name, now, is_person=not is_shared)
    found = tx.execute(
        select(Mailbox.id, Mailbox.settings, Mailbox.capture).where(Mailbox.address == address)
    ).one_or_none()
    chosen, rules = dict(settings or {}), dict(capture or {})
    values = {"settings": chosen, "capture": rules, "state": "new", "state_detail": ""}
    if found is not None:
        values["settings"] = kept_settings(found.settings) | chosen
        tx.execute(update(Mailbox).where(Mailbox.id == found.id).values(**values))
        if found.settings.get("days") != chosen.get("days") or found.capture != rules:
            _read_anew(tx, found.id, rules)
        _share(tx, found.id, readers, now)
        return int(found.id)
    mailbox_id = tx.execute(
        insert(Mailbox)
        .values(
            uid=new_uid(), address=address, name=name, provider=provider, owner_id=owner_id, created_at=now, **values
        )
        .returning(Mailbox.id)
    ).scalar_one()
    if provider != FILES:
        claim_addresses(tx, [address], mailbox_id=mailbox_id)
    _share(tx, mailbox_id, readers, now)
    return mailbox_id


def _share(tx: Connection, mailbox_id: int, readers: Collection[str], now: datetime) -> None:
    for email in readers:
        _user(tx, email.strip().lower(), "", now)
        share_mailbox(tx, mailbox_id, email.strip())


def _read_anew(tx: Connection, mailbox_id: int, capture: Mapping[str, Any]) -> None:
    """Other mail is wanted: the next sync lists all folders again and looks anew at what the rules may exclude now."""
    tx.execute(update(Folder).where(Folder.mailbox_id == mailbox_id).values(cursor=None))
    domains = {registrable_domain(str(domain)) or str(domain) for domain in capture.get("domains", ())}
    involved = exists().where(
        ActivityParty.activity_id == MailboxItem.activity_id,
        or_(ActivityParty.email.in_(list(capture.get("addresses", ()))), ActivityParty.domain.in_(sorted(domains))),
    )
    private = exists().where(Activity.id == MailboxItem.activity_id, Activity.private.is_(True))
    tx.execute(
        update(MailboxItem).where(MailboxItem.mailbox_id == mailbox_id, or_(involved, private)).values(change_key="")
    )


def files_mailbox(tx: Connection, *, now: datetime) -> int:
    """The mailbox that holds what was imported from files."""
    found = tx.execute(select(Mailbox.id).where(Mailbox.address == FILES)).scalar()
    return found if found is not None else add_mailbox(tx, address=FILES, provider=FILES, now=now)


def disconnect_mailboxes(tx: Connection) -> None:
    """The servers of all mailboxes are gone for good: what was read stays, nothing is synced any more."""
    tx.execute(update(Mailbox).where(Mailbox.provider != FILES).values(provider=FILES, state="ready", state_detail=""))


def files_folder(tx: Connection, mailbox_id: int, role: str) -> int:
    """The folder in which imported mail lies: "inbox" for what was received, "sent" for what we wrote."""
    found = tx.execute(select(Folder.id).where(Folder.mailbox_id == mailbox_id, Folder.remote_id == role)).scalar()
    if found is not None:
        return found
    state = FolderState(role, role.capitalize(), role, "email", 0, selected=False)
    save_folders(tx, mailbox_id, [state])
    return files_folder(tx, mailbox_id, role)


def share_mailbox(tx: Connection, mailbox_id: int, email: str) -> None:
    """Let another user see the unlinked mail of a mailbox. Raises NotFound."""
    user_id = tx.execute(select(User.id).where(User.email == email.lower())).scalar()
    if user_id is None:
        raise NotFound(f"no user {email}")
    tx.execute(upsert(tx, MailboxRight).on_conflict_do_nothing(), {"mailbox_id": mailbox_id, "user_id": user_id})


def claim_addresses(tx: Connection, emails: Collection[str], *, mailbox_id: int | None = None) -> None:
    """These addresses are ours, and so are their domains unless anybody can have a mailbox there.

    Mail that was taken in before is decided again: nobody of ours is a customer.
    """
    claimed = {email.strip().lower() for email in emails}
    domains = {domain for email in claimed if (domain := registrable_domain(email) or email.rpartition("@")[2])}
    shared = {domain for domain in domains if not is_free_mail(domain)}
    requeue_addresses(tx, claimed - own_addresses(tx))
    requeue_domains(tx, shared - own_domains(tx))
    for email in sorted(claimed):
        tx.execute(upsert(tx, OwnAddress).on_conflict_do_nothing(), {"email": email, "mailbox_id": mailbox_id})
    for domain in sorted(shared):
        tx.execute(upsert(tx, OwnDomain).on_conflict_do_nothing(), {"domain": domain})


def sync_mailboxes(tx: Connection, address: str | None = None) -> tuple[MailboxRow, ...]:
    """The mailboxes that have a server, or the one named. Raises NotFound."""
    query = select(Mailbox.id, Mailbox.address, Mailbox.provider, Mailbox.settings, Mailbox.capture).where(
        Mailbox.provider != FILES
    )
    if address is not None:
        query = query.where(Mailbox.address == address.strip().lower())
    rows = tuple(MailboxRow(*row) for row in tx.execute(query.order_by(Mailbox.id)))
    if address is not None and not rows:
        raise NotFound(f"no mailbox {address} is connected")
    return rows


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox stands: newly connected, or failing and to be tried again at `retry_at` (None: by a person)."""

    mailbox: MailboxRow
    is_new: bool
    is_failing: bool
    retry_at: datetime | None
    compared_at: datetime  # when it was last compared with its server, or connected


def standing_of(tx: Connection, mailbox_id: int) -> Standing:
    """Raises NotFound where the mailbox has no server any more."""
    row = tx.execute(
        select(*Mailbox.__table__.c).where(Mailbox.id == mailbox_id, Mailbox.provider != FILES)
    ).one_or_none()
    if row is None:
        raise NotFound("no such mailbox")
    failed = row.last_error_at is not None and (row.last_success_at is None or row.last_error_at > row.last_success_at)
    return Standing(
        mailbox=MailboxRow(row.id, row.address, row.provider, row.settings, row.capture),
        is_new=row.state == "new",
        is_failing=failed and row.state not in GOING_ON,
        retry_at=row.retry_at,
        compared_at=row.reconciled_at or row.created_at,
    )


def keep_way(tx: Connection, mailbox_id: int, way: Mapping[str, str]) -> None:
    """Remember where and how the mailbox's server was found."""
    settings = tx.execute(select(Mailbox.settings).where(Mailbox.id == mailbox_id)).scalar_one()
    kept = dict(settings) | {"found": dict(way)}
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(settings=kept))


def mailbox_by_id(tx: Connection, mailbox_id: int) -> MailboxRow:
    """Raises NotFound."""
    address = tx.execute(select(Mailbox.address).where(Mailbox.id == mailbox_id)).scalar()
    if address is None:
        raise NotFound("no such mailbox")
    return sync_mailboxes(tx, address)[0]


def synced_settings(tx: Connection, mailbox_id: int) -> Mapping[str, Any] | None:
    """The settings of a mailbox that has a server; None for one that has none."""
    query = select(Mailbox.settings).where(Mailbox.id == mailbox_id, Mailbox.provider != FILES)
    return tx.execute(query).scalar()


def folder_by_id(tx: Connection, folder_id: int) -> FolderRow:
    """Raises NotFound."""
    row = tx.execute(select(*_FOLDER).where(Folder.id == folder_id)).one_or_none()
    if row is None:
        raise NotFound("no such folder")
    return FolderRow(*row)


def save_folders(tx: Connection, mailbox_id: int, folders: Sequence[FolderState]) -> None:
    """Follow the server's folder tree; folder ids are stable, so a renamed folder keeps its cursor."""
    for folder in folders:
        values = {
            "path": folder.path,
            "role": folder.role,
            "holds": folder.holds,
            "total": folder.total,
            "selected": folder.selected,
        }
        key = {"mailbox_id": mailbox_id, "remote_id": folder.remote_id}
        tx.execute(
            upsert(tx, Folder).on_conflict_do_update(index_elements=["mailbox_id", "remote_id"], set_=values),
            key | values,
        )


def selected_folders(tx: Connection, mailbox_id: int) -> tuple[FolderRow, ...]:
    """The folders to read: contacts first, so that mail finds its people, then calendars, then mail."""
    order = {"contact": 0, "appointment": 1, "email": 2}
    rows = tx.execute(select(*_FOLDER).where(Folder.mailbox_id == mailbox_id, Folder.selected.is_(True)))
    return tuple(sorted((FolderRow(*row) for row in rows), key=lambda row: (order.get(row.holds, 9), row.folder_id)))


def save_cursor(tx: Connection, folder_id: int, cursor: str | None, *, now: datetime) -> None:
    """Remember where a folder was read to; belongs into the transaction that stores the page's last chunk."""
    tx.execute(update(Folder).where(Folder.id == folder_id).values(cursor=cursor, synced_at=now))


def report_progress(tx: Connection, mailbox_id: int, done: int, total: int) -> None:
    tx.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(state="syncing", state_detail="", progress_done=done, progress_total=total)
    )


def report_success(tx: Connection, mailbox_id: int, *, now: datetime) -> None:
    """The mailbox was read to its end; where something is asked about it, that is what it shows."""
    asked = sentence_of(question_of(tx, mailbox_id))
    values = {"state": "asks" if asked else "ready", "state_detail": asked, "last_success_at": now, "retry_at": None}
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(**values))


def report_failure(
    tx: Connection, mailbox_id: int, *, state: str, sentence: str, retry_at: datetime | None, now: datetime
) -> None:
    """Keep the failure in words; `retry_at` None means that nothing is tried before a person acts."""
    tx.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(state=state, state_detail=sentence, last_error=sentence, last_error_at=now, retry_at=retry_at)
    )


def _user(tx: Connection, email: str, name: str, now: datetime, *, is_person: bool = True) -> int:
    """The user with this address. Who is no person owns a mailbox and never signs in."""
    found = tx.execute(select(User.id).where(User.email == email)).scalar()
    if found is not None:
        return found
    return tx.execute(
        insert(User)
        .values(uid=new_uid(), email=email, name=name or email.partition("@")[0], active=is_person, created_at=now)
        .returning(User.id)
    ).scalar_one()
