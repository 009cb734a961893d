"""Which way edits of a field go between a mailbox and the store, as its settings say.

`Mailbox.settings["fields"]` maps what an item is (contact, appointment) to fields and these to two_way (the default),
to_crm, to_outlook or none: {"contact": {"description": "none"}, "appointment": {"categories": "to_crm"}}. Contact
fields are those of mail_sync.card_fields, appointment fields those of calendar_sync.fields; `when` covers the rule of a
series and its cancelled occurrences too. What is not understood counts as the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mail_sync.merge import Direction
from store.sync.settings import FIELDS


def directions_of(settings: Mapping[str, Any], holds: str) -> dict[str, Direction]:
    """The directions that a mailbox's settings give for items of a kind."""
    chosen = settings.get(FIELDS)
    fields = chosen.get(holds) if isinstance(chosen, Mapping) else None
    if not isinstance(fields, Mapping):
        return {}
    known = {each.value for each in Direction}
    return {str(name): Direction(word) for name, word in fields.items() if word in known}
