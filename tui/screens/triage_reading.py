"""The mail under the cursor and its customer, read before the cursor comes there; and who else is at it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from textual import on
from textual.timer import Timer
from textual.widgets import Static

from store.presence import thread_place
from store.queries.activities import ActivityDetail
from tui.cells import line
from tui.people_words import people_words
from tui.rows.ahead import Ahead, read_ahead
from tui.screens.triage_pages import ListsWaiting
from tui.widgets.glance_pane import GlanceLine, GlancePane
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane

_AHEAD = 3  # mails read before the cursor comes to them
_BEHIND = 3  # decisions whose mails are kept, for undo
_TICK = 30.0  # seconds between two looks at the clocks
_REST = 1.0  # seconds for which a mail is read before what stands beside it is worked out


class ReadsAhead(ListsWaiting):
    """A screen on which the next mail is there at once."""

    def __init__(self) -> None:
        super().__init__()
        self._mail = ReadPane(brief=True, classes="triage-mail")
        self._ahead: dict[int, Ahead] = {}
        self._stale: set[int] = set()  # of those, what has changed since
        self._further: Timer | None = None

    @property
    def pane(self) -> ReadPane | None:
        return self._mail

    def on_mount(self) -> None:
        self.set_interval(_TICK, self._show_glance)

    # What was read

    @property
    def held(self) -> Collection[int]:
        return self._ahead.keys() - self._stale

    def keep(self, found: dict[int, Ahead]) -> None:
        self._ahead |= found
        self._stale -= found.keys()

    def outdate(self, activity_ids: Collection[int]) -> None:
        self._stale |= set(activity_ids) & self._ahead.keys()

    def _look_ahead(self) -> None:
        """Read the mails that come next, and forget those that are far away."""
        window, place = self.rows.pages.window, self.rows.cursor
        near = [row.activity_id for row in (window.at(place + by) for by in range(_AHEAD + 1)) if row is not None]
        kept = {*near, *(key for decision in self.latest(_BEHIND) for key in decision.activity_ids)}
        self._ahead = {key: held for key, held in self._ahead.items() if key in kept}
        self._stale &= self._ahead.keys()
        missing = [key for key in near if key not in self.held]
        if missing:  # one after the other, that the next is not kept waiting by those behind it
            self.ask(read_ahead, missing[:1], then=self._keep_and_go_on, group="ahead")

    def _keep_and_go_on(self, found: dict[int, Ahead]) -> None:
        self.keep(found)
        if found:
            self._look_ahead()

    # What is shown

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        row = message.row
        self.attend("" if row is None else thread_place(row.thread_id))
        self.preview_soon(None if row is None else row.activity_id)

    def _read_preview(self, activity_id: int | None) -> None:
        if activity_id is None:
            self._mail.show(None, self.now())
            self._show_glance()
        elif activity_id in self.held:
            self._rest_here()
        else:
            self.ask(read_ahead, [activity_id], then=self._show_read, group="preview")

    def _show_read(self, found: dict[int, Ahead]) -> None:
        self.keep(found)
        if self.activity_id in self._ahead:
            self._rest_here()

    def _rest_here(self) -> None:
        """The cursor rests on a mail that was read."""
        self.show_at_hand()
        if self.detail is not None:
            self.look_further(self.detail)
        self._look_ahead()

    def show_at_hand(self) -> None:
        found = self._ahead.get(self.activity_id or 0)
        if found is None or self.detail == found.detail:
            self._show_glance()
            return
        self._mail.show(found.detail, self.now())
        self._show_who()
        self._show_glance()
        self.refresh_bindings()

    def _show_glance(self) -> None:
        found = self._ahead.get(self.activity_id or 0)
        if found is not None or self.activity_id is None:
            shown = found.glance if found is not None else None
            self.query_one(GlancePane).show(shown, self.now())
            self.query_one(GlanceLine).show(shown, self.now())

    def look_beside(self, detail: ActivityDetail) -> None:
        if self._further is not None:
            self._further.stop()
        self._further = self.set_timer(_REST, partial(self._beside_of, detail))

    def _beside_of(self, detail: ActivityDetail) -> None:
        if self.is_current and detail.activity_id == self.activity_id:
            super().look_beside(detail)

    def tell(self, said: str) -> None:
        self.query_one("#triage-said", Static).update(line(said), layout=False)

    # Who else is here

    def places_in_view(self) -> Collection[str]:
        first = self.rows.scroll_offset.y
        rows = (self.rows.pages.window.at(place) for place in range(first, first + self.rows.size.height))
        return {thread_place(row.thread_id) for row in rows if row is not None}

    def show_people(self) -> None:
        self.rows.refresh()
        self._show_who()

    def _show_who(self) -> None:
        row = self.rows.row
        there = () if row is None else self.people.get(thread_place(row.thread_id), ())
        self._mail.show_people(people_words(there))
