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


class SearchKey(ExtendedProperty):
    """PidTagSearchKey."""

    property_tag = 0x300B
    property_type = "Binary"


if not any(field.name == "search_key" for field in Message.FIELDS):
    Message.register("search_key", SearchKey)


class Flag(ExtendedProperty):
    """PidTagFlagStatus."""

    property_tag = 0x1090
    property_type = "Integer"


if not any(field.name == "flagged" for field in Message.FIELDS):
    Message.register("flagged", Flag)
