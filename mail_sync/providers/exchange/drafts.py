"""Drafts: a mail from its parts, its attachments one by one, our stamp on it only when it is whole.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-add-attachments-by-using-ews-in-exchange
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from lxml.etree import _Element

from mail_sync.errors import MailboxUnavailable, OutcomeUnknown, SendRefused, SyncError
from mail_sync.message import Address
from mail_sync.mime.outgoing import outgoing_mime, stamp_headers, thread_ids
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail
from mail_sync.provider import FolderRole, Written
from mail_sync.providers.exchange.building import child, given, new
from mail_sync.providers.exchange.conversation import conversation_of
from mail_sync.providers.exchange.finding import search
from mail_sync.providers.exchange.reading import item_id, path, text
from mail_sync.providers.exchange.server import Place, Writer
from mail_sync.providers.exchange.shapes import ATTACHMENTS
from mail_sync.providers.exchange.stamps import UNFINISHED, set_stamp, stamp_property
from mail_sync.providers.exchange.writing import expect

DRAFTS = Place(name="drafts")
ID_REFUSED = "ErrorInvalidPropertySet"


def save_draft(server: Writer, mail: OutgoingMail, stamp: str, now: datetime) -> Written:
    """Put a mail into Drafts. Raises SendRefused, OutcomeUnknown and others.

    A draft that gets attachments is stamped last, so that nobody finds and sends half of it; one that cannot be
    finished is moved to Deleted Items.
    """
    if mail.calendar:
        return server.create(DRAFTS, mime_element(mail, stamp))
    place = conversation_of(server, mail.answers, now) if mail.answers else []
    if not mail.attachments:
        return _create(server, mail, stamp, stamp, place)
    _throw_away_unfinished(server, stamp)
    draft = _create(server, mail, f"{UNFINISHED}{stamp}", stamp, place)
    try:
        draft = _whole(server, draft, mail.attachments)
    except SyncError:
        with suppress(SyncError):  # the next attempt throws it away
            server.delete(Written(draft.item_id))
        raise
    return server.update(draft, [set_stamp("t:Message", stamp)])


def _create(server: Writer, mail: OutgoingMail, held: str, stamp: str, place: Sequence[_Element]) -> Written:
    """A draft without attachments, stamped with `held`. Some servers let no client choose the Message-ID."""
    try:
        return server.create(DRAFTS, mail_element(mail, held, stamp, place))
    except SendRefused as error:
        if not mail.message_id or ID_REFUSED not in error.detail:
            raise
        return server.create(DRAFTS, mail_element(replace(mail, message_id=""), held, stamp, place))


def _whole(server: Writer, draft: Written, files: Sequence[OutgoingAttachment]) -> Written:
    """The draft with its attachments. It is not stamped yet, so there is nothing that could be looked for: an unknown
    outcome is a failure like others."""
    try:
        return attach_all(server, draft, files)
    except OutcomeUnknown as error:
        raise MailboxUnavailable(error.detail) from error


def _throw_away_unfinished(server: Writer, stamp: str) -> None:
    """Move what an earlier attempt left in Drafts to Deleted Items."""
    for folder_id in server.known_folders([DRAFTS.name]).values():
        for left in search(server, f"{UNFINISHED}{stamp}", {folder_id: FolderRole.DRAFTS}):
            server.delete(Written(left.item_id))


def attach_all(server: Writer, draft: Written, files: Sequence[OutgoingAttachment]) -> Written:
    """Attach files to a draft and see that all are there: a server may drop some without a word.

    Raises SendRefused when they stay missing, Conflict when somebody else writes to the draft.
    """
    missing = list(files)
    for _ in range(2):
        for file in missing:
            draft = server.attach(draft, attachment_element(file))
        found = expect(server, draft.item_id, draft.change_key, ATTACHMENTS)
        draft = Written(draft.item_id, item_id(found)[1])
        missing = _missing(found, files)
        if not missing:
            return draft
    names = ", ".join(file.filename for file in missing)
    raise SendRefused(f"the server does not keep these attachments: {names}")


def _missing(found: _Element, files: Sequence[OutgoingAttachment]) -> list[OutgoingAttachment]:
    kept = Counter(text(one, "Name") for one in found.iterfind(path("Attachments", "*")))
    missing = []
    for file in files:
        if kept[file.filename]:
            kept[file.filename] -= 1
        else:
            missing.append(file)
    return missing


def mail_element(mail: OutgoingMail, held: str, stamp: str, place: Sequence[_Element] = ()) -> _Element:
    """A t:Message in the order of the schema, stamped with `held`; `place` are its properties in a conversation.

    The thread headers are written as they are, because an answer made by the server (t:ReplyToItem) would quote the
    original a second time. The sender is always named: in a shared mailbox it is not the user who is logged in.
    """
    made = new("t:Message")
    given(made, "t:Subject", mail.subject)
    if mail.html:
        child(made, "t:Body", mail.html, BodyType="HTML")
    else:
        child(made, "t:Body", mail.text, BodyType="Text")
    if mail.importance != "normal":
        child(made, "t:Importance", mail.importance.title())
    given(made, "t:InReplyTo", thread_ids((mail.in_reply_to,)))
    made.append(stamp_property(held))
    made.extend(deepcopy(one) for one in place)
    for name, value in stamp_headers(mail, stamp):
        made.append(header_property(name, value))
    _people(made, "t:ToRecipients", mail.to)
    _people(made, "t:CcRecipients", mail.cc)
    _people(made, "t:BccRecipients", mail.bcc)
    if mail.sender.email:
        child(made, "t:From").append(_mailbox(mail.sender))
    given(made, "t:InternetMessageId", thread_ids((mail.message_id,)))
    child(made, "t:IsRead", "true")
    given(made, "t:References", thread_ids(mail.references))
    _people(made, "t:ReplyTo", mail.reply_to)
    return made


def mime_element(mail: OutgoingMail, stamp: str) -> _Element:
    """A t:Message from its MIME: the only way to a calendar part beside the text (RFC 6047 section 2.4)."""
    made = new("t:Message")
    child(made, "t:MimeContent", b64encode(outgoing_mime(mail, stamp)).decode(), CharacterSet="UTF-8")
    made.append(stamp_property(stamp))
    child(made, "t:IsRead", "true")
    return made


def header_property(name: str, value: str) -> _Element:
    """A header of the mail that will be sent (PS_INTERNET_HEADERS, [MS-OXCMSG] 2.1.3)."""
    made = new("t:ExtendedProperty")
    child(
        made,
        "t:ExtendedFieldURI",
        DistinguishedPropertySetId="InternetHeaders",
        PropertyName=name,
        PropertyType="String",
    )
    child(made, "t:Value", value)
    return made


def attachment_element(file: OutgoingAttachment) -> _Element:
    """A t:FileAttachment with its content."""
    made = new("t:FileAttachment")
    child(made, "t:Name", file.filename)
    given(made, "t:ContentType", file.media_type)
    given(made, "t:ContentId", file.content_id)
    if file.inline:
        child(made, "t:IsInline", "true")
    child(made, "t:Content", b64encode(file.read()).decode())
    return made


def _people(made: _Element, name: str, people: Sequence[Address]) -> None:
    if people:
        holder = child(made, name)
        holder.extend(_mailbox(one) for one in people)


def _mailbox(person: Address) -> _Element:
    made = new("t:Mailbox")
    given(made, "t:Name", person.name)
    child(made, "t:EmailAddress", person.email)
    child(made, "t:RoutingType", "SMTP")
    return made
