"""Which handler carries out which verb."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.outbox.handling import Handler
from assistant.outbox.mail import drop_draft, send_mail
from store.outbox import Verb

HANDLERS: Mapping[Verb, Handler] = {
    Verb.SEND_MAIL: send_mail,
    Verb.DROP_DRAFT: drop_draft,
}
