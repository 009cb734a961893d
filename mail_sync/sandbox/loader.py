"""A model from a folder of .eml, .ics (an event), .todo (an iCalendar to-do) and .vcf files with an index.json.

index.json: {"version": 1, "mailboxes": [{"address", "name", "password", "timezone", "readers", "send_as",
"send_on_behalf"}], "items": [{"mailbox", "folder", "file", "received", "read", "flagged", "categories", "item_class"}],
"room_lists": [{"address", "name", "rooms"}], "impersonators": [address]}; of an item only mailbox and file must be
given, of a room list all. `folder` is a well-known name (inbox, sentitems, calendar ...) or a path such as
"inbox/Customers"; files are relative to the index and stay where they are.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mail_sync.sandbox.content import BytesContent, Content, FileContent
from mail_sync.sandbox.facts import event, mail, task
from mail_sync.sandbox.model import Kind, Mailbox, Model
from mail_sync.sandbox.rooms import RoomList

KINDS = {"eml": Kind.MAIL, "ics": Kind.EVENT, "vcf": Kind.CONTACT, "todo": Kind.TASK}
HOMES = {Kind.MAIL: "inbox", Kind.EVENT: "calendar", Kind.CONTACT: "contacts", Kind.TASK: "tasks"}
CLASSES = {Kind.EVENT: "IPM.Appointment", Kind.CONTACT: "IPM.Contact", Kind.TASK: "IPM.Task"}


class BadIndex(ValueError):
    """The folder cannot be served; the message says which entry is wrong."""


def kind_of(suffix: str) -> Kind:
    """What a file holds by its suffix, with or without dot. Raises ValueError."""
    try:
        return KINDS[suffix.lower().lstrip(".")]
    except KeyError:
        raise ValueError(f"no item is made of a {suffix!r} file") from None


def classify(content: Content, kind: Kind) -> str:
    """The item class a server gives at delivery. Raises ValueError for a calendar without an event, or a task."""
    if kind is Kind.EVENT:
        event.check(content)
    if kind is Kind.TASK:
        task.facts(content)
    if kind is not Kind.MAIL:
        return CLASSES[kind]
    data = content.read()
    calendar = mail.body(BytesContent(data)).calendar if b"text/calendar" in data.lower() else b""
    return mail.item_class(mail.read_head(data), calendar if _is_readable(calendar) else b"")


def _is_readable(calendar: bytes) -> bool:
    """Whether an invitation can be shown as one; with any other calendar the mail stays a plain mail."""
    try:
        event.series_of(calendar, "UTC")
    except event.Unreadable:
        return False
    return True


def load(folder: Path) -> Model:
    """The model an index describes. Raises BadIndex, OSError."""
    index = _index(folder / "index.json")
    model = Model()
    for entry in index.get("mailboxes", []):
        mailbox = model.add_mailbox(
            entry["address"],
            entry.get("name", ""),
            entry.get("password", "demo"),
            entry.get("timezone", "Europe/Vienna"),
        )
        mailbox.readers, mailbox.send_as, mailbox.send_on_behalf = (
            {user.lower() for user in entry.get(right, [])} for right in ("readers", "send_as", "send_on_behalf")
        )
    model.impersonators = {user.lower() for user in index.get("impersonators", [])}
    for entry in index.get("room_lists", []):
        model.room_lists.append(RoomList(entry["address"], entry["name"], tuple(entry["rooms"])))
    for number, entry in enumerate(index.get("items", [])):
        try:
            _add(folder, model.mailbox(entry["mailbox"]), entry)
        except (KeyError, ValueError, OSError) as error:
            raise BadIndex(f"items[{number}] of index.json: {type(error).__name__}: {error}") from error
    return model


def _index(path: Path) -> dict[str, Any]:
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadIndex(f"{path} is not JSON: {error}") from error
    if not isinstance(index, dict) or index.get("version") != 1:
        raise BadIndex(f"{path} is not an index of version 1")
    return index


def _add(folder: Path, mailbox: Mailbox, entry: dict[str, Any]) -> None:
    content = FileContent(folder / entry["file"])
    kind = kind_of(content.path.suffix)
    mailbox.add(
        mailbox.folder(entry.get("folder") or HOMES[kind]),
        content,
        kind=kind,
        received=_received(entry, content, kind),
        item_class=entry.get("item_class") or classify(content, kind),
        is_read=bool(entry.get("read", True)),
        flagged=bool(entry.get("flagged", False)),
        categories=tuple(entry.get("categories", ())),
    )


def _received(entry: dict[str, Any], content: Content, kind: Kind) -> datetime:
    """As the index says; for a mail else its Date; else the start of 2026, so that ids and order stay the same."""
    said = entry.get("received")
    if said:
        found = datetime.fromisoformat(said)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    date = mail.head(content).date if kind is Kind.MAIL else None
    return date or datetime(2026, 1, 1, tzinfo=UTC)
