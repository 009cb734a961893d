"""The fields of contacts (ContactItemType in types.xsd), in schema order."""

from __future__ import annotations

from mail_sync.sandbox.ews.fields_item import AFTER_EXTENDED, BEFORE_EXTENDED, Renderer
from mail_sync.sandbox.ews.mapi import extended
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import attribute, element, flag, text, wrapped
from mail_sync.sandbox.facts import card


def _facts(view: View) -> card.Facts:
    return card.facts(view.item.content)


def _text(name: str, field: str) -> Renderer:
    return lambda view: view.text(name, getattr(_facts(view), field))


def _list(name: str, field: str) -> Renderer:
    return lambda view: wrapped(
        name, "".join(f"<t:String>{text(one)}</t:String>" for one in getattr(_facts(view), field))
    )


def _complete_name(view: View) -> str:
    facts = _facts(view)
    parts = (
        ("Title", facts.title),
        ("FirstName", facts.given_name),
        ("MiddleName", facts.middle_name),
        ("LastName", facts.surname),
        ("Suffix", facts.suffix),
        ("FullName", facts.display_name),
        ("Nickname", facts.nickname),
    )
    return wrapped("CompleteName", "".join(element(name, value) for name, value in parts))


def _wanted(view: View, uri: str, key: str) -> bool:
    """Whether a slot was asked for: by its own IndexedFieldURI, or with everything."""
    return view.shape.base != "IdOnly" or (uri, key) in view.shape.indexed


def _emails(view: View) -> str:
    name = attribute(_facts(view).display_name)
    entries = "".join(
        f'<t:Entry Key="{key}" Name="{name}" RoutingType="SMTP" MailboxType="Contact">{text(value)}</t:Entry>'
        for key, value in _facts(view).emails
        if _wanted(view, "contacts:EmailAddress", key)
    )
    return wrapped("EmailAddresses", entries)


def _entries(name: str, uri: str, field: str) -> Renderer:
    def shown(view: View) -> str:
        pairs: tuple[tuple[str, str], ...] = getattr(_facts(view), field)
        entries = (f'<t:Entry Key="{key}">{text(value)}</t:Entry>' for key, value in pairs if _wanted(view, uri, key))
        return wrapped(name, "".join(entries))

    return shown


def _addresses(view: View) -> str:
    entries = []
    for key, fields in _facts(view).addresses:
        inner = "".join(
            element(name, value) for name, value in fields if _wanted(view, f"contacts:PhysicalAddress:{name}", key)
        )
        if inner:
            entries.append(f'<t:Entry Key="{key}">{inner}</t:Entry>')
    return wrapped("PhysicalAddresses", "".join(entries))


def _day(name: str, field: str) -> Renderer:
    def shown(view: View) -> str:
        value: str = getattr(_facts(view), field)
        # Outlook writes days without a zone at 11:59 UTC, so that most of the world reads the same day.
        return f"<t:{name}>{value}T11:59:00Z</t:{name}>" if value else ""

    return shown


def _mapping(view: View) -> str:
    """None for a name to file under that was written by hand."""
    facts = _facts(view)
    return element("FileAsMapping", "None" if facts.filed_as else facts.file_as_mapping or "LastCommaFirst")


CONTACT: dict[str, Renderer] = {
    **BEFORE_EXTENDED,
    "extended": extended,
    **AFTER_EXTENDED,
    "contacts:FileAs": _text("FileAs", "file_as"),
    "contacts:FileAsMapping": _mapping,
    "contacts:DisplayName": _text("DisplayName", "display_name"),
    "contacts:GivenName": _text("GivenName", "given_name"),
    "contacts:Initials": _text("Initials", "initials"),
    "contacts:MiddleName": _text("MiddleName", "middle_name"),
    "contacts:Nickname": _text("Nickname", "nickname"),
    "contacts:CompleteName": _complete_name,
    "contacts:CompanyName": _text("CompanyName", "company"),
    "contacts:EmailAddress": _emails,
    "contacts:PhysicalAddress": _addresses,
    "contacts:PhoneNumber": _entries("PhoneNumbers", "contacts:PhoneNumber", "phones"),
    "contacts:AssistantName": _text("AssistantName", "assistant"),
    "contacts:Birthday": _day("Birthday", "birthday"),
    "contacts:BusinessHomePage": _text("BusinessHomePage", "website"),
    "contacts:Children": _list("Children", "children"),
    "contacts:Companies": _list("Companies", "companies"),
    "contacts:ContactSource": lambda view: element("ContactSource", "Store"),
    "contacts:Department": _text("Department", "department"),
    "contacts:Generation": _text("Generation", "suffix"),
    "contacts:ImAddress": _entries("ImAddresses", "contacts:ImAddress", "ims"),
    "contacts:JobTitle": _text("JobTitle", "job_title"),
    "contacts:Manager": _text("Manager", "manager"),
    "contacts:Mileage": _text("Mileage", "mileage"),
    "contacts:OfficeLocation": _text("OfficeLocation", "office"),
    "contacts:PostalAddressIndex": lambda view: element("PostalAddressIndex", _facts(view).postal_address or "None"),
    "contacts:Profession": _text("Profession", "profession"),
    "contacts:SpouseName": _text("SpouseName", "spouse"),
    "contacts:Surname": _text("Surname", "surname"),
    "contacts:WeddingAnniversary": _day("WeddingAnniversary", "anniversary"),
    "contacts:HasPicture": lambda view: flag("HasPicture", False),
}
DEFAULT_CONTACT = (
    "item:ItemId", "item:Subject", "item:Sensitivity", "item:HasAttachments", "item:Culture", "contacts:FileAs",
    "contacts:CompleteName", "contacts:CompanyName", "contacts:EmailAddress", "contacts:PhoneNumber",
    "contacts:PhysicalAddress", "contacts:ImAddress", "contacts:JobTitle",
)  # fmt: skip
# The collections whose slots are asked for one by one; any slot asks for the collection.
INDEXED = {
    "contacts:EmailAddress": "contacts:EmailAddress",
    "contacts:PhoneNumber": "contacts:PhoneNumber",
    "contacts:ImAddress": "contacts:ImAddress",
    **{f"contacts:PhysicalAddress:{field}": "contacts:PhysicalAddress" for field in card.ADDRESS_FIELDS},
}
