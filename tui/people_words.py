"""Who else is at a mail or a case, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from store.presence import ANSWERING, VIEWING, Present
from tui.cells import line
from tui.glyphs import LOOKING, WRITING

_SHOWN = 3  # people who are named

_DOING = ((ANSWERING, WRITING, "answering", "$warning"), (VIEWING, LOOKING, "viewing", "$accent"))


def people_words(there: Iterable[Present]) -> Content:
    """ "✎ Ana Berg is answering", "◉ Bo Lind and Cy Falk are viewing"; nothing where nobody is there."""
    people = tuple(dict.fromkeys((one.name, one.doing) for one in there))
    told: list[Content] = []
    for doing, glyph, words, tone in _DOING:
        names = [line(name) for name, does in people if does == doing]
        if names:
            said = f"{glyph} {_listed(names)} {'is' if len(names) == 1 else 'are'} {words}"
            told.append(Content.styled(said, tone))
    return Content("   ").join(told)


def _listed(names: Sequence[str]) -> str:
    if len(names) > _SHOWN:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
