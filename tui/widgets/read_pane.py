"""A mail, meeting, call, task or note to read."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from store.queries.activities import ActivityDetail
from tui import reading


class ReadPane(VerticalScroll, can_focus=True):
    """Shows `detail`; `unfolded` shows the quoted mail too."""

    detail: reactive[ActivityDetail | None] = reactive(None, init=False)
    unfolded: reactive[bool] = reactive(False, init=False)

    def __init__(self, *, hint: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hint = hint
        self._now: datetime | None = None

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(self._hint, "$quiet"), classes="read-head")
        yield Static("", classes="read-files")
        yield Static("", classes="read-body")
        yield Static("", classes="read-thread")

    def show(self, detail: ActivityDetail | None, now: datetime) -> None:
        """Another activity, or the same one read anew; None empties the pane."""
        same = detail is not None and self.detail is not None and detail.activity_id == self.detail.activity_id
        self._now = now
        if not same:
            self.set_reactive(ReadPane.unfolded, False)
            self.scroll_home(animate=False)
        self.set_reactive(ReadPane.detail, detail)
        self._paint()

    def watch_unfolded(self) -> None:
        self._paint()

    def _paint(self) -> None:
        detail, now = self.detail, self._now
        parts = {name: Content("") for name in ("head", "files", "body", "thread")}
        if detail is not None and now is not None:
            files = [file for file in detail.attachments if not file.inline]
            parts["head"] = reading.head(detail, now)
            parts["files"] = reading.files(files)
            parts["body"] = reading.body(detail, unfolded=self.unfolded)
            parts["thread"] = reading.thread(detail, now) if detail.thread else Content("")
        for name, content in parts.items():
            part = self.query_one(f".read-{name}", Static)
            part.update(content)
            part.display = bool(content.plain)
