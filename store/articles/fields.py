"""What an article holds: forms, command options and checks follow from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from store.errors import Invalid
from store.records.fields import Field, FieldType
from store.search_text import fold

KINDS = ("solution", "answer")

#: kind -> what people call it.
KIND_LABELS = {"solution": "Solution", "answer": "Canned answer"}

FIELDS = (
    Field("title", "Title", required=True, help="what it is found by first"),
    Field("kind", "Kind", FieldType.CHOICE, KINDS, required=True, help="how a problem is solved, or a canned answer"),
    Field("queue", "Queue", FieldType.QUEUE, help="whose cases it is offered for first; empty: every queue's"),
    Field(
        "text",
        "Text",
        FieldType.LONG_TEXT,
        required=True,
        help="fields such as {contact.given_name} are filled in when it is used",
    ),
)

_LONGEST_TITLE = 200  # characters


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, trimmed; what is missing is left out. Raises Invalid for what no article holds."""
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if "title" in kept:
        kept["title"] = " ".join(str(kept["title"] or "").split())
        if not kept["title"]:
            raise Invalid("An article needs a title.")
        if len(kept["title"]) > _LONGEST_TITLE:
            raise Invalid(f"The title of an article has at most {_LONGEST_TITLE} characters.")
    if "text" in kept and not kept["text"]:
        raise Invalid("An article needs a text.")
    if "kind" in kept and kept["kind"] not in KINDS:
        raise Invalid(f"There is no article of kind {kept['kind']!r}; there are {' and '.join(KINDS)}.")
    if unknown := sorted(set(kept).difference(field.name for field in FIELDS)):
        raise Invalid(f"An article has no {unknown[0]}; it has {_listed(field.name for field in FIELDS)}.")
    return kept


def folded(title: str, text: str) -> str:
    """Its words for searching: those of the title, in order, and on a second line those that only the text has."""
    titled = fold(title).split()
    return "\n".join(
        [" ".join(titled), " ".join(dict.fromkeys(word for word in fold(text).split() if word not in titled))]
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
