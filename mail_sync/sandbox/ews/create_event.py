"""CreateItem for t:CalendarItem: appointments, and meetings with their invitations."""

from __future__ import annotations

import secrets

from lxml import etree

from mail_sync.sandbox.ews.creation import Creation
from mail_sync.sandbox.ews.event_editor import EventEditor
from mail_sync.sandbox.ews.event_fields import context_zone
from mail_sync.sandbox.ews.event_items import read_audience, without_own_marks
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.ews.traits import read_traits
from mail_sync.sandbox.facts.event_lines import set_text
from mail_sync.sandbox.facts.event_source import EventSource
from mail_sync.sandbox.meetings import book
from mail_sync.sandbox.meetings.organizing import Change, prepare, tell
from mail_sync.sandbox.model import Item, Kind

# The first bytes of a PidLidGlobalObjectId ([MS-OXOCAL] 2.2.1.27), which Exchange shows as the UID.
UID_HEAD = "040000008200E00074C5B7101A82E008"


def create_event(creation: Creation) -> list[Item]:
    """A new appointment or meeting. Raises EwsError."""
    audience = read_audience(creation.invitations, "ErrorSendMeetingInvitationsRequired")
    home, mailbox = creation.home("calendar"), creation.mailbox
    if not home.folder_class.startswith("IPF.Appointment"):
        raise EwsError("ErrorCannotCreateCalendarItemInNonCalendarFolder")
    now = mailbox.clock.now()
    source = EventSource.new(_uid(), now, mailbox.timezone)
    event = source.master
    set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "BUSY")
    editor = EventEditor(event, None, None, context_zone(creation.call.body))
    for child in creation.element:
        editor.put(_uri(child), child)
    editor.settle(now)
    change = Change(None, book.facts_of(source, event))
    prepare(source, event, change, mailbox, audience)
    traits = without_own_marks(read_traits(creation.element, book.CLASS))
    item = mailbox.put(home, source.content(), Kind.EVENT, traits)
    tell(creation.call.model, item, change, audience)
    return [item]


def _uid() -> str:
    """A new global object id: no instance date, a creation time, eight bytes of nothing, and a GUID with its length."""
    return f"{UID_HEAD}{0:08}{secrets.token_hex(8).upper()}{0:016}10000000{secrets.token_hex(16).upper()}"


def _uri(child: etree._Element) -> str:
    """The FieldURI of an element of t:CalendarItem."""
    name = etree.QName(child).localname
    if name in ("Subject", "Body", "Sensitivity", "Importance", "ReminderIsSet", "ReminderMinutesBeforeStart"):
        return f"item:{name}"
    return f"calendar:{name}"
