"""One widget per type of field: text, choices, people, other records, and the product lines of a deal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Select, Static, TextArea

from store.fields import Field, FieldType
from store.queries.record_detail import ProductLine
from store.queries.refs import RecordRef
from store.queries.users import UserRow
from store.record_values import Line
from tui.cells import line
from tui.glyphs import record_glyph, words


@dataclass(frozen=True, slots=True)
class Sources:
    """Where forms find people and records."""

    users: tuple[UserRow, ...]
    find: Callable[[str, str], Awaitable[tuple[RecordRef, ...]]]  # kind, text


class FieldWidget(Vertical):
    """What every field has in common: its name, its value, and whether it differs from the one it began with."""

    def __init__(self, field: Field) -> None:
        super().__init__(classes="field")
        self.field = field

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def hint(self) -> str:
        """The line of help shown while the field has the focus."""
        return self.field.help

    @property
    def value(self) -> Any:
        raise NotImplementedError

    @property
    def is_changed(self) -> bool:
        raise NotImplementedError

    @property
    def is_missing(self) -> bool:
        return self.field.required and self.value in (None, "")

    def focus_field(self) -> None:
        next(iter(self.query("Input, TextArea, Select, RefField")), self).focus()


class TextField(FieldWidget):
    """Everything that is typed: text, numbers, dates, addresses."""

    def __init__(self, field: Field, value: Any) -> None:
        super().__init__(field)
        self._first = as_text(value)

    def compose(self) -> ComposeResult:
        if self.field.type is FieldType.LONG_TEXT:
            yield TextArea(self._first, compact=True, tab_behavior="focus", show_line_numbers=False)
        else:
            yield Input(self._first, compact=True, placeholder=_PLACEHOLDERS.get(self.field.type, ""))

    @property
    def value(self) -> str:
        if self.field.type is FieldType.LONG_TEXT:
            return self.query_one(TextArea).text.strip()
        return self.query_one(Input).value.strip()

    @property
    def is_changed(self) -> bool:
        return self.value != self._first.strip()


class ChoiceField(FieldWidget):
    """One of a few values."""

    def __init__(self, field: Field, value: Any, options: Sequence[tuple[str, Any]]) -> None:
        super().__init__(field)
        known = {option for _, option in options}
        self._first = value if value in known else None
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        yield Select(
            self._options,
            value=Select.NULL if self._first is None else self._first,
            prompt="none",
            compact=True,
            allow_blank=True,
        )

    @property
    def value(self) -> Any:
        chosen = self.query_one(Select).value
        return None if chosen is Select.NULL else chosen

    @property
    def is_changed(self) -> bool:
        return bool(self.value != self._first)


class RefField(Static, can_focus=True):
    """Names another record; typing or Enter asks for one, Delete takes it away."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter,space", "ask", "Choose", show=False),
        Binding("delete,backspace", "clear", "Clear", show=False),
    ]

    ref: reactive[RecordRef | None] = reactive(None)

    @dataclass
    class Asked(Message):
        """Somebody wants to choose; `text` is what they began to type."""

        field: RefField
        text: str

    def __init__(self, kind: str, ref: RecordRef | None) -> None:
        super().__init__()
        self.kind = kind
        self.set_reactive(RefField.ref, ref)

    def render(self) -> Content:
        if self.ref is None:
            return Content.styled(f"none, type to find {_a(self.kind)}", "$quiet")
        return Content.assemble(
            (record_glyph(self.ref.kind), "$accent"), f" {line(self.ref.title)}", (f"  {self.ref.number}", "$quiet")
        )

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


class RecordField(FieldWidget):
    """Another record."""

    def __init__(self, field: Field, ref: RecordRef | None) -> None:
        super().__init__(field)
        self._first = ref

    def compose(self) -> ComposeResult:
        yield RefField(self.field.record_kind, self._first)

    @property
    def hint(self) -> str:
        help_words = f"{self.field.help}; " if self.field.help else ""
        return f"{help_words}type to find one, Del for none"

    @property
    def value(self) -> int | None:
        ref = self.query_one(RefField).ref
        return None if ref is None else ref.record_id

    @property
    def is_changed(self) -> bool:
        return self.value != (self._first.record_id if self._first else None)


class LinesField(FieldWidget):
    """The products of a deal, one a line: quantity x product @ price."""

    def __init__(self, lines: Sequence[ProductLine], sources: Sources) -> None:
        super().__init__(Field("lines", "Products"))
        self._first = tuple(lines)
        self._products = {one.product.title: one.product for one in self._first if one.product}
        self._sources = sources

    def compose(self) -> ComposeResult:
        yield TextArea(self._text(), compact=True, tab_behavior="focus", show_line_numbers=False)

    def _text(self) -> str:
        return "\n".join(
            f"{as_text(one.quantity)} x {line(one.product.title) if one.product else line(one.description)}"
            f" @ {as_text(one.unit_price)}"
            for one in self._first
        )

    @property
    def hint(self) -> str:
        return "one a line, as: 2 x Snow gun SG-40 @ 18400 (without @ the product's own price)"

    @property
    def value(self) -> list[Line]:
        typed = [one for one in self.query_one(TextArea).text.splitlines() if one.strip()]
        return [self._line(one, place) for place, one in enumerate(typed)]

    def _line(self, typed: str, place: int) -> Line:
        quantity, by, rest = typed.partition(" x ")
        if not by:
            quantity, rest = "1", typed
        name, _, price = rest.partition("@")
        known = self._products.get(name.strip())
        uid = self._first[place].uid if place < len(self._first) else ""
        product: int | str = known.record_id if known else name.strip()
        return Line(product=product, quantity=quantity.strip(), unit_price=price.strip() or None, uid=uid)

    @property
    def is_changed(self) -> bool:
        return self.query_one(TextArea).text.strip() != self._text().strip()


def field_widget(field: Field, value: Any, sources: Sources) -> FieldWidget:
    """The widget for a field, showing a value as `RecordDetail.fields` holds it."""
    match field.type:
        case FieldType.CHOICE:
            return ChoiceField(field, value, [(words(one), one) for one in field.choices])
        case FieldType.USER:
            owner = next((user.user_id for user in sources.users if value in (user.user_id, user.name)), None)
            return ChoiceField(field, owner, [(line(user.name), user.user_id) for user in sources.users])
        case FieldType.RECORD:
            return RecordField(field, value if isinstance(value, RecordRef) else None)
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
