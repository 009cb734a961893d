"""UpdateItem for calendar items: single ones, series, and single occurrences, which become exceptions of their series.

https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-update-appointments-and-meetings-by-using-ews-in-exchange
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from mail_sync.sandbox.content import Content
from mail_sync.sandbox.ews.changing import Changing
from mail_sync.sandbox.ews.event_editor import EventEditor
from mail_sync.sandbox.ews.event_items import read_audience, without_own_marks
from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.soap import EwsError
from mail_sync.sandbox.ews.traits import set_trait
from mail_sync.sandbox.facts.event import Facts, Series
from mail_sync.sandbox.facts.event_lines import Times, set_own_values
from mail_sync.sandbox.meetings import book
from mail_sync.sandbox.meetings.organizing import Change, prepare, tell
from mail_sync.sandbox.model import Item, Traits

CATEGORIES = "item:Categories"


class EventWriter:
    """Writes into the source of one appointment or series, or of one occurrence where the id named one."""

    def __init__(self, changing: Changing) -> None:
        call = changing.call
        self._changing = changing
        self._audience = read_audience(
            str(call.body.get("SendMeetingInvitationsOrCancellations", "")),
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
        )
        self._series = book.series(changing.item)
        self._source = book.source(changing.item)
        occurrence = changing.occurrence
        self._original = occurrence.original_start if occurrence else None
        self._event = book.event_at(self._source, self._original)
        self._before = book.facts_of(self._source, self._event)
        pattern = self._series.pattern if occurrence is None else None
        self._editor = EventEditor(self._event, self._before, pattern, self._source.home)
        self._own = dict(self._before.own)
        self._change = Change(self._before, self._before, self._original)
        self._touched = False
        self._has_ended = False  # the series, by one of the changes; a later one may begin another

    def put(self, path: Path, value: etree._Element | None) -> bool:
        """A field of the event; an occurrence has extended properties and categories of its own."""
        if self._original is not None and (path.extended or path.uri == CATEGORIES):
            return self._put_own(path, value)
        done = self._editor.put(path.uri, value)
        self._touched = self._touched or done
        self._has_ended = self._has_ended or (path.uri == "calendar:Recurrence" and value is None)
        return done

    def _put_own(self, path: Path, value: etree._Element | None) -> bool:
        held = Traits("")
        set_trait(held, path, value)
        if path.extended is not None:
            self._own[path.extended.key] = held.properties.get(path.extended.key, "")
        else:
            self._own[CATEGORIES] = held.categories
        set_own_values(self._event, self._own)
        self._touched = True
        return True

    def append(self, path: Path, value: etree._Element) -> bool:
        """People after the attendees, text after the body."""
        done = self._editor.append(path.uri, value)
        self._touched = self._touched or done
        return done

    def content(self) -> Content | None:
        """The source with the changes in it; a series whose pattern or times have changed has no exceptions left."""
        mailbox = self._changing.item.folder.mailbox
        without_own_marks(self._changing.traits)
        if not self._touched:
            return None
        times = self._editor.settle(mailbox.clock.now())
        is_other_series = self._is_other_series(times)
        if is_other_series:
            self._source.forget_exceptions()
        after = book.facts_of(self._source, self._event)
        if self._original is not None:
            _check_order(self._series, self._original, after)
        self._change = Change(self._before, after, self._original, is_other_series)
        prepare(self._source, self._event, self._change, mailbox, self._audience)
        self._change = Change(self._before, book.facts_of(self._source, self._event), self._original, is_other_series)
        return self._source.content()

    def _is_other_series(self, times: Times) -> bool:
        if self._original is not None:
            return False
        before, pattern = self._before, self._editor.pattern
        if self._has_ended:
            return True
        moved = (before.start, before.end, before.all_day) != (times.start, times.end, times.all_day)
        return pattern != self._series.pattern or (pattern is not None and moved)

    def finish(self, item: Item) -> Item | None:
        """The item, after its attendees were told."""
        tell(self._changing.call.model, item, self._change, self._audience)
        return item


def _check_order(series: Series, original: datetime, after: Facts) -> None:
    """An occurrence stays between its neighbours: on a day of its own, and not beyond theirs."""
    before, behind = series.neighbours(original)
    day = after.start.astimezone(after.zone).date()
    if before is not None and before.facts.start.astimezone(after.zone).date() >= day:
        raise EwsError("ErrorOccurrenceCrossingBoundary")
    if behind is not None and behind.facts.start.astimezone(after.zone).date() <= day:
        raise EwsError("ErrorOccurrenceCrossingBoundary")
