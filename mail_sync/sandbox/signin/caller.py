"""Who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass

from mail_sync.sandbox.model import Mailbox


@dataclass(frozen=True, slots=True)
class Caller:
    """A user by the mailbox he signed in to, or (mailbox None) an application, which only acts for the users it
    impersonates. `application` is the client id of an OAuth token, '' for any other sign-in."""

    mailbox: Mailbox | None
    application: str = ""

    @property
    def name(self) -> str:
        """Address or client id: what faults are aimed at."""
        return self.mailbox.address if self.mailbox is not None else self.application
