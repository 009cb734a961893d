"""One widget per type of field: text, choices, people, other records, and the product lines of a deal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static, TextArea

from store.queries.queue_names import QueueName
from store.queries.record_detail import ProductLine
from store.queries.refs import RecordRef
from store.queries.users import UserRow
from store.records.fields import Field, FieldType
from store.records.values import Line
from tui.cells import line
from tui.glyphs import record_glyph, words

TALL = 4  # lines of a field of several lines, as the stylesheet says


@dataclass(frozen=True, slots=True)
class Sources:
    """Where forms find people, records and queues."""

    users: tuple[UserRow, ...]
    find: Callable[[str, str], Awaitable[tuple[RecordRef, ...]]]  # kind, text
    queues: tuple[QueueName, ...] = ()  # those that the form's records may wait in


class FormField:
    """What every field has in common: its declaration, what was entered, and whether it differs from the beginning.

    A field is one widget that draws itself: a form of a dozen fields has to open within a key press.
    """

    field: Field

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def hint(self) -> str:
        """The line of help shown while the field has the focus."""
        return self.field.help

    @property
    def entered(self) -> Any:
        raise NotImplementedError

    @property
    def is_changed(self) -> bool:
        raise NotImplementedError

    @property
    def is_missing(self) -> bool:
        return self.field.required and self.entered in (None, "")


class TextField(FormField, Input):
    """Everything that is typed on one line: text, numbers, dates, addresses."""

    def __init__(self, field: Field, value: Any) -> None:
        self._first = as_text(value)
        super().__init__(self._first, compact=True, placeholder=_PLACEHOLDERS.get(field.type, ""), classes="field")
        self.field = field

    @property
    def entered(self) -> str:
        return self.value.strip()

    @property
    def is_changed(self) -> bool:
        return self.entered != self._first.strip()


class LongTextField(FormField, TextArea):
    """Text of several lines."""

    def __init__(self, field: Field, value: Any) -> None:
        self._first = as_text(value)
        super().__init__(self._first, compact=True, tab_behavior="focus", show_line_numbers=False, classes="field tall")
        self.field = field
        self.lines = TALL

    def take_lines(self, lines: int) -> None:
        """Be so high, and never lower than the stylesheet says."""
        self.lines = max(lines, TALL)
        self.styles.height = self.lines

    @property
    def entered(self) -> Any:
        return self.text.strip()

    @property
    def is_changed(self) -> bool:
        return bool(self.text.strip() != self._first.strip())


class ChoiceField(FormField, Static, can_focus=True):
    """One of a few values: arrows and first letters go through them, Enter lists them, Delete takes the choice away."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter,space", "ask", "Choose", show=False),
        Binding("right", "step(1)", "Next", show=False),
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("delete,backspace", "clear", "Clear", show=False),
    ]

    place: reactive[int] = reactive(-1)  # of the chosen option, -1 for none

    @dataclass
    class Asked(Message):
        """Somebody wants to see all options."""

        field: ChoiceField

    def __init__(self, field: Field, value: Any, options: Sequence[tuple[str, Any]], none: str = "none") -> None:
        super().__init__(classes="field")
        self.field = field
        self.options = tuple(options)
        self.none = none  # what it says while nothing is chosen
        self._first = next((place for place, (_, option) in enumerate(self.options) if option == value), -1)
        self.set_reactive(ChoiceField.place, self._first)

    def render(self) -> Content:
        if self.place < 0:
            return Content.assemble((self.none, "$quiet"), ("  ▾", "$faint"))
        return Content.assemble(self.options[self.place][0], ("  ▾", "$faint"))

    @property
    def hint(self) -> str:
        help_words = f"{self.field.help}; " if self.field.help else ""
        return f"{help_words}← → or Enter to choose, Del for {self.none}"

    @property
    def entered(self) -> Any:
        return None if self.place < 0 else self.options[self.place][1]

    @property
    def is_changed(self) -> bool:
        return self.place != self._first

    def action_ask(self) -> None:
        self.post_message(self.Asked(self))

    def action_step(self, step: int) -> None:
        if self.options:
            self.place = (self.place + step) % len(self.options) if self.place >= 0 or step > 0 else -1

    def action_clear(self) -> None:
        self.place = -1

    def on_click(self) -> None:
        self.action_ask()

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            letter = event.character.casefold()
            starting = [place for place, (said, _) in enumerate(self.options) if said.casefold().startswith(letter)]
            if starting:
                self.place = next((place for place in starting if place > self.place), starting[0])


