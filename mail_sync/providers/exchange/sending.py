"""Sending a draft: under its latest change key, once.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation
"""

from __future__ import annotations

from mail_sync.errors import BrokenReply, Conflict, ItemGone, MailboxUnavailable, PoisonItem, SendRefused
from mail_sync.provider import Written
from mail_sync.providers.exchange.reading import flag, item_id
from mail_sync.providers.exchange.server import Writer
from mail_sync.providers.exchange.shapes import DRAFT
from mail_sync.providers.exchange.writing import expect

CHANGED = "the draft was changed in Outlook since it was saved"


def send_draft(server: Writer, draft: Written) -> None:
    """Send a draft; its copy goes to Sent Items with our stamp.

    Raises SendRefused, also when somebody wrote to the draft since: then it is not the mail that was to be sent.
    Raises ItemGone when it is no draft any more, OutcomeUnknown, and what may be tried again: then nothing was sent.
    """
    try:
        server.send(_as_saved(server, draft))
    except Conflict as error:
        raise SendRefused(CHANGED) from error


def _as_saved(server: Writer, draft: Written) -> Written:
    """The draft under its latest change key. Nothing is sent yet, so a broken answer is no open question."""
    try:
        found = expect(server, draft.item_id, draft.change_key, DRAFT)
    except BrokenReply as error:
        raise MailboxUnavailable(error.detail) from error
    except PoisonItem as error:
        raise SendRefused(error.detail) from error
    if flag(found, "IsDraft") is False:
        raise ItemGone("it is no draft any more")
    return Written(draft.item_id, item_id(found)[1] or draft.change_key)
