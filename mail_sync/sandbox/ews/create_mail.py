"""CreateItem for t:Message: saved as a draft, sent, or both."""

from __future__ import annotations

from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.ews.creation import Creation
from mail_sync.sandbox.ews.mail_fields import BY_ELEMENT
from mail_sync.sandbox.ews.traits import read_traits
from mail_sync.sandbox.model import Item, Kind


def create_message(creation: Creation) -> list[Item]:
    """A new mail; saved, it is a draft until it is sent."""
    source = MailSource()
    for child in creation.element:
        setter = BY_ELEMENT.get(str(child.tag))
        if setter is not None:
            setter(source, child)
    traits = read_traits(creation.element, "IPM.Note")
    traits.unsent = True
    return [creation.mailbox.put(creation.home("drafts"), BytesContent(source.data()), Kind.MAIL, traits)]
