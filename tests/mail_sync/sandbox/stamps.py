"""The named property that tests write to items, registered with exchangelib once."""

from __future__ import annotations

from exchangelib import ExtendedProperty, Message


class Stamp(ExtendedProperty):
    """A named property of our own."""

    property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
    property_name = "CrmRecordId"
    property_type = "String"


if not any(field.name == "stamp" for field in Message.FIELDS):
    Message.register("stamp", Stamp)
