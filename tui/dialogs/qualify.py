"""The form in which a lead is qualified: what it becomes, and what is there already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.duplicates.checking import Lookalike
from assistant.leads.preview import Preview
from store.leads.becoming import Values, Wanted
from store.records.fields import Field, FieldType
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.pick import PickDialog
from tui.glyphs import KIND_WORDS, words
from tui.widgets.fields import AnyField, ChoiceField, Sources, as_text, form_field

_OPPORTUNITY = (
    Field("title", "Opportunity", help="what the deal is called; empty for none"),
    Field("amount", "Amount", FieldType.AMOUNT),
    Field("close_date", "Close date", FieldType.DATE),
)
_FIELDS = (
    Field("account", "Account", FieldType.CHOICE, help="where they work"),
    Field("contact", "Contact", FieldType.CHOICE, help="who they are"),
    *_OPPORTUNITY,
)


class QualifyDialog(FormDialog):
    """Answers with what `submit` returned for what was wanted."""

    def __init__(self, preview: Preview, *, submit: Callable[[Wanted], Awaitable[Any]], sources: Sources) -> None:
        self._preview = preview

        async def wanted(_changed: Mapping[str, Any]) -> Any:
            return await submit(self.wanted)

        heading = f"Qualify {preview.lead.number} {line(preview.lead.title)}"
        super().__init__(heading, _FIELDS, preview.anew.opportunity or {}, submit=wanted, sources=sources)

    def make_field(self, field: Field, value: Any) -> AnyField:
        if field.type is not FieldType.CHOICE:
            return form_field(field, value, self._sources)
        preview, name = self._preview, field.name
        alike = preview.accounts if name == "account" else preview.contacts
        return ChoiceField(field, getattr(preview.likely, name), _options(name, alike, getattr(preview.anew, name)))

    def compose_body(self) -> Iterable[Widget]:
        alike = [*self._preview.accounts[:1], *self._preview.contacts[:1]]
        said = [carried_words(self._preview.carried), *(f"{line(each.sentence)}." for each in alike)]
        yield Static(Content("\n".join(said)), classes="dialog-text")
        yield from super().compose_body()

    @property
    def wanted(self) -> Wanted:
        """What stands in the form."""
        entered: dict[str, Any] = {one.field.name: one.entered for one in self._widgets}
        deal = {field.name: entered[field.name] for field in _OPPORTUNITY if entered[field.name]}
        return Wanted(
            account=entered["account"],
            contact=entered["contact"],
            opportunity={**(self._preview.anew.opportunity or {}), **deal} if entered["title"] else None,
        )

    async def _choose_for(self, field: ChoiceField) -> None:
        """Offer all options, and to look for another record."""
        kind = field.field.name
        other = Content.styled(f"Another {kind} …", "$accent")
        choices = [*(Content(said) for said, _ in field.options), other]
        place = await self.app.push_screen_wait(ChooseDialog(field.label, choices))
        if place == len(field.options):
            found = await self.app.push_screen_wait(
                PickDialog(f"Choose: {kind}", lambda text: self._sources.find(kind, text))
            )
            if found is None:
                return
            field.options = (*field.options, (f"{found.number} {line(found.title)}", found.record_id))
        if place is not None:
            field.place = place


def _options(kind: str, alike: Iterable[Lookalike], anew: int | Values | None) -> list[tuple[str, Any]]:
    known = [(line(f"{each.record.number} {each.record.title}"), each.record.record_id) for each in alike]
    return known if anew is None else [*known, (f"New {kind}: {_named(anew)}", anew)]


def _named(values: int | Values) -> str:
    return line(as_text(values["title"])) if isinstance(values, Mapping) else ""


def carried_words(carried: Mapping[str, int]) -> str:
    """ "3 mails and 1 note go along.", for counts of activities by kind."""
    parts = [f"{count:,} {_kind(kind, count)}" for kind, count in carried.items()]
    if not parts:
        return "No mail or note is linked to it yet."
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"{listed} {'goes' if sum(carried.values()) == 1 else 'go'} along."


def _kind(kind: str, count: int) -> str:
    one = KIND_WORDS.get(kind, words(kind)).lower()
    return one if count == 1 else f"{one}s"
