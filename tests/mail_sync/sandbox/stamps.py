"""Properties that tests write to mails: a stamp of our own, a header of our own, and two that MAPI clients use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exchangelib import ExtendedProperty, Message, Task


class Stamp(ExtendedProperty):  # type: ignore[misc]
    """A named property."""

    property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
    property_name = "CrmRecordId"
    property_type = "String"


class Tracking(ExtendedProperty):  # type: ignore[misc]
    """A header by its name."""

    distinguished_property_set_id = "InternetHeaders"
    property_name = "X-Regarding"
    property_type = "String"


class SearchKey(ExtendedProperty):  # type: ignore[misc]
    """PidTagSearchKey."""

    property_tag = 0x300B
    property_type = "Binary"


class Flag(ExtendedProperty):  # type: ignore[misc]
    """PidTagFlagStatus."""

    property_tag = 0x1090
    property_type = "Integer"


class SignalTime(ExtendedProperty):  # type: ignore[misc]
    """PidLidReminderSignalTime: when a reminder is shown next."""

    distinguished_property_set_id = "Common"
    property_id = 0x8560
    property_type = "SystemTime"


OF_TASKS = {"stamp": Stamp, "signal_time": SignalTime}
NAMES = {"stamp": Stamp, "tracking": Tracking, "search_key": SearchKey, "flagged": Flag}


@contextmanager
def registered(item: Any = Message) -> Iterator[None]:
    """Have exchangelib know the properties as fields of a message, or of a task."""
    names = OF_TASKS if item is Task else NAMES
    for name, kind in names.items():
        item.register(name, kind)
    try:
        yield
    finally:
        for name in names:
            item.deregister(name)
