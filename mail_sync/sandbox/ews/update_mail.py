"""UpdateItem for mails: drafts may change wholly, what was sent or received only in part.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
"""

from __future__ import annotations

from base64 import b64decode

from lxml import etree

from mail_sync.sandbox import reports, transport
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.ews.changing import Changing
from mail_sync.sandbox.ews.creation import Disposition
from mail_sync.sandbox.ews.mail_fields import PEOPLE, SETTERS, append_body, read_people, set_header
from mail_sync.sandbox.ews.numbering import keep_numbers, open_source
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.send import send_draft
from mail_sync.sandbox.ews.soap import EwsError, SoapFault
from mail_sync.sandbox.ews.traits import header_name
from mail_sync.sandbox.model import Item

# Of a mail that was sent or received these can no longer change (ErrorInvalidPropertyUpdateSentMessage).
FIXED_ONCE_SENT = frozenset(
    ("item:MimeContent", "message:ToRecipients", "message:CcRecipients", "message:BccRecipients", "message:From",
     "message:Sender", "message:ReplyTo", "message:IsReadReceiptRequested", "message:IsDeliveryReceiptRequested")
)  # fmt: skip
READ_ONLY = frozenset(("message:InternetMessageId", "message:Sender"))


class MailWriter:
    """Writes into the source of one mail."""

    def __init__(self, changing: Changing) -> None:
        self._changing = changing
        self._opened: MailSource | None = None
        self._touched = False
        self._disposition = _disposition(changing)
        self._is_draft = changing.item.unsent or changing.item.folder.distinguished == "drafts"
        self._was_read = changing.item.is_read

    @property
    def _source(self) -> MailSource:
        """Opened when it is first needed: categories and read flags change without it."""
        if self._opened is None:
            self._opened = open_source(self._changing.item)
        return self._opened

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """A field of SETTERS, the whole source, or a header by its name."""
        self._check(path)
        if path.uri == "item:MimeContent":
            self._opened = MailSource(b64decode("" if value is None else value.text or ""))
        elif header_name(path.extended):
            if value is None:
                self._source.put(header_name(path.extended), "")
            else:
                set_header(self._source, value)
        elif path.uri in SETTERS:
            SETTERS[path.uri](self._source, value)
        else:
            return False
        self._touched = True
        return True

    def append(self, path: Path, value: etree._Element) -> bool:
        """Text after the body, people after the recipients."""
        self._check(path)
        if path.uri == "item:Body":
            append_body(self._source, value)
        elif path.uri in PEOPLE:
            header = PEOPLE[path.uri]
            self._source.put_people(header, [*self._source.people(header), *read_people(value)])
        else:
            return False
        self._touched = True
        return True

    def _check(self, path: Path) -> None:
        if path.uri in READ_ONLY:
            raise EwsError("ErrorInvalidPropertySet")
        if path.uri in FIXED_ONCE_SENT and not self._is_draft:
            raise EwsError("ErrorInvalidPropertyUpdateSentMessage")

    def content(self) -> Content | None:
        """The source with the changes in it."""
        if not self._touched:
            return None
        data = self._source.data()
        keep_numbers(self._source, self._changing.traits)
        return BytesContent(data)

    def finish(self, item: Item) -> Item | None:
        """The mail, unless MessageDisposition sends it: then nothing."""
        call = self._changing.call
        if self._disposition is Disposition.SAVE:
            if item.is_read and not self._was_read and call.body.get("SuppressReadReceipts") not in ("true", "1"):
                self._confirm(item)
            return item
        keep = self._disposition is Disposition.SEND_AND_SAVE
        send_draft(call, item, call.mailbox.well_known["sentitems"] if keep else None)
        return None

    def _confirm(self, item: Item) -> None:
        """Tell the author who asked for it that the mail was read (RFC 8098)."""
        owner, model = item.folder.mailbox, self._changing.call.model
        askers = self._source.people(transport.READ_RECEIPT)
        if not askers or self._is_draft or item.folder.distinguished == "sentitems":
            return
        message_id = transport.make_message_id(owner)
        report = reports.read(item.content.read(), askers[0], owner, message_id, model.now())
        transport.submit(model, report, transport.Envelope("", (askers[0].email,)))


def _disposition(changing: Changing) -> Disposition:
    said = changing.call.body.get("MessageDisposition")
    if said is None:
        raise EwsError("ErrorMessageDispositionRequired")
    try:
        return Disposition(said)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
