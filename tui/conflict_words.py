"""A conflict as it is read: what was agreed on, what Outlook says, what is said here, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher

from textual.content import Content

from mail_sync.mime.plain import visible
from store.queries.conflicts import ConflictRow
from tui.cells import line
from tui.glyphs import record_glyph
from tui.rows.conflicts import ConflictLine
from tui.when import ago
from tui.widgets.sheet import Fact

LABEL = 11  # cells of the column that names the sides
_LONGEST = 20_000  # characters of a side that are laid out
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_COMPARED = 4_000  # pieces above which nothing is highlighted: comparing takes their square


def about(row: ConflictRow) -> Content:
    """Whom or what a conflict is about."""
    glyph = record_glyph("contact") if row.holds == "contact" else "◷"
    return Content.assemble(
        (f"{glyph} ", "$accent"),
        (line(row.title) or "(no name)", "b $foreground"),
        (f"  {row.number}" if row.number else "", "$quiet"),
        (f"   {line(row.mailbox)}", "$quiet"),
    )


def facts_of(conflicts: Sequence[ConflictLine], chosen: int, now: datetime) -> list[Fact]:
    """All fields of an item that are in conflict, that of the conflict `chosen` (its id) marked."""
    facts = [Fact(about(conflicts[0].row)), Fact(Content(""))] if conflicts else []
    for one in conflicts:
        marked = one.row.conflict_id == chosen
        sign = Content.styled("▌ " if marked else "  ", "$accent")
        facts.append(Fact(sign + Content.styled(one.shown.label, "b $primary" if marked else "b $quiet")))
        facts += [*_sides(one, now, marked=marked), Fact(Content(""))]
    return facts[:-1]


def _sides(one: ConflictLine, now: datetime, *, marked: bool) -> list[Fact]:
    row, shown = one.row, one.shown
    mine = ", ".join(part for part in (line(row.mine_by), ago(row.mine_at, now) if row.mine_at else "") if part)
    theirs = f"met {ago(row.found_at, now)}"
    return [
        Fact(_value(shown.base, shown.base, "$quiet"), "  before", LABEL),
        *_side(shown.theirs, shown.base, "Outlook", theirs, "t" if marked else ""),
        *_side(shown.mine, shown.base, "here", mine, "m" if marked else ""),
    ]


def _side(value: str, base: str, label: str, told: str, key: str) -> list[Fact]:
    keys = Content.assemble((key, "b $accent"), (" takes this", "$quiet")) if key else Content("")
    note = Content("   ").join(part for part in (Content.styled(told, "$quiet"), keys) if part)
    facts = [Fact(_value(value, base, "$foreground"), f"  {label}", LABEL)]
    return [*facts, Fact(note, "", LABEL)] if note else facts


def _value(value: str, base: str, colour: str) -> Content:
    text, before = (visible(side[:_LONGEST]).expandtabs(4) for side in (value, base))
    if not text.strip():
        return Content.styled("(empty)", "i $quiet")
    return Content("").join(
        Content.styled(piece, "b $warning" if differs else colour) for piece, differs in differences(text, before)
    )


def differences(text: str, before: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was not there before."""
    new, old = _PIECES.findall(text), _PIECES.findall(before)
    if not old or len(new) + len(old) > _COMPARED:
        return [(text, bool(before.strip()) and text != before)]
    found = []
    for tag, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if start < end:
            found.append(("".join(new[start:end]), tag != "equal"))
    return found
