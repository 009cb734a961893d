"""CreateItem for t:Contact."""

from __future__ import annotations

from mail_sync.sandbox.ews.contact_fields import ELEMENTS, put
from mail_sync.sandbox.ews.creation import Creation
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.ews.traits import read_traits
from mail_sync.sandbox.facts.card import Facts
from mail_sync.sandbox.facts.card_source import source
from mail_sync.sandbox.model import Item, Kind


def create_contact(creation: Creation) -> list[Item]:
    """A new contact. Raises EwsError for a folder that holds no contacts."""
    home = creation.home("contacts")
    if not home.folder_class.startswith("IPF.Contact"):
        raise EwsError("ErrorCannotCreateContactInNonContactFolder")
    facts = Facts("")
    for child in creation.element:
        uri = ELEMENTS.get(str(child.tag))
        if uri is not None:
            facts = put(facts, Path(uri), child) or facts
    traits = read_traits(creation.element, "IPM.Contact")
    return [creation.mailbox.put(home, source(facts), Kind.CONTACT, traits)]
