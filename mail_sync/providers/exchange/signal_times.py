"""When a reminder is shown next, which EWS has no field of its own for: who snoozes it in Outlook writes it here.

PidLidReminderSignalTime, [MS-OXORMDR] section 2.2.1.3.
"""

from __future__ import annotations

from datetime import datetime

from lxml.etree import _Element

from mail_sync.providers.exchange.building import new
from mail_sync.providers.exchange.reading import instant, text
from mail_sync.providers.exchange.stamps import EXTENDED, URI

PROPERTY_ID = 0x8560


def signal_time_uri() -> _Element:
    """The path of the property."""
    return new(
        "t:ExtendedFieldURI",
        DistinguishedPropertySetId="Common",
        PropertyId=str(PROPERTY_ID),
        PropertyType="SystemTime",
    )


def read_signal_time(item: _Element) -> datetime | None:
    """The instant in a reply, aware UTC; None for none."""
    for held in item.iterfind(EXTENDED):
        uri = held.find(URI)
        if uri is not None and uri.get("PropertyId", "") == str(PROPERTY_ID):
            return instant(text(held, "Value"))
    return None
