"""Control commands about mail and whole mailboxes: what left the server, absence, backups."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from mail_sync.sandbox import backup
from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.model import OutOfOffice


class MailCommands:
    """Mailboxes are named by address."""

    _frontend: Frontend

    @cached_property
    def _backups(self) -> dict[tuple[str, str], backup.Snapshot]:
        return {}

    def outside(self) -> dict[str, object]:
        """The mails that left for other servers, oldest first."""
        model = self._frontend.model
        with model.lock:
            return {
                "mails": [
                    {
                        "sender": one.sender,
                        "recipient": one.recipient,
                        "at": one.at.isoformat(),
                        "source": one.data.decode("utf-8", "surrogateescape"),
                    }
                    for one in model.outside
                ]
            }

    def away(
        self, mailbox: str, internal: str = "", external: str = "", start: str = "", end: str = ""
    ) -> dict[str, object]:
        """Have a mailbox answer that its owner is away, to colleagues and to others; without words it is back."""
        self._frontend.model.mailbox(mailbox).out_of_office = OutOfOffice(
            enabled=bool(internal or external),
            internal=internal,
            external=external,
            start=datetime.fromisoformat(start) if start else None,
            end=datetime.fromisoformat(end) if end else None,
        )
        return {}

    def back_up(self, mailbox: str, name: str = "") -> dict[str, object]:
        """Remember a mailbox as it is now."""
        owner = self._frontend.model.mailbox(mailbox)
        self._backups[owner.address, name] = backup.snapshot(owner)
        return {}

    def restore(self, mailbox: str, name: str = "") -> dict[str, object]:
        """Put a mailbox back to how it was; sync states given since then are invalid."""
        owner = self._frontend.model.mailbox(mailbox)
        backup.restore(owner, self._backups[owner.address, name])
        return {}
