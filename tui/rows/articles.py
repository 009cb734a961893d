"""How solutions and canned answers look: in a list, and on their own."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from mail_sync.mime.plain import visible
from store.articles.fields import KIND_LABELS
from store.articles.reading import ArticleRow
from store.articles.ready import ReadyTemplate, ReadyText
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.when import short_when
from tui.widgets.sheet import Fact

GLYPHS = {"solution": "✦", "answer": "❝", "template": "¶"}
_TONES = {"solution": "good", "answer": "accent"}


def _title(row: ArticleRow, _now: datetime) -> Cell:
    return (Span(f"{GLYPHS[row.kind]} ", _TONES[row.kind]), Span(line(row.title)))


def _changed(row: ArticleRow, now: datetime) -> Cell:
    return (Span(short_when(row.modified_at, now), "dim"),)


COLUMNS: tuple[Column[ArticleRow], ...] = (
    Column("Title", _title, 24, 70, grow=6, priority=0),
    Column("Text", lambda row, _: plain(row.text, "dim"), 20, grow=4, priority=2),
    Column("Queue", lambda row, _: plain(row.queue, "dim"), 10, 20, grow=1, priority=1),
    Column("Changed", _changed, 11, priority=3, right=True),
)


def offered(one: ReadyText) -> Content:
    """How it stands in a list to choose from."""
    if isinstance(one, ReadyTemplate):
        return Content.assemble((f"{GLYPHS['template']} ", "$primary"), line(one.title), ("  template", "$quiet"))
    tone = "$success" if one.kind == "solution" else "$accent"
    return Content.assemble((f"{GLYPHS[one.kind]} ", tone), line(one.title), (f"  {line(one.queue)}", "$quiet"))


def facts(one: ReadyText, now: datetime) -> list[Fact]:
    """An article, or a template, to read: what it is, then its text as it stands."""
    about = _about_template(one) if isinstance(one, ReadyTemplate) else _about_article(one, now)
    return [
        Fact(Content.styled(line(one.title), "b $foreground")),
        Fact(Content.styled("  ·  ".join(filter(None, about)), "$quiet")),
        Fact(Content("")),
        *(Fact(Content(visible(each).expandtabs(4))) for each in one.text.splitlines()),
    ]


def _about_template(one: ReadyTemplate) -> list[str]:
    whose = "for everybody" if one.template.shared else "yours"
    return ["Template", whose, f"subject {line(one.subject)}" if one.subject else ""]


def _about_article(row: ArticleRow, now: datetime) -> list[str]:
    who = f" by {line(row.author)}" if row.author else ""
    return [
        KIND_LABELS[row.kind],
        f"for {line(row.queue)}" if row.queue else "for every queue",
        f"solved {row.case.number}" if row.case else "",
        f"changed {short_when(row.modified_at, now)}{who}",
    ]
