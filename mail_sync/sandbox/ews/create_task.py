"""CreateItem for t:Task."""

from __future__ import annotations

from mail_sync.sandbox.ews.creation import Creation
from mail_sync.sandbox.ews.event_fields import context_zone
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.ews.task_fields import ELEMENTS, Writing, put
from mail_sync.sandbox.ews.traits import read_traits
from mail_sync.sandbox.ews.update_task import without_own_marks
from mail_sync.sandbox.facts.task import Facts, source
from mail_sync.sandbox.model import Item, Kind


def create_task(creation: Creation) -> list[Item]:
    """A new task. Raises EwsError for a folder that holds no tasks."""
    home = creation.home("tasks")
    if not home.folder_class.startswith("IPF.Task"):
        raise EwsError("ErrorCannotCreateTaskInNonTaskFolder")
    zone = context_zone(creation.call.body)
    facts, writing = Facts(zone=zone.name), Writing(zone, creation.mailbox.clock.now())
    for child in creation.element:
        uri = ELEMENTS.get(str(child.tag))
        if uri is not None:
            facts = put(facts, uri, child, writing) or facts
    traits = without_own_marks(read_traits(creation.element, "IPM.Task"), facts)
    return [creation.mailbox.put(home, source(facts), Kind.TASK, traits)]
