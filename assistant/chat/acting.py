"""What the tools that write share: a use case carried out once somebody said yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant.chat.registry import Change, Cite, Done, Talk
from store.errors import Invalid, StoreError

if TYPE_CHECKING:
    from store.queries.record_detail import RecordDetail


def carry_out(talk: Talk, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do it, and let what follows from it (links, timelines) come up to date. Raises StoreError, with nothing done."""
    from assistant.intake import follow_up

    made = talk.services.do(use_case, *args, **kwargs)
    with suppress(StoreError):  # it is done; what follows from it waits in the store until somebody looks again
        follow_up(talk.services.store, now=talk.services.clock())
    return made


def acting(
    talk: Talk, said: str, about: Cite | None, use_case: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Callable[[], Done]:
    """A use case to be carried out later, which gives the uid of its operation or what it made."""

    def carry() -> Done:
        made = carry_out(talk, use_case, *args, **kwargs)
        if isinstance(made, str):
            return Done(said, made, about)
        number = getattr(made, "number", "")
        return Done(said, made.operation_uid, Cite("record", number, number) if number else about)

    return carry


def new_fields(values: Mapping[str, Any]) -> tuple[Change, ...]:
    """What is filled in where there was nothing."""
    return tuple(
        Change(name.replace("_", " "), "", str(value)) for name, value in values.items() if value not in (None, "", [])
    )


def changed_fields(detail: RecordDetail, values: Mapping[str, Any]) -> tuple[Change, ...]:
    """The fields of a record that would differ."""
    found = []
    for name, value in values.items():
        was = field_words(detail.owner if name == "owner" else detail.fields.get(name))
        if was != str(value):
            found.append(Change(name.replace("_", " "), was, str(value)))
    return tuple(found)


def differing_fields(detail: RecordDetail, values: Mapping[str, Any]) -> tuple[Change, ...]:
    """The same, of what is changed for its own sake. Raises Invalid where nothing would differ."""
    found = changed_fields(detail, values)
    if not found:
        raise Invalid(f"{detail.number} stands so already; nothing would change.")
    return found


def field_words(value: Any) -> str:
    """The value of a field as it is read: another record by its title."""
    return "" if value is None else value if isinstance(value, str) else str(getattr(value, "title", value))


def cites(*found: Cite | None) -> tuple[Cite, ...]:
    return tuple(one for one in found if one is not None)


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
