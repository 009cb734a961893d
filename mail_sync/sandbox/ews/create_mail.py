"""CreateItem for mails: saved as a draft, sent, or both.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-email-message
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime

from lxml import etree

from mail_sync.sandbox import transport
from mail_sync.sandbox.compose import Attached, MailSource
from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.ews.create_attachments import read_attachments
from mail_sync.sandbox.ews.creation import Creation, Disposition
from mail_sync.sandbox.ews.mail_fields import BY_ELEMENT, set_header
from mail_sync.sandbox.ews.numbering import keep_numbers
from mail_sync.sandbox.ews.sending import send
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.ews.traits import BY_ELEMENT as COMMON
from mail_sync.sandbox.ews.traits import is_header, read_traits
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Kind, Traits

MESSAGE_FLAGS = "PropertyTag=3591;PropertyType=integer"
DELIVERY_TIME = "PropertyTag=3590;PropertyType=systemtime"
UNSENT = 8
OF_A_MAIL = frozenset(f"{T}{name}" for name in ("MimeContent", "Attachments", "ExtendedProperty"))


def create_message(creation: Creation) -> list[Item]:
    """A new mail from its fields, or from t:MimeContent and the fields that go before it."""
    element = creation.element
    source = MailSource(_mime(element))
    for child in element:
        setter = BY_ELEMENT.get(str(child.tag))
        if setter is not None:
            setter(source, child)
        elif child.tag == f"{T}ExtendedProperty" and is_header(child):
            set_header(source, child)
        elif child.tag not in COMMON and child.tag not in OF_A_MAIL:
            raise EwsError("ErrorInvalidPropertySet")
    files = read_attachments(element.find(f"{T}Attachments"))
    if not creation.call.faults.take(FaultKind.LOST_ATTACHMENTS, creation.call.operation, creation.mailbox.address):
        _attach(source, files)
    item_class = mail.item_class(mail.read_head(source.data()))
    return place(creation, source, read_traits(element, item_class, headers_apart=True))


def _mime(element: etree._Element) -> bytes:
    try:
        return b64decode(element.findtext(f"{T}MimeContent") or "")
    except ValueError as error:
        raise EwsError("ErrorMimeContentInvalidBase64String") from error


def _attach(source: MailSource, files: list[Attached]) -> None:
    for number, one in enumerate(files):
        source.attach(one, number)


def place(creation: Creation, source: MailSource, traits: Traits) -> list[Item]:
    """Save or send a new mail, as MessageDisposition says. A copy of what was sent has no id in the reply."""
    _check_disposition(creation)
    owner = creation.mailbox
    if creation.disposition is not Disposition.SAVE:
        content = _send(creation, source, traits)
        keep_numbers(source, traits)
        if creation.disposition is Disposition.SEND_AND_SAVE:
            owner.put(creation.home("sentitems"), content, Kind.MAIL, traits, creation.call.model.now())
        return []
    transport.stamp(source, owner)
    received = _imported(traits)
    data = source.data()
    keep_numbers(source, traits)
    return [owner.put(creation.home("drafts"), BytesContent(data), Kind.MAIL, traits, received)]


def _send(creation: Creation, source: MailSource, traits: Traits) -> Content:
    """A mail that may not be sent from somebody else's mailbox stays there as a draft, as documented for
    ErrorSendAsDenied."""
    owner = creation.mailbox
    try:
        return send(creation.call, source, traits, owner)
    except EwsError as error:
        if error.code == "ErrorSendAsDenied" and owner is not creation.call.mailbox:
            traits.unsent = True
            owner.put(owner.well_known["drafts"], BytesContent(source.data()), Kind.MAIL, traits)
        raise


def _check_disposition(creation: Creation) -> None:
    if creation.call.body.get("MessageDisposition") is None:
        raise EwsError("ErrorMessageDispositionRequired")
    if creation.disposition is Disposition.SEND and creation.folder is not None:
        raise EwsError("ErrorInvalidOperation", "A mail that is only sent is saved in no folder.")


def _imported(traits: Traits) -> datetime | None:
    """A saved mail is a draft received now, unless its client says otherwise by PidTagMessageFlags and
    PidTagMessageDeliveryTime: so do importers. Gives the instant, if one is said."""
    flags, moment = traits.properties.pop(MESSAGE_FLAGS, None), traits.properties.pop(DELIVERY_TIME, None)
    traits.unsent = flags is None or bool(int(str(flags)) & UNSENT)
    if moment is None:
        return None
    try:
        return datetime.fromisoformat(str(moment))
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
