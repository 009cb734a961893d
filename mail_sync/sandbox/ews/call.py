"""One request on its way through an operation: who asks, for which mailbox, and which faults may strike."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass

from lxml import etree

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews.soap import EwsError, M, T
from mail_sync.sandbox.faults import FaultKind, Faults
from mail_sync.sandbox.model import Folder, Item, Mailbox, Model, NotFound
from mail_sync.sandbox.rights import ON_FOLDER, ON_ITEM, Right, rights_of
from mail_sync.sandbox.subscriptions import Subscriptions


def check_change_key(text: str) -> None:
    """Raise ErrorInvalidChangeKey for a change key that no server has given."""
    try:
        b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise EwsError("ErrorInvalidChangeKey") from error


@dataclass(frozen=True, slots=True)
class Call:
    """`user` signed in; `mailbox` is the one meant when the request names none (the impersonated one, if any)."""

    model: Model
    faults: Faults
    user: Mailbox
    mailbox: Mailbox
    operation: str
    body: etree._Element
    subscriptions: Subscriptions

    @property
    def owner(self) -> str:
        """Who a subscription belongs to: the user who signed in, or is impersonated."""
        return self.mailbox.address.lower()

    def check_message(self) -> None:
        """Raise EwsError where a fault says that this response message fails."""
        busy = self.faults.take(FaultKind.BUSY_MESSAGE, self.operation, self.mailbox.address)
        if busy is not None:
            raise EwsError("ErrorServerBusy", back_off=busy.value)
        wrong = self.faults.take(FaultKind.MESSAGE_ERROR, self.operation, self.mailbox.address)
        if wrong is not None:
            raise EwsError(wrong.value)
        if self.faults.take(FaultKind.MAILBOX_MOVE, self.operation, self.mailbox.address):
            raise EwsError("ErrorMailboxMoveInProgress")

    def check_room(self, mailbox: Mailbox) -> None:
        """Raise ErrorQuotaExceeded where a fault says that a mailbox is full."""
        if self.faults.take(FaultKind.QUOTA_EXCEEDED, self.operation, mailbox.address):
            raise EwsError("ErrorQuotaExceeded")

    def check_folder(self, folder: Folder, needed: Right) -> None:
        """Raise ErrorAccessDenied unless this call has these rights in that folder."""
        if needed not in rights_of(self.mailbox, folder):
            raise EwsError("ErrorAccessDenied")

    def folder(self, reference: etree._Element) -> Folder:
        """The folder behind a t:FolderId or t:DistinguishedFolderId."""
        wanted = str(reference.get("Id", ""))
        if reference.tag == f"{T}DistinguishedFolderId":
            return self._well_known(wanted, reference.findtext(f"{T}Mailbox/{T}EmailAddress"))
        try:
            ids.decode(wanted)
        except ids.MalformedId as error:
            raise EwsError("ErrorInvalidIdMalformed") from error
        for mailbox in self.model.mailboxes.values():
            found = mailbox.folders.get(wanted)
            if found is not None:
                self.check_folder(found, ON_FOLDER.get(self.operation, Right.READ))
                return found
        raise EwsError("ErrorFolderNotFound")

    def target(self, reference: etree._Element, missing: str) -> Folder:
        """The folder that something is put into; raises `missing` where there is none."""
        try:
            return self.folder(reference)
        except EwsError as error:
            raise EwsError(missing if error.code == "ErrorFolderNotFound" else error.code) from error

    def _well_known(self, name: str, address: str | None) -> Folder:
        mailbox = self.mailbox
        if address:
            try:
                mailbox = self.model.mailbox(address)
            except NotFound as error:
                raise EwsError("ErrorNonExistentMailbox") from error
        try:
            found = mailbox.well_known[name]
        except KeyError:
            raise EwsError("ErrorFolderNotFound") from None
        self.check_folder(found, ON_FOLDER.get(self.operation, Right.READ))
        return found

    def folders(self, container: str) -> list[etree._Element]:
        """The folder references in a container such as m:FolderIds."""
        found = self.body.find(f"{M}{container}")
        return [] if found is None else list(found)

    def item(self, item_id: str) -> Item:
        """The item with this id (not an occurrence's) in any mailbox this call may open."""
        for mailbox in self.model.mailboxes.values():
            found = mailbox.items.get(item_id)
            if found is not None:
                self.check_folder(found.folder, ON_ITEM.get(self.operation, Right.READ))
                return found
        raise EwsError("ErrorItemNotFound")
