"""A mail, meeting, call, task or note to read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.widgets.sheet import Fact, Sheet
from tui.widgets.steady import Steady

if TYPE_CHECKING:
    from calendar_sync.mail_page import MailMeeting
    from store.queries.activities import ActivityDetail
    from tui.rows.beside import Beside


class Body(Steady, Static):
    """The text."""


class ReadPane(Steady, VerticalScroll, can_focus=True):
    """Shows `detail`; `unfolded` shows the quoted mail too. `brief`: the text stands as high as possible."""

    detail: reactive[ActivityDetail | None] = reactive(None, init=False)
    unfolded: reactive[bool] = reactive(False, init=False)

    def __init__(
        self, *, hint: str = "", brief: bool = False, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._hint, self._brief = hint, brief
        self._now: datetime | None = None

    def compose(self) -> ComposeResult:
        yield Sheet(classes="read-people")
        yield Sheet(classes="read-head")
        yield Sheet(classes="read-regarding")
        yield Sheet(classes="read-beside")
        yield Sheet(classes="read-meeting")
        yield Sheet(classes="read-files")
        yield Body("", classes="read-body")
        yield Sheet(classes="read-thread")

    def on_mount(self) -> None:
        self._sheet("people").show([])
        self._paint()

    def show(self, detail: ActivityDetail | None, now: datetime) -> None:
        """Another activity, or the same one read anew; None empties the pane."""
        same = detail is not None and self.detail is not None and detail.activity_id == self.detail.activity_id
        self._now = now
        if not same:
            self._sheet("meeting").show([])
            self._sheet("beside").show([])
            self.set_reactive(ReadPane.unfolded, False)
            self.scroll_home(animate=False)
        self.set_reactive(ReadPane.detail, detail)
        self._paint()

    def show_people(self, said: Content) -> None:
        """Who else is at it, above the head; empty for nobody."""
        self._sheet("people").show([Fact(said)] if said.plain else [])

    def show_meeting(self, found: MailMeeting | None, now: datetime) -> None:
        """What the mail says about a meeting, below the head."""
        if found is None:
            self._sheet("meeting").show([])
            return
        from tui import meeting_words

        self._sheet("meeting").show(meeting_words.mail_facts(found, now))

    def show_beside(self, found: Beside) -> None:
        """What can be made of the mail besides, if it is still the one that is read."""
        if self.detail is not None and self.detail.activity_id == found.activity_id:
            from tui import proposal_words

            held_back = [proposal_words.held_back(found.held_back)] if found.held_back else []
            topic = [proposal_words.new_topic()] if found.new_topic else []
            moves = [proposal_words.another_time(found.booking)] if found.booking is not None else []
            self._sheet("beside").show([*moves, *held_back, *topic, *proposal_words.beside(found.proposals)])

    def watch_unfolded(self) -> None:
        self._paint()

    def _paint(self) -> None:
        detail, now = self.detail, self._now
        head = [Fact(Content.styled(self._hint, "$quiet"))] if self._hint else []
        about: list[Fact] = []
        files: list[Fact] = []
        thread: list[Fact] = []
        text = Content("")
        if detail is not None and now is not None:
            from tui import reading, regarding_words

            about = regarding_words.strip(detail)
            head = reading.brief(detail, now) if self._brief else reading.head(detail, now)
            thread = reading.thread(detail, now)
            files = reading.files(file for file in detail.attachments if not file.inline)
            text = reading.body(detail, unfolded=self.unfolded)
        self._sheet("head").show(head)
        self._sheet("regarding").show(about)
        self._sheet("files").show(files)
        self._sheet("thread").show(thread)
        self.query_one(".read-body", Body).update(text)

    def _sheet(self, name: str) -> Sheet:
        return self.query_one(f".read-{name}", Sheet)
