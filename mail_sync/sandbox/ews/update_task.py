"""UpdateItem for tasks: single ones, and the current task of a series.

A task of a series that is completed becomes a task of its own, with an id of its own that goes back to the client; the
item that the request named goes on as the next task of the series. The same happens to one whose days are changed,
unless the series regenerates. After the last task nothing is left of the series.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation-task
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from lxml import etree

from mail_sync.sandbox.content import Content
from mail_sync.sandbox.ews.changing import Changing
from mail_sync.sandbox.ews.event_fields import context_zone
from mail_sync.sandbox.ews.mapi import SIGNAL_TIME
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.task_fields import Writing, put
from mail_sync.sandbox.facts import task
from mail_sync.sandbox.facts.task import COMPLETED, Facts
from mail_sync.sandbox.facts.task_series import following, single
from mail_sync.sandbox.model import Item, Kind, Traits

REMINDER = ("item:ReminderDueBy", "item:ReminderIsSet", "item:ReminderMinutesBeforeStart")


def without_own_marks(traits: Traits, facts: Facts) -> Traits:
    """The traits of a task whose source says the rest; what is done reminds of nothing any more."""
    traits.marks.pop("item:ReminderDueBy", None)
    if facts.status == COMPLETED:
        traits.marks["item:ReminderIsSet"] = "false"
    return traits


class TaskWriter:
    """Writes into the source of one task."""

    def __init__(self, changing: Changing) -> None:
        self._changing = changing
        self._before = self._facts = task.facts(changing.item.content)
        self._writing = Writing(context_zone(changing.call.body), changing.item.folder.mailbox.clock.now())
        self._left: Facts | None = None  # what leaves the series
        self._traits = changing.traits

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """A field of `task_fields`. A reminder that is set anew is not snoozed any more."""
        if path.uri in REMINDER:
            self._changing.traits.properties.pop(SIGNAL_TIME, None)
        facts = put(self._facts, path.uri, value, self._writing)
        self._facts = facts or self._facts
        return facts is not None

    def append(self, path: Path, value: etree._Element) -> bool:
        """Text after the body."""
        if path.uri != "item:Body" or value.get("BodyType") == "HTML":
            return False
        text = etree.Element(value.tag, {"BodyType": "Text"})
        text.text = self._facts.body + (value.text or "")
        return self.put(path, text)

    def content(self) -> Content | None:
        """The task with the changes in it, or the next one of its series."""
        if self._facts == self._before:
            return None
        stays = self._facts
        if self._leaves_series():
            after = following(self._rest(), self._writing.today)
            if after is None:
                stays = single(self._facts)
            else:
                stays, self._left = after, single(self._facts)
                self._traits = deepcopy(self._changing.traits)
                self._changing.traits.properties.pop(SIGNAL_TIME, None)
        without_own_marks(self._changing.traits, stays)
        return task.source(stays)

    def finish(self, item: Item) -> Item | None:
        """The task that was meant: the one that left its series, else the item itself."""
        if self._left is None:
            return item
        traits = without_own_marks(self._traits, self._left)
        return item.folder.mailbox.put(item.folder, task.source(self._left), Kind.TASK, traits)

    def _leaves_series(self) -> bool:
        before, now = self._before, self._facts
        if before.recurrence is None or now.recurrence != before.recurrence:
            return False
        if now.status == COMPLETED:
            return True
        return not before.recurrence.regenerates and (now.start, now.due) != (before.start, before.due)

    def _rest(self) -> Facts:
        """The task as its series has it: on its own days, with everything else that was changed."""
        at = self._before
        return replace(self._facts, start=at.start, due=at.due, zone=at.zone)
