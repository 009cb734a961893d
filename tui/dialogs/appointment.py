"""The form of an appointment: it offers addresses while one types, and names calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult

from store.queries.addresses import Suggestion, complete_address
from store.queries.calendar import CalendarRow
from store.records.fields import Field
from tui.addresses import recipients_in
from tui.cells import line
from tui.dialogs.form import FormDialog
from tui.screens.base import BaseScreen
from tui.widgets.address_field import AddressField
from tui.widgets.fields import AnyField, ChoiceField
from tui.widgets.offer_list import OfferList


class AppointmentForm(FormDialog):
    """A form over `below`, which asks the store for it; `calendars` are those in which one may make something."""

    def __init__(self, below: BaseScreen, *args: Any, calendars: Sequence[CalendarRow] = (), **kwargs: Any) -> None:
        self._below, self._calendars = below, tuple(calendars)
        super().__init__(*args, **kwargs)

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield OfferList()

    def make_field(self, field: Field, value: Any) -> AnyField:
        if field.name in ("required", "optional"):
            return AddressField(field, recipients_in(value or ""))
        if field.name == "calendar":
            return ChoiceField(field, value, [(line(row.name), row.mailbox_id) for row in self._calendars])
        return super().make_field(field, value)

    @on(AddressField.Wanted)
    def _complete(self, wanted: AddressField.Wanted) -> None:
        self.run_worker(self._offer(wanted.field, wanted.typed), group="offers", exclusive=True, exit_on_error=False)

    async def _offer(self, field: AddressField, typed: str) -> None:
        found: tuple[Suggestion, ...] = await self._below.fetch(complete_address, typed)
        field.offer(typed, found)

    @on(AddressField.Offered)
    def _show_offers(self, offered: AddressField.Offered) -> None:
        self.query_one(OfferList).show(offered.field)
