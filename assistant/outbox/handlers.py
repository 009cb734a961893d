"""Which handler carries out which verb."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.outbox.contacts import put_contact, remove_contact
from assistant.outbox.events import put_event
from assistant.outbox.handling import Handler
from assistant.outbox.mail import drop_draft, send_mail
from assistant.outbox.marks import mark_mail
from assistant.outbox.meetings import answer_meeting
from assistant.outbox.moves import move_item
from assistant.outbox.removed_events import remove_event
from assistant.outbox.tasks import put_task, remove_task
from store.outbox.queue import Verb

HANDLERS: Mapping[Verb, Handler] = {
    Verb.SEND_MAIL: send_mail,
    Verb.DROP_DRAFT: drop_draft,
    Verb.PUT_CONTACT: put_contact,
    Verb.REMOVE_CONTACT: remove_contact,
    Verb.PUT_EVENT: put_event,
    Verb.REMOVE_EVENT: remove_event,
    Verb.PUT_TASK: put_task,
    Verb.REMOVE_TASK: remove_task,
    Verb.MARK_MAIL: mark_mail,
    Verb.MOVE_ITEM: move_item,
    Verb.ANSWER_MEETING: answer_meeting,
}
