"""The name of the time zone in which somebody reads."""

from __future__ import annotations

from datetime import UTC, tzinfo

from tzlocal import get_localzone_name


def zone_name(zone: tzinfo) -> str:
    """The IANA name of a zone; of the one of this computer, what its settings call it."""
    if zone is UTC:
        return "UTC"
    return getattr(zone, "key", None) or get_localzone_name() or "UTC"
