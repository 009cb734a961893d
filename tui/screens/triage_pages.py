"""The list of what waits for a decision: its views, its pages, and how much waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual import on

from store.queries.paging import Count
from store.queries.queue_names import QueueName, queue_names
from store.queries.triage_list import TriageRow, Waiting, triage_count, triage_rows
from tui.cells import line
from tui.rows.ahead import Ahead, PageAhead, page_ahead
from tui.rows.triage import columns
from tui.screens.attending import Attending
from tui.screens.mail_actions import MailActions
from tui.screens.writing_behind import WritesBehind
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.select_list import SelectList

VIEWS = (("all", "All"), ("mine", "Mine"), ("unassigned", "Nobody's"), ("snoozed", "Later"))
_QUEUE = "queue:"
_EMPTY = {
    "all": ("Nothing to decide. Well done.", "Mail that neither a rule nor its links decide waits here."),
    "mine": ("Nothing waits for you.", "v shows what waits for others."),
    "unassigned": ("Nothing waits for somebody to take it.", "v shows what waits for others."),
    "snoozed": ("Nothing was put off.", "d puts a mail off until later."),
}


@dataclass(frozen=True, slots=True)
class Again:
    """Rows that are read again: what was asked for, when, and whether the cursor goes there."""

    activity_ids: tuple[int, ...]
    asked_at: int
    go_there: bool


class ListsWaiting(WritesBehind, Attending, MailActions):
    """A screen with the list of what waits. A page comes with the mail under the cursor, so that both are shown at
    once."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = Count(0)
        # Held, because each command of the footer asks for them with each key.
        self.rows: SelectList[TriageRow] = SelectList(
            columns(self.people), key=lambda row: row.activity_id, now=self.now, empty=_EMPTY["all"]
        )
        self._again: set[int] = set()  # rows that are being read again

    # What the mail beside the list has to know

    @property
    def held(self) -> Collection[int]:
        """Mails that were read already."""
        raise NotImplementedError

    def keep(self, found: dict[int, Ahead]) -> None:
        """These mails were read."""
        raise NotImplementedError

    def outdate(self, activity_ids: Collection[int]) -> None:
        """These mails have changed since they were read."""
        raise NotImplementedError

    def show_at_hand(self) -> None:
        """Show the mail under the cursor now if it was read, laid out together with the list."""
        raise NotImplementedError

    # The list

    @property
    def list_of_mail(self) -> SelectList[TriageRow]:
        return self.rows

    @property
    def activity_id(self) -> int | None:
        return None if self.rows.row is None else self.rows.row.activity_id

    @property
    def mail_id(self) -> int | None:
        return self.activity_id

    def on_mount(self) -> None:
        self.rows.focus()
        self.rows.restart()
        self.ask(queue_names, then=self._offer_queues, group="queues")

    def refresh_data(self) -> None:
        self.rows.reload()

    def _offer_queues(self, queues: tuple[QueueName, ...]) -> None:
        self.query_one(FilterBar).offer((*VIEWS, *((f"{_QUEUE}{one.queue_id}", line(one.name)) for one in queues)))

    @property
    def _wanted(self) -> Waiting:
        bar = self.query_one(FilterBar)
        if bar.view.startswith(_QUEUE):
            return Waiting(queue_id=int(bar.view.removeprefix(_QUEUE)), text=bar.text)
        return Waiting(bar.view, text=bar.text)

    @on(FilterBar.Changed)
    def _other_mails(self, changed: FilterBar.Changed) -> None:
        if changed.text:
            self.rows.say_when_empty("No mail that waits has these words.", "Esc in the filter shows everything again.")
        else:
            self.rows.say_when_empty(*_EMPTY.get(changed.view, ("Nothing waits in this queue.", "v shows the next.")))
        self.rows.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.rows.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        self.ask(
            page_ahead,
            self._wanted,
            cursor=self.rows.pages.wish,
            held=frozenset(self.held),
            then=partial(self._show_page, wanted, self.asked_at),
            group="page",
            **wanted.question.keyset(),
        )

    def _show_page(self, wanted: LineList.Wanted, asked_at: int, found: PageAhead) -> None:
        leaving = self.leaving(asked_at)
        rows = [row for row in found.page.rows if row.activity_id not in leaving]
        known = {row.activity_id: row for row in self.rows.pages.window.rows if row.activity_id in self.held}
        self.outdate([row.activity_id for row in rows if known.get(row.activity_id, row) != row])
        self.keep(found.ahead)
        self.rows.show(wanted.question, rows, more=found.page.more)
        if wanted.question.direction == "first":
            self.show_at_hand()
            self.ask(triage_count, self._wanted, then=self._show_count, group="count")

    def _show_count(self, count: Count) -> None:
        self._waiting = count
        self.show_selection(len(self.selected))

    def _counted_on(self, by: int) -> None:
        if not self._waiting.capped:
            self._show_count(Count(max(self._waiting.value + by, 0)))

    def show_selection(self, count: int) -> None:
        waiting = f"{self._waiting} waiting" if self._waiting.value else ""
        self.query_one(FilterBar).count = f"{count} selected" if count else waiting

    # What decisions do to it

    def let_go(self, activity_ids: Collection[int]) -> None:
        self.rows.take_out(set(activity_ids))
        self.show_at_hand()
        self._counted_on(-len(activity_ids))

    def go_on(self) -> None:
        self.rows.action_move(1)
        self.show_at_hand()

    def bring_back(self, activity_ids: Sequence[int]) -> None:
        self.rows.reload(activity_ids[0])

    def look_again(self, activity_ids: Sequence[int], *, go_there: bool = False) -> None:
        self._again |= set(activity_ids)
        again = Again(tuple(activity_ids), self.asked_at, go_there)
        self.ask(triage_rows, self._again, self._wanted, then=partial(self._show_again, again), group="again")

    def _show_again(self, again: Again, found: tuple[TriageRow, ...]) -> None:
        leaving = self.leaving(again.asked_at)
        asked, self._again = self._again, set()
        rows = [row for row in found if row.activity_id not in leaving]
        first = again.activity_ids[0]
        if again.go_there and all(row.activity_id != first for row in rows):
            self.refresh_data()  # what was taken back was something else
            return
        self.outdate(asked)
        held = {row.activity_id for row in self.rows.pages.window.rows}
        gone = (asked & held) - {row.activity_id for row in rows}
        self._counted_on(sum(row.activity_id not in held for row in rows) - len(gone))
        if not self.rows.put_in(rows, self._order, cursor=first if again.go_there else None) and again.go_there:
            self.bring_back(again.activity_ids)  # its place is not loaded
        if gone:
            self.rows.take_out(gone)
        self.show_at_hand()

    def _order(self, row: TriageRow) -> tuple[datetime, int]:
        return (row.until or row.occurred_at if self._wanted.view == "snoozed" else row.occurred_at, row.activity_id)

    def leaves(self, *, queue_id: int | None, user_id: int | None) -> bool:
        view = self.query_one(FilterBar).view
        if view.startswith(_QUEUE):
            return queue_id is not None and view != f"{_QUEUE}{queue_id}"
        if view == "mine":
            return user_id is not None and user_id != self.services.actor.user_id
        return view == "unassigned" and user_id is not None

    # Commands

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()
