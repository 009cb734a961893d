"""DeleteItem for tasks: the current task of a series, or all of it.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem
"""

from __future__ import annotations

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import EwsError, SoapFault
from mail_sync.sandbox.facts import task
from mail_sync.sandbox.facts.event import Occurrence
from mail_sync.sandbox.facts.task_series import following
from mail_sync.sandbox.model import Item

ALL, CURRENT = "AllOccurrences", "SpecifiedOccurrenceOnly"


def before_delete(call: Call, item: Item, _occurrence: Occurrence | None) -> bool:
    """True when the item itself stays, because only the current task of its series was meant. Raises EwsError."""
    said = str(call.body.get("AffectedTaskOccurrences", ""))
    if not said:
        raise EwsError("ErrorAffectedTaskOccurrencesRequired")
    if said not in (ALL, CURRENT):
        raise SoapFault("ErrorSchemaValidation")
    facts = task.facts(item.content)
    after = following(facts, item.folder.mailbox.clock.now().date()) if said == CURRENT else None
    if after is None:
        return False
    item.folder.mailbox.write(item.item_id, item.traits, task.source(after))
    return True
