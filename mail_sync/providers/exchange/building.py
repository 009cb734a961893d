"""Building the elements of EWS requests, with every text fit for XML.

The order of children is that of the schema (types.xsd); a server refuses another one (ErrorSchemaValidation).
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from mail_sync.providers.exchange.reading import MESSAGES, TYPES

NAMESPACES = {"m": MESSAGES.strip("{}"), "t": TYPES.strip("{}")}

# What XML 1.0 (section 2.2) forbids, lone surrogates included.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def new(name: str, text: str = "", **attributes: str) -> _Element:
    """An element such as "t:Message" with text and attributes."""
    prefix, _, local = name.partition(":")
    made: _Element = etree.Element(f"{{{NAMESPACES[prefix]}}}{local}", nsmap=NAMESPACES)
    for key, value in attributes.items():
        made.set(key, fit(value))
    if text:
        made.text = fit(text)
    return made


def child(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    """A new last child of `parent`."""
    made = new(name, text, **attributes)
    parent.append(made)
    return made


def given(parent: _Element, name: str, text: str) -> None:
    """A new last child, unless there is nothing to say."""
    if text:
        child(parent, name, text)


def fit(text: str) -> str:
    """The text without characters that no XML can hold."""
    return _FORBIDDEN.sub("", text)


def field_uri(uri: str, index: str = "") -> _Element:
    """The path of a field, or of one entry of an indexed one."""
    if index:
        return new("t:IndexedFieldURI", FieldURI=uri, FieldIndex=index)
    return new("t:FieldURI", FieldURI=uri)


def set_field(path: _Element, item: str, value: _Element) -> _Element:
    """A t:SetItemField that writes `value`, a child of the element `item` ("t:Contact")."""
    made = new("t:SetItemField")
    made.append(path)
    child(made, item).append(value)
    return made


def delete_field(path: _Element) -> _Element:
    """A t:DeleteItemField."""
    made = new("t:DeleteItemField")
    made.append(path)
    return made


def strings(name: str, values: tuple[str, ...]) -> _Element:
    """A list of texts, such as t:Categories."""
    made = new(name)
    for value in values:
        child(made, "t:String", value)
    return made
