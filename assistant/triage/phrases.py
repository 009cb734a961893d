"""The words in which rules say what they found and what they miss. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from mail_sync.mime.plain import visible_line

_LONGEST = 60  # characters of a text from outside within a sentence
_MOST_LISTED = 4


@dataclass(frozen=True, slots=True)
class Wording:
    """How sentences call what a rule consists of: a file has names for it that a form has not."""

    rule: Callable[[str, str], str]  # from the sort of rule and its name
    part: Callable[[str, str, str], str]  # a value: from how the rule is called, when, unless or then, and its name
    action: Callable[[str], str]
    nothing: str  # what to do about a rule that does nothing


#: As a file names them.
FILE = Wording(
    rule=lambda sort, name: f"{sort} rule {name}",
    part=lambda rule, under, name: f"{rule}: {under}.{name}",
    action=str,
    nothing="say what it does under then",
)


def quoted(text: str) -> str:
    """A text from a mail or a file in quotation marks, harmless and short."""
    shown = visible_line(text[: _LONGEST * 2]).strip()
    return f'"{shown}"' if len(shown) <= _LONGEST else f'"{shown[: _LONGEST - 1].rstrip()}…"'


def either(texts: Sequence[str]) -> str:
    """`"a", "b" or "c"`; of many only the first ones."""
    shown = [quoted(text) for text in texts[:_MOST_LISTED]]
    if len(texts) > _MOST_LISTED:
        return f"{', '.join(shown)} or {len(texts) - _MOST_LISTED} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def every(texts: Sequence[str]) -> str:
    """`"a", "b"`; of many only the first ones."""
    shown = ", ".join(quoted(text) for text in texts[:_MOST_LISTED])
    return f"{shown} and {len(texts) - _MOST_LISTED} more" if len(texts) > _MOST_LISTED else shown


def nearest(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about a name that means nothing: the nearest one where one is near."""
    near = get_close_matches(name[:_LONGEST], sorted(names), n=1)
    return f"; did you mean {quoted(near[0])}?" if near else "."


def there_are(name: str, names: Iterable[str]) -> str:
    """What was meant by a name that does not exist: the nearest one, else all there are."""
    known = sorted(names)
    near = get_close_matches(name[:_LONGEST], known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
