"""Which of a contact's few places on the server hold which values: what is there keeps its place, pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mail_sync.card import PostalAddress

# What other programs call the places that the server knows by another label.
_SAME_LABEL = {"mobile": "cell", "voice": "work", "business": "work", "": "other"}


def place_values(held: Mapping[str, str], wanted: Sequence[str], places: Sequence[str]) -> dict[str, str]:
    """What to write into which place so that `places` hold the `wanted` values: '' empties one.

    Values that are there stay where they are (letter case aside). New ones take the places of those that go, so that a
    corrected address stays the first, and then empty places; what finds none is left out. Only differences are told.
    """
    left = list(dict.fromkeys(value for value in wanted if value))
    writes: dict[str, str] = {}
    free: list[str] = []
    for place in places:
        now = held.get(place, "")
        match = next((value for value in left if value.casefold() == now.casefold()), None)
        if match is not None:
            left.remove(match)
            if match != now:
                writes[place] = match
        else:
            free.append(place)
    for place in sorted(free, key=lambda one: not held.get(one)):
        value = left.pop(0) if left else ""
        if value != held.get(place, ""):
            writes[place] = value
    return writes


def place_labelled(
    held: Mapping[str, str], wanted: Iterable[tuple[str, str]], labels: Mapping[str, str]
) -> dict[str, str]:
    """The same for (label, value) pairs, where `labels` says which label each place stands for.

    A label that no place stands for, or whose places are full, goes to "other".
    """
    of_label: dict[str, list[str]] = {}
    for place, label in labels.items():
        of_label.setdefault(label, []).append(place)
    values: dict[str, list[str]] = {label: [] for label in of_label}
    overflow: list[str] = []
    for label, value in wanted:
        known = _SAME_LABEL.get(label.casefold(), label.casefold())
        if known in values and len(values[known]) < len(of_label[known]):
            values[known].append(value)
        else:
            overflow.append(value)
    values["other"] += overflow
    writes: dict[str, str] = {}
    for label, places in of_label.items():
        writes |= place_values(held, values[label], places)
    return writes


def place_addresses(wanted: Sequence[PostalAddress], labels: Mapping[str, str]) -> dict[str, PostalAddress]:
    """Postal addresses by the place of their label; a second one of a label goes to the place "other" if that is free,
    and is left out otherwise."""
    by_label = {label: place for place, label in labels.items()}
    placed: dict[str, PostalAddress] = {}
    later: list[PostalAddress] = []
    for one in wanted:
        place = by_label.get(_SAME_LABEL.get(one.label.casefold(), one.label.casefold()))
        if place is None or place in placed:
            later.append(one)
        else:
            placed[place] = one
    if later:
        placed.setdefault(by_label["other"], later[0])
    return placed
