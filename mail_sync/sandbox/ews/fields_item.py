"""The fields every item has (ItemType in types.xsd), in schema order."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping

from lxml import etree, html

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews import numbering
from mail_sync.sandbox.ews.folders import RIGHTS
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import attribute, element, flag, text, wrapped
from mail_sync.sandbox.facts import card, mail, remake, zones
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Kind

Renderer = Callable[[View], str]
Fields = Mapping[str, Renderer]


def item_id(view: View) -> str:
    """The ItemId element; an occurrence has an id of its own."""
    item = view.item
    shown = item.item_id
    if view.occurrence is not None:
        shown = ids.occurrence_id(shown, view.occurrence.original_start)
    return f'<t:ItemId Id="{shown}" ChangeKey="{item.change_key}"/>'


def _mime(view: View) -> str:
    data = view.item.content.read()
    if view.item.kind is Kind.MAIL and view.quirk(FaultKind.REGENERATED_MIME):
        data = remake.regenerated(data)
    if view.item.kind is Kind.EVENT:
        data = zones.with_rules(data)
    return f'<t:MimeContent CharacterSet="UTF-8">{b64encode(data).decode("ascii")}</t:MimeContent>'


def subject(view: View) -> str:
    """What the item is called."""
    if view.item.kind is Kind.MAIL:
        return view.head.get("Subject")
    if view.item.kind is Kind.TASK:
        return view.task.subject
    return view.event.subject if view.item.kind is Kind.EVENT else card.facts(view.item.content).display_name


def sensitivity(view: View) -> str:
    """Normal, Personal, Private or Confidential."""
    if "item:Sensitivity" in view.item.marks:
        return view.item.marks["item:Sensitivity"]
    if view.item.kind is Kind.EVENT:
        return view.event.sensitivity
    if view.item.kind is Kind.CONTACT:
        return card.facts(view.item.content).sensitivity
    if view.item.kind is Kind.TASK:
        return "Normal"
    said = view.head.get("Sensitivity").lower()
    return {"personal": "Personal", "private": "Private", "company-confidential": "Confidential"}.get(said, "Normal")


def bodies(view: View) -> tuple[str, str]:
    """(text, HTML) as the item has them."""
    if view.item.kind is Kind.MAIL:
        return view.body.text, view.body.html
    if view.item.kind is Kind.EVENT:
        return view.event.body, view.event.html
    if view.item.kind is Kind.TASK:
        return view.task.body, view.task.html
    facts = card.facts(view.item.content)
    return facts.note, facts.note_html


def as_text(plain: str, page: str) -> str:
    """The text body: as sent, or made from the HTML."""
    if plain or not page:
        return plain
    try:
        document = html.document_fromstring(page)
        etree.strip_elements(document, "head", "style", "script", with_tail=False)
        return "".join(str(part) for part in document.itertext())
    except (etree.ParserError, ValueError):
        return re.sub(r"<[^>]*>", "", page)


def as_html(plain: str, page: str) -> str:
    """The HTML body: as sent, or made from the text."""
    if page or not plain:
        return page
    lines = "<br>\n".join(text(line) for line in plain.splitlines())
    return f"<html><head></head><body><div>{lines}</div></body></html>"


def _body(view: View) -> str:
    plain, page = bodies(view)
    wanted = view.shape.body_type
    if wanted == "Best":
        wanted = "HTML" if page else "Text"
    shown = as_html(plain, page) if wanted == "HTML" else as_text(plain, page)
    return f'<t:Body BodyType="{wanted}" IsTruncated="false">{view.text("x", shown)[5:-6]}</t:Body>'


def _text_body(view: View) -> str:
    return f'<t:TextBody BodyType="Text" IsTruncated="false">{text(as_text(*bodies(view)))}</t:TextBody>'


def _attachments(view: View) -> str:
    if view.item.kind is not Kind.MAIL:
        return ""
    return wrapped("Attachments", "".join(attachment(view, *one) for one in numbering.numbered(view.item)))


def attachment(view: View, number: int, facts: mail.AttachmentFacts, content: str = "") -> str:
    """An attachment as GetItem lists it, or with its content as GetAttachment gives it."""
    name = "ItemAttachment" if facts.nested else "FileAttachment"
    wrong = view.quirk(FaultKind.WRONG_SIZE)
    return (
        f'<t:{name}><t:AttachmentId Id="{ids.attachment_id(view.item.item_id, number)}"/>'
        f"{element('Name', facts.name)}{element('ContentType', facts.content_type)}"
        f"{element('ContentId', facts.content_id)}<t:Size>{wrong.value if wrong else facts.size}</t:Size>"
        f"{view.instant('LastModifiedTime', view.item.modified)}{flag('IsInline', facts.inline)}"
        f"{'' if facts.nested else flag('IsContactPhoto', False)}{content}</t:{name}>"
    )


def _size(view: View) -> str:
    wrong = view.quirk(FaultKind.WRONG_SIZE)
    return f"<t:Size>{wrong.value if wrong else view.item.content.size}</t:Size>"


def _categories(view: View) -> str:
    shown, written = view.item.categories, "item:Categories" in view.item.marks
    if "item:Categories" in view.own:
        shown, written = tuple(view.own["item:Categories"]), True
    if not shown and not written and view.item.kind is Kind.EVENT:
        shown = view.event.categories
    elif not shown and not written and view.item.kind is Kind.CONTACT:
        shown = card.facts(view.item.content).categories
    return wrapped("Categories", "".join(f"<t:String>{text(one)}</t:String>" for one in shown))


def _importance(view: View) -> str:
    if "item:Importance" in view.item.marks:
        return element("Importance", view.item.marks["item:Importance"])
    if view.item.kind is Kind.EVENT:
        return element("Importance", view.event.importance)
    said = view.head.get("Importance").lower() if view.item.kind is Kind.MAIL else ""
    return element("Importance", {"high": "High", "low": "Low"}.get(said, "Normal"))


def _headers(view: View) -> str:
    if view.item.kind is not Kind.MAIL:
        return ""
    lines = "".join(
        f'<t:InternetMessageHeader HeaderName="{attribute(name)}">{text(value)}</t:InternetMessageHeader>'
        for name, value in view.head.headers
    )
    return wrapped("InternetMessageHeaders", lines)


def _recipients_shown(name: str) -> Renderer:
    def shown(view: View) -> str:
        if view.item.kind is not Kind.MAIL:
            return f"<t:Display{name}/>"
        people = "; ".join(one.name or one.email for one in view.head.addresses(name))
        return f"<t:Display{name}>{text(people)}</t:Display{name}>"

    return shown


def _has_attachments(view: View) -> str:
    listed = view.body.attachments if view.item.kind is Kind.MAIL else ()
    return flag("HasAttachments", any(not one.inline for one in listed))


def _is_draft(view: View) -> str:
    return flag("IsDraft", view.item.unsent or view.item.folder.distinguished == "drafts")


def is_from_me(view: View) -> bool:
    """Whether the owner of the mailbox has sent the item."""
    return "item:IsFromMe" in view.item.marks or view.item.folder.distinguished == "sentitems"


def _flag(view: View) -> str:
    """Dates in the order of FlagType."""
    status = "Flagged" if view.item.flagged else view.item.marks.get("item:Flag", "NotFlagged")
    status = "NotFlagged" if status == "Flagged" and not view.item.flagged else status
    dates = "".join(
        element(name, view.item.marks.get(f"item:Flag/{name}", "")) for name in ("CompleteDate", "DueDate", "StartDate")
    )
    return f"<t:Flag><t:FlagStatus>{status}</t:FlagStatus>{dates}</t:Flag>"


def _sent(view: View) -> str:
    sent = view.head.date if view.item.kind is Kind.MAIL else None
    return view.instant("DateTimeSent", sent or view.item.received)


def _created(view: View) -> str:
    created = view.event.created if view.item.kind is Kind.EVENT else None
    return view.instant("DateTimeCreated", created or view.item.received)


def _reminder(view: View) -> str:
    if "item:ReminderIsSet" in view.item.marks:
        return flag("ReminderIsSet", view.item.marks["item:ReminderIsSet"] in ("true", "1"))
    return flag("ReminderIsSet", view.item.kind is Kind.EVENT and view.event.reminder_minutes is not None)


def _reminder_minutes(view: View) -> str:
    if "item:ReminderMinutesBeforeStart" in view.item.marks:
        return element("ReminderMinutesBeforeStart", view.item.marks["item:ReminderMinutesBeforeStart"])
    minutes = view.event.reminder_minutes if view.item.kind is Kind.EVENT else None
    usual = 0 if view.item.kind is Kind.TASK else 15
    return f"<t:ReminderMinutesBeforeStart>{usual if minutes is None else minutes}</t:ReminderMinutesBeforeStart>"


def _conversation(view: View) -> str:
    if view.item.kind is not Kind.MAIL:
        return ""
    head, guid = view.head, view.item.folder.mailbox.guid
    seed = head.conversation_index[6:22] or head.topic.encode("utf-8", "replace")
    raw = ids.ITEM_HEAD + str(guid).encode() + b"\x00\x10\x00" + hashlib.md5(seed, usedforsecurity=False).digest()
    return f'<t:ConversationId Id="{b64encode(raw).decode()}"/>'


BEFORE_EXTENDED: dict[str, Renderer] = {
    "item:MimeContent": _mime,
    "item:ItemId": item_id,
    "item:ParentFolderId": lambda view: (
        f'<t:ParentFolderId Id="{view.item.folder.folder_id}" ChangeKey="{view.item.folder.change_key}"/>'
    ),
    "item:ItemClass": lambda view: element("ItemClass", view.item.item_class),
    "item:Subject": lambda view: view.text("Subject", subject(view)),
    "item:Sensitivity": lambda view: element("Sensitivity", sensitivity(view)),
    "item:Body": _body,
    "item:Attachments": _attachments,
    "item:DateTimeReceived": lambda view: view.instant("DateTimeReceived", view.item.received),
    "item:Size": _size,
    "item:Categories": _categories,
    "item:Importance": _importance,
    "item:InReplyTo": lambda view: (
        view.text("InReplyTo", view.head.get("In-Reply-To")) if view.item.kind is Kind.MAIL else ""
    ),
    "item:IsSubmitted": lambda view: flag("IsSubmitted", False),
    "item:IsDraft": _is_draft,
    "item:IsFromMe": lambda view: flag("IsFromMe", is_from_me(view)),
    "item:IsResend": lambda view: flag("IsResend", False),
    "item:IsUnmodified": lambda view: flag("IsUnmodified", view.item.version == view.item.created),
    "item:InternetMessageHeaders": _headers,
    "item:DateTimeSent": _sent,
    "item:DateTimeCreated": _created,
    "item:ReminderIsSet": _reminder,
    "item:ReminderMinutesBeforeStart": _reminder_minutes,
    "item:DisplayCc": _recipients_shown("Cc"),
    "item:DisplayTo": _recipients_shown("To"),
    "item:HasAttachments": _has_attachments,
}
AFTER_EXTENDED: dict[str, Renderer] = {
    "item:Culture": lambda view: element("Culture", "en-US"),
    "item:EffectiveRights": lambda view: f"<t:EffectiveRights>{RIGHTS}</t:EffectiveRights>",
    "item:LastModifiedName": lambda view: element("LastModifiedName", view.item.folder.mailbox.name),
    "item:LastModifiedTime": lambda view: view.instant("LastModifiedTime", view.item.modified),
    "item:IsAssociated": lambda view: flag("IsAssociated", False),
    "item:ConversationId": _conversation,
    "item:Flag": _flag,
    "item:TextBody": _text_body,
}
