"""Mails that the chat sent: recalled in time, corrected afterwards."""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import update

from assistant.chat.conversation import Conversation
from assistant.chat.registry import Cite, Proposal
from assistant.compose import Services
from store.mail.composing import read_draft
from store.outbox.queue import OutgoingState, Verb
from store.queries.inbox import inbox
from store.schema.outbox import Outgoing


def test_undo_recalls_a_mail_and_offers_a_correction_of_what_was_sent(services: Services) -> None:
    chat = Conversation(services, UTC)
    mail = services.read(inbox, limit=1).rows[0]
    here = Cite("mail", mail.uid, mail.subject)
    chat.say("reply: we come on Monday", screen=here)
    assert chat.say("yes").kind == "done"
    assert [one.text[:11] for one in chat.say("undo").done] == ["Recalled: t"]
    chat.say("reply: we come on Tuesday", screen=here)
    chat.say("yes")
    with services.store.write() as tx:
        tx.execute(
            update(Outgoing)
            .where(Outgoing.state == "waiting", Outgoing.verb == Verb.SEND_MAIL)
            .values(state=OutgoingState.DONE)
        )
    offered = chat.say("undo")
    assert (offered.kind, offered.done) == ("proposal", ())
    assert [one.text.split(". ")[-1] for one in offered.proposals if isinstance(one, Proposal)] == [
        "Begin a correction."
    ]
    begun = chat.say("yes").done[0].about
    assert begun is not None
    assert (begun.kind, services.read(read_draft, begun.id).how) == ("draft", "correction")
