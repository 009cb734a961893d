"""A field for recipients that offers addresses while one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from store.mail.composing import Recipient
from store.queries.addresses import Suggestion
from store.records.fields import Field
from tui.addresses import last_part, recipients_in, typed_line, with_last
from tui.widgets.fields import TextField

_MOVES = {"down": 1, "up": -1}


class AddressField(TextField):
    """Recipients on one line. `offers` are shown by the screen; arrows choose, Tab and Enter take, Escape closes."""

    @dataclass
    class Offered(Message):
        """What is offered, or which of it is chosen, has changed."""

        field: AddressField

    @dataclass
    class Wanted(Message):
        """Addresses are wanted for what is being typed. Answer with `offer`."""

        field: AddressField
        typed: str

    def __init__(self, field: Field, recipients: Sequence[Recipient]) -> None:
        super().__init__(field, typed_line(recipients))
        self.offers: tuple[Suggestion, ...] = ()
        self.chosen = 0
        self._typed = ""
        self._last = self.value

    @property
    def hint(self) -> str:
        return "type a name or address; Tab takes the one offered, a comma begins the next"

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        return recipients_in(self.value)

    def offer(self, typed: str, offers: Sequence[Suggestion]) -> None:
        """Show what fits `typed`, unless something else is being typed by now."""
        if typed != self._typed or not self.has_focus:
            return
        taken = {one.email.casefold() for one in self.recipients}
        self.offers = tuple(one for one in offers if one.email.casefold() not in taken or typed == one.email)
        self.chosen = 0
        self.post_message(self.Offered(self))

    def close(self) -> None:
        """Offer nothing any more."""
        self._typed = ""
        if self.offers:
            self.offers = ()
            self.post_message(self.Offered(self))

    def take(self, place: int) -> None:
        """Put an offered address in place of what was typed."""
        one = self.offers[place]
        self.value = self._last = with_last(self.value, Recipient(one.email, one.name))
        self.cursor_position = len(self.value)
        self.close()

    def on_input_changed(self, event: Input.Changed) -> None:
        if not self.has_focus or event.value == self._last:
            return
        self._last = event.value
        self._typed = last_part(event.value)
        if self._typed and "<" not in self._typed:
            self.post_message(self.Wanted(self, self._typed))
        else:
            self.close()

    def on_key(self, event: events.Key) -> None:
        if not self.offers:
            return
        if event.key in _MOVES:
            self.chosen = (self.chosen + _MOVES[event.key]) % len(self.offers)
            self.post_message(self.Offered(self))
        elif event.key in ("tab", "enter"):
            self.take(self.chosen)
        elif event.key == "escape":
            self.close()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self.close()