class RecordField(FormField, Static, can_focus=True):
    """Names another record; typing or Enter asks for one, Delete takes it away."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter,space", "ask", "Choose", show=False),
        Binding("delete,backspace", "clear", "Clear", show=False),
    ]

    ref: reactive[RecordRef | None] = reactive(None)

    @dataclass
    class Asked(Message):
        """Somebody wants to choose; `text` is what they began to type."""

        field: RecordField
        text: str

    def __init__(self, field: Field, ref: RecordRef | None) -> None:
        super().__init__(classes="field")
        self.field = field
        self._first = ref
        self.set_reactive(RecordField.ref, ref)

    def render(self) -> Content:
        if self.ref is None:
            return Content.styled(f"none, type to find {_a(self.field.record_kind)}", "$quiet")
        return Content.assemble(
            (record_glyph(self.ref.kind), "$accent"), f" {line(self.ref.title)}", (f"  {self.ref.number}", "$quiet")
        )

    @property
    def hint(self) -> str:
        help_words = f"{self.field.help}; " if self.field.help else ""
        return f"{help_words}type to find one, Del for none"

    @property
    def entered(self) -> int | None:
        return None if self.ref is None else self.ref.record_id

    @property
    def is_changed(self) -> bool:
        return self.entered != (self._first.record_id if self._first else None)

    def action_ask(self) -> None:
        self.post_message(self.Asked(self, ""))

    def action_clear(self) -> None:
        self.ref = None

    def on_click(self) -> None:
        self.action_ask()

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            self.post_message(self.Asked(self, event.character))


class LinesField(LongTextField):
    """The products of a deal, one a line: quantity x product @ price."""

    def __init__(self, lines: Sequence[ProductLine]) -> None:
        self._lines = tuple(lines)
        self._products = {one.product.title: one.product for one in self._lines if one.product}
        super().__init__(Field("lines", "Products"), _lines_text(self._lines))

    @property
    def hint(self) -> str:
        return "one a line, as: 2 x Snow gun SG-40 @ 18400 (without @ the product's own price)"

    @property
    def entered(self) -> list[Line]:
        typed = [one for one in self.text.splitlines() if one.strip()]
        return [self._line(one, place) for place, one in enumerate(typed)]

    def _line(self, typed: str, place: int) -> Line:
        quantity, by, rest = typed.partition(" x ")
        if not by:
            quantity, rest = "1", typed
        name, _, price = rest.partition("@")
        known = self._products.get(name.strip())
        uid = self._lines[place].uid if place < len(self._lines) else ""
        product: int | str = known.record_id if known else name.strip()
        return Line(product=product, quantity=quantity.strip(), unit_price=price.strip() or None, uid=uid)


def _lines_text(lines: Sequence[ProductLine]) -> str:
    return "\n".join(
        f"{as_text(one.quantity)} x {line(one.product.title) if one.product else line(one.description)}"
        f" @ {as_text(one.unit_price)}"
        for one in lines
    )


AnyField = TextField | LongTextField | ChoiceField | RecordField


def form_field(field: Field, value: Any, sources: Sources) -> AnyField:
    """The widget for a field, showing a value as `RecordDetail.fields` holds it."""
    match field.type:
        case FieldType.CHOICE:
            return ChoiceField(field, value, [(words(one), one) for one in field.choices])
        case FieldType.FLAG:
            return ChoiceField(field, True if value else None, [("yes", True)], none="no")
        case FieldType.USER:
            owner = next((user.user_id for user in sources.users if value in (user.user_id, user.name)), None)
            return ChoiceField(field, owner, [(line(user.name), user.user_id) for user in sources.users])
        case FieldType.QUEUE:
            queue = next((each.queue_id for each in sources.queues if value in (each.queue_id, each.name)), None)
            return ChoiceField(field, queue, [(line(each.name), each.queue_id) for each in sources.queues])
        case FieldType.RECORD:
            return RecordField(field, value if isinstance(value, RecordRef) else None)
        case FieldType.LONG_TEXT:
            return LongTextField(field, value)
        case _:
            return TextField(field, value)


def as_text(value: Any) -> str:
    """A stored value as it is typed."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)


_PLACEHOLDERS = {
    FieldType.DATE: "2026-12-31",
    FieldType.AMOUNT: "12,500.50 EUR",
    FieldType.EMAIL_LIST: "name@example.com, …",
    FieldType.DOMAIN_LIST: "example.com, …",
    FieldType.PERCENT: "0 to 100",
    FieldType.CURRENCY: "EUR",
}


def _a(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
