"""Choosing which way edits of a field go, as people write it: contact.job_title=to_crm. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calendar_sync.fields import READ_ONLY, WRITABLE
from mail_sync.card_fields import CARD_FIELD
from mail_sync.merge import Direction
from store.errors import Invalid

#: What an item is -> its fields that can be given a direction; `when` covers the rule of a series.
CHOOSABLE: Mapping[str, tuple[str, ...]] = {
    "contact": tuple(CARD_FIELD),
    "appointment": (*(name for name in WRITABLE if name != "recurrence"), *READ_ONLY),
}


def with_directions(fields: Mapping[str, Mapping[str, str]], chosen: Iterable[str]) -> dict[str, dict[str, str]]:
    """The setting `fields` of a mailbox after these choices; the default, two_way, is left out. Raises Invalid."""
    kept = {holds: dict(directions) for holds, directions in fields.items()}
    for one in chosen:
        holds, name, direction = _read(one)
        of_kind = kept.setdefault(holds, {})
        of_kind.pop(name, None)
        if direction is not Direction.TWO_WAY:
            of_kind[name] = direction.value
    return {holds: directions for holds, directions in kept.items() if directions}


def _read(written: str) -> tuple[str, str, Direction]:
    field, _, word = (part.strip() for part in written.partition("="))
    holds, _, name = field.partition(".")
    if holds not in CHOOSABLE:
        raise Invalid(f"{written!r} does not name a field, as contact.job_title=to_crm does.")
    if name not in CHOOSABLE[holds]:
        article = "An" if holds == "appointment" else "A"
        raise Invalid(f"{article} {holds} has no field {name!r}; it has {', '.join(CHOOSABLE[holds])}.")
    if word not in set(Direction):
        raise Invalid(f"{word!r} is no direction; there are {', '.join(Direction)}.")
    return holds, name, Direction(word)
