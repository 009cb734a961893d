"""Writing what every kind of item has in common: class, read flag, flag, categories, importance, sensitivity,
reminder and extended properties.

Importance, sensitivity and reminder are kept as marks of the item, which go before what its source says.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/item
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lxml import etree

from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.property_values import check_extended, read_value
from mail_sync.sandbox.ews.shape import Extended, read_extended
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.model import Traits

Setter = Callable[[Traits, etree._Element | None], None]  # None deletes the field
TRUE = ("true", "1")
CONVERSATION = {0x0070: "Thread-Topic", 0x0071: "Thread-Index"}  # PidTagConversationTopic, PidTagConversationIndex
FLAG_STATUS = "PropertyTag=4240;PropertyType=integer"  # PidTagFlagStatus: the flag as MAPI clients write it
STATUSES = {"1": "Complete", "2": "Flagged"}


def _text(value: etree._Element | None) -> str:
    return "" if value is None else (value.text or "").strip()


def _item_class(traits: Traits, value: etree._Element | None) -> None:
    if not _text(value):
        raise EwsError("ErrorInvalidPropertyDelete")
    traits.item_class = _text(value)


def _is_read(traits: Traits, value: etree._Element | None) -> None:
    if value is None:
        raise EwsError("ErrorInvalidPropertyDelete")
    traits.is_read = _text(value) in TRUE


def _categories(traits: Traits, value: etree._Element | None) -> None:
    """Replaces the whole list; a name given twice counts once."""
    names = () if value is None else tuple(one.text or "" for one in value.iter(f"{T}String"))
    traits.categories = tuple(dict.fromkeys(name for name in names if name))
    traits.marks["item:Categories"] = "written"  # even an empty list goes before the categories of the source


def _flag(traits: Traits, value: etree._Element | None) -> None:
    """t:Flag: a status, and dates where the status takes them."""
    status = "NotFlagged" if value is None else value.findtext(f"{T}FlagStatus", "NotFlagged")
    traits.flagged = status == "Flagged"
    traits.marks["item:Flag"] = status
    for name in ("StartDate", "DueDate", "CompleteDate"):
        traits.marks.pop(f"item:Flag/{name}", None)
        said = None if value is None else value.findtext(f"{T}{name}")
        if said:
            traits.marks[f"item:Flag/{name}"] = datetime.fromisoformat(said).isoformat()


def _flag_status(traits: Traits, value: str) -> None:
    status = STATUSES.get(value, "NotFlagged")
    traits.flagged, traits.marks["item:Flag"] = status == "Flagged", status


def _mark(uri: str, allowed: tuple[str, ...] = ()) -> Setter:
    def write(traits: Traits, value: etree._Element | None) -> None:
        if value is None:
            traits.marks.pop(uri, None)
            return
        if allowed and _text(value) not in allowed:
            raise SoapFault("ErrorSchemaValidation")
        traits.marks[uri] = _text(value)

    return write


SETTERS: dict[str, Setter] = {
    "item:ItemClass": _item_class,
    "message:IsRead": _is_read,
    "item:Categories": _categories,
    "item:Flag": _flag,
    "item:Importance": _mark("item:Importance", ("Low", "Normal", "High")),
    "item:Sensitivity": _mark("item:Sensitivity", ("Normal", "Personal", "Private", "Confidential")),
    "item:ReminderIsSet": _mark("item:ReminderIsSet", ("true", "false", "1", "0")),
    "item:ReminderMinutesBeforeStart": _mark("item:ReminderMinutesBeforeStart"),
    "item:ReminderDueBy": _mark("item:ReminderDueBy"),
    "item:Culture": _mark("item:Culture"),
    "message:IsResponseRequested": _mark("message:IsResponseRequested"),
}
BY_ELEMENT = {f"{T}{uri.partition(':')[2]}": setter for uri, setter in SETTERS.items()}


def header_name(asked: Extended | None) -> str:
    """The header that a property stands for (PS_INTERNET_HEADERS, and those of the conversation), '' for any other."""
    if asked is not None and asked.tag in CONVERSATION:
        return CONVERSATION[asked.tag]
    said = {} if asked is None else dict(asked.attributes)
    return said.get("PropertyName", "") if said.get("DistinguishedPropertySetId") == "InternetHeaders" else ""


def is_header(element: etree._Element) -> bool:
    """Whether a t:ExtendedProperty is a header of a mail."""
    uri = element.find(f"{T}ExtendedFieldURI")
    return uri is not None and bool(header_name(read_extended(uri)))


def set_extended(traits: Traits, element: etree._Element) -> None:
    """Write one t:ExtendedProperty. Raises EwsError, SoapFault."""
    key, value = read_value(element)
    if key == FLAG_STATUS:
        _flag_status(traits, str(value))
    else:
        traits.properties[key] = value


def read_traits(element: etree._Element, item_class: str, *, headers_apart: bool = False) -> Traits:
    """The traits of a new item from its element in CreateItem. Fields of the kind itself are passed over.

    `headers_apart`: headers written as extended properties are none of the traits, because they go into a source.
    """
    traits = Traits(item_class)
    for child in element:
        setter = BY_ELEMENT.get(str(child.tag))
        if setter is not None:
            setter(traits, child)
        elif child.tag == f"{T}ExtendedProperty" and not (headers_apart and is_header(child)):
            set_extended(traits, child)
    return traits


def set_trait(traits: Traits, path: Path, value: etree._Element | None) -> bool:
    """Write a common field, or delete it with None; False for a field that is not common to all kinds."""
    if path.extended is not None:
        check_extended(path.extended)
        if value is None:
            traits.properties.pop(path.extended.key, None)
            if path.extended.key == FLAG_STATUS:
                _flag_status(traits, "0")
        else:
            set_extended(traits, value)
        return True
    setter = SETTERS.get(path.uri)
    if setter is None:
        return False
    setter(traits, value)
    return True
