"""One element of a CreateItem request, as the creators of all kinds are given it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.model import Folder, Item, Mailbox


class Disposition(StrEnum):
    """MessageDisposition: what becomes of a mail after it is made or changed."""

    SAVE = "SaveOnly"
    SEND = "SendOnly"
    SEND_AND_SAVE = "SendAndSaveCopy"


@dataclass(frozen=True, slots=True)
class Creation:
    """`folder` is SavedItemFolderId, None where the request names none; `invitations` is SendMeetingInvitations, ''
    where it is left out."""

    call: Call
    element: etree._Element
    folder: Folder | None
    disposition: Disposition
    invitations: str

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox that the items go to."""
        return self.folder.mailbox if self.folder else self.call.mailbox

    def home(self, distinguished: str) -> Folder:
        """The folder named in the request, else the one with this well-known name."""
        return self.folder or self.mailbox.well_known[distinguished]


# Makes the items of one element and gives those whose ids go back to the client, none for what was only sent.
# Raises EwsError. The caller holds the model's lock.
Creator = Callable[[Creation], list[Item]]
