"""The words of signature_fields.toml as sets and patterns, built once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from store.names.tables import strings, table


@dataclass(frozen=True, slots=True)
class Words:
    """Sets hold words and phrases in lower case; patterns match lower-case text, those of forms text as written."""

    titles: frozenset[str]
    title_endings: tuple[str, ...]
    departments: frozenset[str]
    companies: frozenset[str]
    company_endings: tuple[str, ...]
    streets: frozenset[str]
    street_endings: tuple[str, ...]
    states: frozenset[str]
    degrees: frozenset[str]
    free_mail: frozenset[str]
    particles: frozenset[str]
    labels: dict[str, str]  # what stands beside a number, an address or a website -> its kind
    label_before: re.Pattern[str]
    label_behind: re.Pattern[str]
    only_labels: re.Pattern[str]
    address_label: re.Pattern[str]
    signing_for: re.Pattern[str]
    title_phrase: re.Pattern[str]
    legal_form: re.Pattern[str]
    attached_form: re.Pattern[str]


@lru_cache(maxsize=1)
def words() -> Words:
    text = resources.files(__package__).joinpath("signature_fields.toml").read_text("utf-8")
    lists: dict[str, list[str]] = tomllib.loads(text)
    kinds = ("phone", "mobile", "fax", "other_numbers", "mail", "web", "address")
    labels = {label: kind for kind in kinds for label in lists[kind]}
    every = _any_of(labels)
    return Words(
        titles=frozenset(lists["titles"]),
        title_endings=tuple(lists["title_endings"]),
        departments=frozenset(lists["departments"]),
        companies=frozenset(lists["companies"]),
        company_endings=tuple(lists["company_endings"]),
        streets=frozenset(lists["streets"]),
        street_endings=tuple(lists["street_endings"]),
        states=frozenset(lists["states"]),
        degrees=frozenset(lists["degrees"]),
        free_mail=frozenset(lists["free_mail"]),
        particles=frozenset(strings("persons", "particles")),
        labels=labels,
        label_before=re.compile(rf"(?<!\w)({every})\s?[\s.:：;)\]=#_–-]*\Z"),
        label_behind=re.compile(rf"[\s(\[–-]*({every})(?!\w)[.:)\]]*"),
        only_labels=re.compile(rf"(?:(?<!\w)(?:{every})(?!\w)|[^\w])+"),
        address_label=re.compile(rf"\A\s*(?:{_any_of(lists['address'])})\s*[:：]\s*", re.IGNORECASE),
        signing_for=re.compile(rf"\s*(?:{_any_of(lists['signing_for'])})\s+", re.IGNORECASE),
        title_phrase=re.compile(rf"(?<!\w)(?:{_any_of(word for word in lists['titles'] if ' ' in word)})(?!\w)"),
        legal_form=re.compile(rf"(?<=[\w.,&)\]»”\"] )(?:{_any_of(_written_forms())})\.?(?=\s*[,;)|–(-]|\s*\Z)"),
        attached_form=re.compile(_any_of(table("legal_forms", "attached")["all"])),
    )


def _written_forms() -> set[str]:
    """Legal forms as people write them: as listed, without dots, and of longer ones also in capitals."""
    listed = {form for forms in table("legal_forms", "last").values() for form in forms}
    undotted = {form.replace(".", "") for form in listed if "." in form}
    return {form for form in listed | undotted | {form.upper() for form in listed if len(form) > 3} if len(form) > 1}


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))
