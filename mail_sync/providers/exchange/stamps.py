"""Our stamp on an item: a named property in a property set of our own, which the server keeps and can search for.

It survives moves and the way from draft to Sent Items, and no recipient ever sees it.
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/properties-and-extended-properties-in-ews-in-exchange
"""

from __future__ import annotations

from lxml.etree import _Element

from mail_sync.providers.exchange.building import child, fit, new, set_field
from mail_sync.providers.exchange.reading import TYPES, text

PROPERTY_SET = "6f0a8f3e-3c1b-4b57-9d5c-0e2b6f7d41a9"
PROPERTY_NAME = "RegardingStamp"

#: Before the stamp of a draft that still lacks attachments: nobody who looks for the stamp may find it and send it.
UNFINISHED = "unfinished "

EXTENDED = f"{TYPES}ExtendedProperty"
URI = f"{TYPES}ExtendedFieldURI"
OURS = (PROPERTY_SET, PROPERTY_NAME)


def stamp_uri() -> _Element:
    """The path of the stamp."""
    return new("t:ExtendedFieldURI", PropertySetId=PROPERTY_SET, PropertyName=PROPERTY_NAME, PropertyType="String")


def stamp_property(stamp: str) -> _Element:
    """The stamp as a new item carries it."""
    made = new("t:ExtendedProperty")
    made.append(stamp_uri())
    child(made, "t:Value", stamp)
    return made


def set_stamp(item: str, stamp: str) -> _Element:
    """The change that stamps an item of this element ("t:Message")."""
    return set_field(stamp_uri(), item, stamp_property(stamp))


def stamp_is(stamp: str) -> _Element:
    """The restriction that only items with this stamp pass."""
    made = new("t:IsEqualTo")
    made.append(stamp_uri())
    child(child(made, "t:FieldURIOrConstant"), "t:Constant", Value=fit(stamp))
    return made


def read_stamp(item: _Element) -> str:
    """The stamp in a reply, '' for none."""
    for held in item.iterfind(EXTENDED):
        uri = held.find(URI)
        if uri is not None and (uri.get("PropertySetId", "").lower(), uri.get("PropertyName")) == OURS:
            return text(held, "Value")
    return ""
