"""One item as one request looks at it: what the renderers of its fields are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mail_sync.sandbox.ews.shape import Shape
from mail_sync.sandbox.ews.xml import instant, text, text_with_references
from mail_sync.sandbox.facts import mail, task
from mail_sync.sandbox.facts.event import Facts as EventFacts
from mail_sync.sandbox.facts.event import Occurrence, Series, series, series_of
from mail_sync.sandbox.faults import Fault, FaultKind, Faults
from mail_sync.sandbox.model import Item, Kind, Value


@dataclass(frozen=True, slots=True)
class View:
    """`occurrence` is set when the item is seen as one occurrence of its series."""

    item: Item
    shape: Shape
    faults: Faults
    operation: str
    occurrence: Occurrence | None = None

    def quirk(self, kind: FaultKind) -> Fault | None:
        """The fault of this kind that strikes this item."""
        return self.faults.take(kind, self.operation, self.item.item_id, self.item.folder.mailbox.address)

    def instant(self, name: str, value: datetime | None) -> str:
        """A types element with an instant, '' for None."""
        if value is None:
            return ""
        if self.quirk(FaultKind.FRACTIONAL_SECONDS):
            return f"<t:{name}>{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.123Z</t:{name}>"
        return f"<t:{name}>{instant(value)}</t:{name}>"

    def text(self, name: str, value: str) -> str:
        """A types element with text, '' for no text."""
        if not value:
            return ""
        shown = text_with_references(value) if self.quirk(FaultKind.CONTROL_CHARACTERS) else text(value)
        return f"<t:{name}>{shown}</t:{name}>"

    @property
    def head(self) -> mail.Head:
        """Header facts; for a mail only."""
        return mail.head(self.item.content)

    @property
    def body(self) -> mail.Body:
        """Body facts; for a mail only."""
        return mail.body(self.item.content)

    @property
    def event(self) -> EventFacts:
        """What is shown of an appointment: the occurrence's facts where it is one; of a meeting mail its calendar."""
        if self.occurrence is not None:
            return self.occurrence.facts
        return self.series.facts

    @property
    def task(self) -> task.Facts:
        """What a task says; for a task only."""
        return task.facts(self.item.content)

    @property
    def own(self) -> dict[str, Value]:
        """What an occurrence has of its own beside its source; it goes before what the item has."""
        return self.occurrence.facts.own if self.occurrence is not None and self.occurrence.is_exception else {}

    @property
    def series(self) -> Series:
        """The whole series (or single event) behind an appointment or a meeting mail."""
        zone = self.item.folder.mailbox.timezone
        if self.item.kind is Kind.EVENT:
            return series(self.item.content, zone)
        return series_of(self.body.calendar, zone)
