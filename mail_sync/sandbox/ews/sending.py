"""Who may send for whom, and the hand-over of a finished mail to the transport.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/delegate-access-and-ews-in-exchange
"""

from __future__ import annotations

from mail_sync.sandbox import transport
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.facts.mail import Address
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Item, Mailbox, NotFound, Traits

LAST_VERB, LAST_VERB_TIME = "PropertyTag=4225;PropertyType=integer", "PropertyTag=4226;PropertyType=systemtime"
FROM_ME = "item:IsFromMe"
ANSWERS = "sandbox:Answers"  # mark of a draft: the verb and the id of what it answers


def send(call: Call, source: MailSource, traits: Traits, owner: Mailbox) -> Content:
    """Send a mail that lies, or would lie, in a mailbox; gives the sender's copy, which keeps its Bcc.

    Raises EwsError ErrorSendAsDenied, ErrorInvalidRecipients.
    """
    if call.faults.take(FaultKind.SUBMISSION_LIMIT, call.operation, call.mailbox.address):
        raise EwsError("ErrorSubmissionQuotaExceeded")
    sign(call, source, owner)
    envelope = transport.envelope_of(source)
    if not envelope.recipients:
        raise EwsError("ErrorInvalidRecipients", "At least one recipient is not valid.")
    transport.finish(source, traits, owner)
    data = source.data()
    transport.submit(call.model, data, envelope, traits.item_class)
    _note_answer(call, traits.marks.pop(ANSWERS, ""))
    traits.unsent, traits.is_read = False, True
    traits.marks[FROM_ME] = "true"
    return BytesContent(data)


def sign(call: Call, source: MailSource, owner: Mailbox) -> None:
    """Write From, and Sender where somebody sends on another's behalf. Raises EwsError ErrorSendAsDenied."""
    said = source.people("From")
    address = said[0].email if said else owner.address
    try:
        author = call.model.mailbox(address)
    except NotFound as error:
        raise EwsError("ErrorSendAsDenied") from error
    actor = call.mailbox.address.lower()
    denied = call.faults.take(FaultKind.SEND_AS_DENIED, call.operation, call.mailbox.address)
    if denied or (author is not call.mailbox and actor not in author.send_as | author.send_on_behalf):
        raise EwsError("ErrorSendAsDenied")
    source.put_people("From", [_shown(author)])
    on_behalf = author is not call.mailbox and actor not in author.send_as
    source.put_people("Sender", [_shown(call.mailbox)] if on_behalf else [])


def _shown(mailbox: Mailbox) -> Address:
    return Address(mailbox.name if mailbox.name != mailbox.address else "", mailbox.address)


def _note_answer(call: Call, answers: str) -> None:
    """Tell the answered mail, if it is still there, that it was answered (PidTagLastVerbExecuted)."""
    verb, _, item_id = answers.partition(" ")
    found: Item | None = call.mailbox.items.get(item_id)
    if found is not None:
        moment = call.model.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        call.mailbox.edit(item_id, properties={LAST_VERB: verb, LAST_VERB_TIME: moment})
