"""ReplyToItem, ReplyAllToItem and ForwardItem: new mails that the server makes of old ones.

The server writes recipients, subject, thread headers and the quoted original; a client's own fields go before them.
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-respond-to-email-messages-by-using-ews-in-exchange
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from mail_sync.sandbox import threads
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.ews.create_mail import place
from mail_sync.sandbox.ews.creation import Creation
from mail_sync.sandbox.ews.fields_item import as_html, as_text
from mail_sync.sandbox.ews.items import find
from mail_sync.sandbox.ews.mail_fields import BY_ELEMENT
from mail_sync.sandbox.ews.numbering import open_source
from mail_sync.sandbox.ews.sending import ANSWERS
from mail_sync.sandbox.ews.soap import EwsError, T
from mail_sync.sandbox.ews.xml import text
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.facts.mail import Address
from mail_sync.sandbox.model import Item, Kind, Traits

OWN_FIELDS = frozenset(
    f"{T}{name}"
    for name in ("Subject", "Body", "ToRecipients", "CcRecipients", "BccRecipients", "From",
                 "IsReadReceiptRequested", "IsDeliveryReceiptRequested")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One way of answering. `verb` is the value of PidTagLastVerbExecuted."""

    verb: int
    prefix: str
    people: Callable[[MailSource, Item], tuple[list[Address], list[Address]]]  # To and Cc
    keeps_files: bool = False


def _author(original: MailSource) -> list[Address]:
    return list(original.people("Reply-To") or original.people("From") or original.people("Sender"))


def _to_author(original: MailSource, _: Item) -> tuple[list[Address], list[Address]]:
    return _author(original), []


def _to_all(original: MailSource, item: Item) -> tuple[list[Address], list[Address]]:
    """Everybody once, without the owner of the mailbox."""
    seen = {item.folder.mailbox.address.lower()}
    to = _others([*_author(original), *original.people("To")], seen)
    return to or _author(original), _others(original.people("Cc"), seen)


def _others(people: Iterable[Address], seen: set[str]) -> list[Address]:
    found = []
    for one in people:
        if one.email.lower() not in seen:
            seen.add(one.email.lower())
            found.append(one)
    return found


def _to_nobody(_: MailSource, __: Item) -> tuple[list[Address], list[Address]]:
    return [], []


ANSWERING = {
    f"{T}ReplyToItem": Answer(102, "RE", _to_author),
    f"{T}ReplyAllToItem": Answer(103, "RE", _to_all),
    f"{T}ForwardItem": Answer(104, "FW", _to_nobody, keeps_files=True),
}


def create_answer(creation: Creation) -> list[Item]:
    """The answer as a draft, or sent, as MessageDisposition says."""
    element, answer = creation.element, ANSWERING[str(creation.element.tag)]
    item = _referenced(creation)
    original, source = open_source(item), MailSource()
    to, cc = answer.people(original, item)
    source.put_people("To", to)
    source.put_people("Cc", cc)
    source.put("Subject", threads.prefixed(answer.prefix, original.get("Subject")))
    threads.follow(source, mail.head(item.content), creation.call.model.now())
    _quote(source, original, element.find(f"{T}NewBodyContent"))
    for child in element:
        if child.tag in OWN_FIELDS:
            BY_ELEMENT[str(child.tag)](source, child)
    for number, one in enumerate(original.parts.attachments):
        if answer.keeps_files or (one.inline and one.content_id):
            source.attach(one, number)
    traits = Traits("IPM.Note", marks={ANSWERS: f"{answer.verb} {item.item_id}"})
    return place(creation, source, traits)


def _referenced(creation: Creation) -> Item:
    reference = creation.element.find(f"{T}ReferenceItemId")
    if reference is None:
        raise EwsError("ErrorMissingInformationReferenceItemId")
    item, _ = find(creation.call, reference)
    if item.kind is not Kind.MAIL:
        raise EwsError("ErrorInvalidReferenceItem")
    forwards = ANSWERING[str(creation.element.tag)].keeps_files
    if not forwards and (item.unsent or item.folder.distinguished == "drafts"):
        raise EwsError("ErrorInvalidReferenceItem")
    return item


def _quote(source: MailSource, original: MailSource, new: etree._Element | None) -> None:
    """The new words above the original with its head lines; HTML where one of both is."""
    said, is_html = ("", False) if new is None else (new.text or "", new.get("BodyType") == "HTML")
    parts = original.parts
    lines = _head_lines(original)
    if not is_html and not parts.html:
        head = "".join(f"{name}: {value}\r\n" for name, value in lines)
        source.parts.text = f"{said}\r\n\r\n________________________________\r\n{head}\r\n{as_text(parts.text, '')}"
        return
    above = said if is_html else "<br>\r\n".join(text(line) for line in said.splitlines())
    head = "<br>\r\n".join(f"<b>{name}:</b> {text(value)}" for name, value in lines)
    page = parts.html or as_html(parts.text, "")
    source.parts.html = f'<div>{above}</div>\r\n<hr><div id="divRplyFwdMsg">{head}</div>\r\n{page}'


def _head_lines(original: MailSource) -> list[tuple[str, str]]:
    shown = [("From", original.get("From")), ("Sent", original.get("Date")), ("To", original.get("To"))]
    shown += [("Cc", original.get("Cc")), ("Subject", original.get("Subject"))]
    return [(name, value) for name, value in shown if value]
