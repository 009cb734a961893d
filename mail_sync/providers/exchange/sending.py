"""Sending a draft: under its latest change key, once.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation
"""

from __future__ import annotations

from mail_sync.errors import ItemGone
from mail_sync.provider import Written
from mail_sync.providers.exchange.reading import flag, item_id
from mail_sync.providers.exchange.server import Writer
from mail_sync.providers.exchange.shapes import DRAFT
from mail_sync.providers.exchange.writing import expect


def send_draft(server: Writer, draft: Written) -> None:
    """Send a draft; its copy goes to Sent Items with our stamp.

    Raises Conflict when somebody wrote to the draft since, ItemGone when it is no draft any more, SendRefused,
    OutcomeUnknown, and what may be tried again: then nothing was sent.
    """
    found = expect(server, draft.item_id, draft.change_key, DRAFT)
    if flag(found, "IsDraft") is False:
        raise ItemGone("it is no draft any more")
    server.send(Written(draft.item_id, item_id(found)[1] or draft.change_key))
