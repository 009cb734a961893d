"""What was said in the chat, and what was answered, as lines that stand on a screen: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.chat.dialogue import Told
from assistant.chat.printing import can_be_undone, step_line
from assistant.chat.registry import Change, Cite, Done, Line, Proposal, Waiting
from mail_sync.mime.plain import visible
from tui.cells import line
from tui.glyphs import ACTIVITY, DONE, RECORD, activity_glyph, record_glyph
from tui.when import short_when

if TYPE_CHECKING:
    from tui.chatting import Turn

_SAYS = "›"
_NO_LABEL = Content("")
_LABEL = 14  # cells at most of the name of a field
_LONGEST = 4_000  # characters of one value; a mail is read in full before it is sent
_EMPTY = (
    "Say what you want to know, or to have done:",
    "open cases for Fabrikam",
    "log a call with Jane Doe: she decides on Monday",
    "new case for this: gate stays locked, and assign it to me",
    "“this” is what the screen shows; nothing is written before you say yes.",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the transcript. `cites` are what it rests on; `choice` is the number that answers with it. A request
    `begins` a turn."""

    said: Content
    indent: int = 0
    label: Content = _NO_LABEL
    cites: tuple[Cite, ...] = ()
    choice: int = 0
    begins: bool = False

    @property
    def can_be_chosen(self) -> bool:
        return bool(self.cites or self.choice)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the screen; `piece` is the place of the piece that it belongs to."""

    content: Content
    piece: int


def pieces(turns: Sequence[Turn], now: datetime, leaves: str = "") -> list[Said]:
    """The whole talk, the latest last. Before it what `leaves` this machine, if anything."""
    if not turns:
        head, *examples, last = _EMPTY
        return [
            *([Said(Content.styled(line(leaves), "$warning"))] if leaves else []),
            Said(Content.styled(head, "$quiet")),
            *(Said(Content.styled(one, "$foreground"), indent=2) for one in examples),
            Said(Content.styled(last, "$quiet")),
        ]
    found: list[Said] = []
    for turn in turns:
        if found:
            found.append(Said(Content("")))
        when = f"   {short_when(turn.kept.at, now)}" if turn.kept is not None else ""
        said = Content.assemble((line(turn.said), "b"), (when, "$quiet"))
        found.append(Said(said, 2, Content.styled(_SAYS, "$accent"), begins=True))
        if turn.stopped:
            found.append(_labelled(" ", "", Content.styled("Stopped; nothing was done.", "$quiet")))
        elif turn.told is not None:
            found += _told(turn.told)
        elif turn.heard:
            found += _answered(Told("answer", tuple(turn.heard)))
    return found


def lay_out(said: Sequence[Said], width: int) -> list[Row]:
    """The pieces as lines of at most `width` cells; what is wrapped stands below the text, not below its label."""
    rows: list[Row] = []
    for place, one in enumerate(said):
        room = max(width - one.indent, 8)
        label = one.label + " " * max(one.indent - one.label.cell_length, 0)
        blank = Content(" " * one.indent)
        wrapped = one.said.wrap(room) if one.said.plain else [Content("")]
        rows += [Row((blank if number else label) + piece, place) for number, piece in enumerate(wrapped)]
    return rows


def _told(told: Told) -> Iterator[Said]:
    if told.note:
        yield _labelled(" ", "", Content.styled(line(told.note), "$warning"))
    yield from _answered(told)
    for number, choice in enumerate(told.choices, 1):
        yield Said(Content(line(choice)), 6, Content.styled(f"   {number}", "b $accent"), choice=number)
    for done in told.done:
        yield _done(told, done)
    for one in told.proposals:
        yield from _proposed(one)


_TONES = {"question": "$accent", "trouble": "$warning", "out_of_scope": "$quiet", "dropped": "$quiet"}


def _answered(told: Told) -> Iterator[Said]:
    tone = _TONES.get(told.kind, "$foreground")
    before = ""
    for one in told.lines:
        if one.cites:
            yield _cited(one, before)
            before = one.cites[0].id
        else:
            yield _labelled(" ", "", Content.styled(_kept_indent(one.text), tone))


def _kept_indent(text: str) -> str:
    """One line, with the blanks with which it begins."""
    return " " * (len(text) - len(text.lstrip(" "))) + line(text)


def _cited(one: Line, before: str) -> Said:
    """A line with the number of its record, unless it is told already in it or by the line before it."""
    first = one.cites[0]
    named = "" if first.id in (before, *one.text.split()) or first.kind not in RECORD else f"  {first.id}"
    said = Content.assemble((line(one.text), "$foreground"), (named, "$quiet"))
    return _labelled(_glyph(first), _tone(first), said, one.cites)


_ACTIVITY = {"mail": "email"}  # what is at hand has another name than what is cited


def _glyph(cite: Cite) -> str:
    return record_glyph(cite.kind) if cite.kind in RECORD else activity_glyph(_ACTIVITY.get(cite.kind, cite.kind))


def _tone(cite: Cite) -> str:
    tones = {"contact": "$accent", "lead": "$accent", "opportunity": "$success", "case": "$warning"}
    return "$quiet" if cite.kind in ACTIVITY else tones.get(cite.kind, "$primary")


def _labelled(sign: str, tone: str, said: Content, cites: tuple[Cite, ...] = ()) -> Said:
    return Said(said, 2, Content.styled(sign, tone) if tone else Content(sign), cites)


def _done(told: Told, done: Done) -> Said:
    undo = "   undo takes it back" if can_be_undone(told, done) else ""
    said = Content.assemble((line(done.text), "$foreground"), (undo, "$quiet"))
    return _labelled(DONE, "$success", said, (done.about,) if done.about else ())


def _proposed(one: Proposal | Waiting) -> Iterator[Said]:
    if isinstance(one, Waiting):
        step = line(step_line(one.step.tool, one.step.arguments))
        yield _labelled("+", "$accent", Content.assemble(("then ", "$quiet"), step))
        return
    yield _labelled("+", "$accent", Content.styled(line(one.text), "b $foreground"), one.about)
    width = min(max((len(change.field) for change in one.changes), default=0), _LABEL) + 2
    for change in one.changes:
        yield from _changed(change, width)
    if one.mails:
        yield _labelled("→", "$warning", Content.styled(line(one.mails), "b $warning"))


def _changed(change: Change, width: int) -> Iterator[Said]:
    """A field as it is and as it would be; a text of several lines, as a mail has, keeps them."""
    label = Content.styled(f"  {line(change.field)[:_LABEL]}", "$quiet")
    before = [(line(change.before), "$quiet"), (" → ", "$accent")] if change.before else []
    first, *rest = _lines(change.after) or ["nothing"]
    tone = "$success" if change.after else "$quiet"
    yield Said(Content.assemble(*before, (first, tone)), width + 2, label)
    for each in rest:
        yield Said(Content.styled(each, tone), width + 2)


def _lines(text: str) -> list[str]:
    found = visible(text[:_LONGEST]).strip().splitlines()
    return [each.rstrip() for each in found]


def chosen_places(said: Iterable[Said]) -> list[int]:
    """The places of what the cursor can stand on."""
    return [place for place, one in enumerate(said) if one.can_be_chosen]


def first_place(said: Sequence[Said]) -> int:
    """Where the cursor begins: the first such place of the last answer, or else the last one of all; -1 for none."""
    begun = max((place for place, one in enumerate(said) if one.begins), default=0)
    places = chosen_places(said)
    return next((place for place in places if place > begun), places[-1] if places else -1)
