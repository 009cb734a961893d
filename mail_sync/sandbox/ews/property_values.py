"""What the value of an extended property must look like for its type, and which properties can be named at all.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/extendedfielduri
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from lxml import etree

from mail_sync.sandbox.ews.shape import Extended, read_extended
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.model import Value

FIRST_CUSTOM_TAG = 0x8000


def _boolean(text: str) -> None:
    if text not in ("true", "false", "1", "0"):
        raise ValueError(text)


def _bytes(text: str) -> None:
    b64decode(text, validate=True)


CHECKS: dict[str, Callable[[str], object]] = {
    "ApplicationTime": float,
    "Binary": _bytes,
    "Boolean": _boolean,
    "CLSID": UUID,
    "Currency": int,
    "Double": float,
    "Float": float,
    "Integer": int,
    "Long": int,
    "Short": int,
    "String": str,
    "SystemTime": datetime.fromisoformat,
}
NOT_SUPPORTED = ("Error", "Null", "Object", "ObjectArray")


def check_extended(asked: Extended) -> None:
    """Refuse a path that mixes the ways of naming a property. Raises EwsError."""
    said = dict(asked.attributes)
    if said.get("PropertyType") in NOT_SUPPORTED:
        raise EwsError("ErrorUnsupportedMapiPropertyType")
    named = ("PropertyName" in said) + ("PropertyId" in said)
    sets = ("DistinguishedPropertySetId" in said) + ("PropertySetId" in said)
    by_tag = "PropertyTag" in said and not named and not sets
    by_name = "PropertyTag" not in said and sets == 1 and named == 1
    if "PropertyType" not in said or not (by_tag or by_name):
        raise EwsError("ErrorInvalidExtendedProperty")
    if asked.tag is not None and asked.tag >= FIRST_CUSTOM_TAG:
        raise EwsError("ErrorNoPropertyTagForCustomProperties")


def read_value(element: etree._Element) -> tuple[str, Value]:
    """Key and value of a t:ExtendedProperty. Raises EwsError, SoapFault."""
    uri = element.find(f"{T}ExtendedFieldURI")
    if uri is None:
        raise SoapFault("ErrorSchemaValidation")
    asked = read_extended(uri)
    check_extended(asked)
    kind, single, several = str(uri.get("PropertyType")), element.find(f"{T}Value"), element.find(f"{T}Values")
    try:
        if several is not None and kind.endswith("Array"):
            return asked.key, tuple(_checked(kind, one.text or "") for one in several.iter(f"{T}Value"))
        if single is not None and not kind.endswith("Array"):
            return asked.key, _checked(kind, single.text or "")
    except ValueError as error:
        raise EwsError("ErrorInvalidExtendedPropertyValue") from error
    raise EwsError("ErrorInvalidExtendedPropertyValue")


def _checked(kind: str, text: str) -> str:
    check = CHECKS.get(kind.removesuffix("Array"))
    if check is None:
        raise SoapFault("ErrorSchemaValidation")
    check(text)
    return text
