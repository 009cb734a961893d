"""Which field a write is about: a FieldURI, one entry of an indexed field, or an extended property."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from mail_sync.sandbox.ews.shape import Extended, read_extended
from mail_sync.sandbox.ews.soap import SoapFault, T


@dataclass(frozen=True, slots=True)
class Path:
    """`uri` is a FieldURI such as "item:Subject", '' for an extended property; `index` is a FieldIndex or ''."""

    uri: str
    index: str = ""
    extended: Extended | None = None


def read_path(parent: etree._Element) -> Path:
    """The path inside a t:SetItemField, t:AppendToItemField, t:DeleteItemField or folder change.

    Raises SoapFault ErrorSchemaValidation.
    """
    for child in parent:
        if child.tag == f"{T}FieldURI":
            return Path(str(child.get("FieldURI", "")))
        if child.tag == f"{T}IndexedFieldURI":
            return Path(str(child.get("FieldURI", "")), str(child.get("FieldIndex", "")))
        if child.tag == f"{T}ExtendedFieldURI":
            return Path("", extended=read_extended(child))
    raise SoapFault("ErrorSchemaValidation")
