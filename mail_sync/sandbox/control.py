"""The control endpoint: what tests and the demo do to a running sandbox from another process, as JSON over HTTP.

POST {"do": "deliver", ...} to CONTROL_PATH with "Authorization: Bearer TOKEN"; the answer is {"ok": true, ...} or
{"ok": false, "error": "..."}. Every command is a method of `Commands` and takes its other fields as arguments.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.control_access import AccessCommands
from mail_sync.sandbox.control_mail import MailCommands
from mail_sync.sandbox.loader import HOMES, classify, kind_of
from mail_sync.sandbox.model import Item, Kind, NotFound

CONTROL_PATH = "/sandbox/control"


class Commands(AccessCommands, MailCommands):
    """What can be done. Items are named by their ids, mailboxes by address, folders by path or id."""

    def deliver(
        self,
        mailbox: str,
        source: str,
        folder: str = "",
        kind: str = "eml",
        read: bool = False,
        received: str = "",
        categories: list[str] | None = None,
    ) -> dict[str, object]:
        """Put a new item into a folder (where none is named: inbox, calendar, contacts or tasks): `source` is the text
        of an .eml, .ics, .vcf or .todo as `kind` says. A meeting mail in the inbox changes the calendar as one that
        arrives."""
        owner = self._frontend.model.mailbox(mailbox)
        content = BytesContent(source.encode("utf-8", "surrogateescape"))
        item_kind = kind_of(kind)
        with owner.lock:
            item = owner.add(
                owner.folder(folder or HOMES[item_kind]),
                content,
                kind=item_kind,
                item_class=classify(content, item_kind),
                received=datetime.fromisoformat(received) if received else self._now(),
                is_read=read,
                categories=tuple(categories or ()),
            )
            if item_kind is Kind.MAIL and item.folder.distinguished == "inbox":
                for agent in self._frontend.model.agents:
                    agent(item)
        return {"item": item.item_id}

    def delete(self, item: str) -> dict[str, object]:
        """Remove an item for good."""
        self._item(item).folder.mailbox.delete(item)
        return {}

    def move(self, item: str, folder: str) -> dict[str, object]:
        """Move an item to another folder of its mailbox; answers with its new id."""
        mailbox = self._item(item).folder.mailbox
        return {"item": mailbox.move(item, mailbox.folder(folder)).item_id}

    def mark_read(self, item: str, read: bool = True) -> dict[str, object]:
        """Change the read flag."""
        self._item(item).folder.mailbox.mark_read(item, read)
        return {}

    def edit(
        self, item: str, source: str | None = None, flagged: bool | None = None, categories: list[str] | None = None
    ) -> dict[str, object]:
        """Change an item's source, flag or categories; answers with the new change key."""
        found = self._item(item)
        content = None if source is None else BytesContent(source.encode("utf-8", "surrogateescape"))
        item_class = classify(content, found.kind) if content is not None else None
        shown = None if categories is None else tuple(categories)
        edited = found.folder.mailbox.edit(
            item, content=content, flagged=flagged, categories=shown, item_class=item_class
        )
        return {"change_key": edited.change_key}

    def items(self, mailbox: str, folder: str = "inbox") -> dict[str, object]:
        """The ids in a folder, newest first."""
        owner = self._frontend.model.mailbox(mailbox)
        with owner.lock:
            return {"items": [item.item_id for item in reversed(owner.folder(folder).items)]}

    def counts(self) -> dict[str, object]:
        """Requests per operation since the start."""
        return {"counts": dict(self._frontend.counts)}

    def fault(self, kind: str, value: object = "", **settings: Any) -> dict[str, object]:
        """Switch a fault on; the fields are those of `faults.Fault`."""
        self._frontend.faults.set(kind, value, **settings)
        return {}

    def clear_faults(self) -> dict[str, object]:
        """Switch all faults off."""
        self._frontend.faults.clear()
        return {}

    def _now(self) -> datetime:
        return self._frontend.model.now().replace(microsecond=0)

    def _item(self, item_id: str) -> Item:
        for mailbox in self._frontend.model.mailboxes.values():
            if item_id in mailbox.items:
                return mailbox.items[item_id]
        raise NotFound(item_id)


@dataclass(frozen=True, slots=True)
class Control:
    """Checks the token and carries commands out."""

    commands: Commands
    token: str

    def answer(self, data: bytes, authorization: str) -> tuple[int, bytes]:
        """(HTTP status, JSON)."""
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self.token}".encode()):
            return 401, b'{"ok": false, "error": "wrong token"}'
        try:
            fields = json.loads(data)
            done = self._command(str(fields.pop("do", "")))(**fields)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            return 400, json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}).encode()
        return 200, json.dumps({"ok": True, **done}).encode()

    def _command(self, name: str) -> Callable[..., dict[str, object]]:
        if name.startswith("_") or not callable(getattr(Commands, name, None)):
            raise ValueError(f"no command {name!r}")
        command: Callable[..., dict[str, object]] = getattr(self.commands, name)
        return command
