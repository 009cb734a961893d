"""Mail that waits for a decision: the list, the mail, and its customer at a glance; one key for each decision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from assistant.triage.suggesting import Act, suggest
from store.presence import thread_place
from store.queries.paging import Count, Page
from store.queries.queue_names import QueueName, queue_names
from store.queries.triage_list import TriageRow, Waiting, triage_count, triage_list
from tui.cells import line
from tui.commands import Command, bindings
from tui.rows.ahead import Ahead, read_ahead
from tui.rows.triage import columns
from tui.screens.attending import Attending
from tui.screens.mail_actions import MAIL, SELECTING, MailActions
from tui.screens.reading_actions import READING
from tui.screens.triage_keys import TRIAGE
from tui.screens.writing_behind import WritesBehind
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.glance_pane import GlanceLine, GlancePane
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane
from tui.widgets.select_list import SelectList

VIEWS = (("all", "All"), ("mine", "Mine"), ("unassigned", "Nobody's"), ("snoozed", "Later"))
_QUEUE = "queue:"
_AHEAD = 3  # mails read before the cursor comes to them
_TICK = 30.0  # seconds between two looks at the clocks

_EMPTY = {
    "all": ("Nothing to decide. Well done.", "Mail that neither a rule nor its links decide waits here."),
    "mine": ("Nothing waits for you.", "v shows what waits for others."),
    "unassigned": ("Nothing waits for somebody to take it.", "v shows what waits for others."),
    "snoozed": ("Nothing was put off.", "d puts a mail off until later."),
}
#: Where decisions stand in the footer, and how far behind them everything else that is done with mail.
_FIRST = {"agree": 2, "link": 3, "new_case": 4, "not_relevant": 5, "give": 6, "defer": 7, "quick_answer": 8, "join": 9}
_LATER = 60


def _on_row(screen: Any) -> bool:
    return screen.rows.row is not None


def _has_suggestion(screen: Any) -> bool:
    return bool(screen.selected) or (screen.rows.row is not None and act_for(screen.rows.row) is not Act.NOTHING)


def act_for(row: TriageRow) -> Act:
    """What is suggested for a mail."""
    return suggest(row.work, row.party, row.queue_kind).act


COMMANDS = (
    Command(
        "enter", "open", "Read", "Read the mail under the cursor on the whole screen", footer=40, available=_on_row
    ),
    Command("Y", "agree", "Accept", "Do what is suggested", footer=2, available=_has_suggestion),
    Command("S", "never", "Never sender", "Nothing from this sender waits here any more", footer=18, available=_on_row),
    Command("v", "next_view", "View", "All, yours, nobody's, put off, and each queue", footer=19),
    Command("f", "filter", "Filter", "Show only mail with these words", footer=20),
    Command("o", "open_record", "Record", "Open the record that is suggested", footer=30, available=_on_row),
)
_OWN = {command.action for command in COMMANDS}


class TriageScreen(WritesBehind, Attending, MailActions):
    """What is undecided, the longest waiting first."""

    HERE = (*COMMANDS, *TRIAGE, *SELECTING, *(one for one in READING if one.action not in _OWN), *MAIL)
    HELP_WORDS = (
        "Mail that nobody has decided on yet; what waits longest comes first. Y does what is suggested, l links it to "
        "another record, e makes a case of it, X says that it is regarding nothing, d puts it off. The next mail is "
        "there at once. Space selects several; Ctrl+Z takes back each decision."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self._waiting = Count(0)
        # Held, because each command of the footer asks for them with each key.
        self.rows: SelectList[TriageRow] = SelectList(
            columns(self.people), key=lambda row: row.activity_id, now=self.now, empty=_EMPTY["all"]
        )
        self._mail = ReadPane(brief=True, classes="triage-mail")
        self._ahead: dict[int, Ahead] = {}
        self._stale: set[int] = set()  # of those, what has changed since
        self._wish: int | None = None  # where the cursor goes when the list is read again

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Triage", VIEWS)
        with Container(id="triage-body"):
            yield self.rows
            yield GlanceLine("", classes="triage-line")
            yield self._mail
            yield GlancePane(classes="triage-glance")
        yield Static("", id="triage-said", markup=False)

    def commands_here(self) -> tuple[Command, ...]:
        """Here one decides; what else is done with mail stands further back in the footer."""
        offered = super().commands_here()
        later = [replace(one, footer=one.footer + _LATER) if one in MAIL and one.footer else one for one in offered]
        return tuple(replace(one, footer=_FIRST[one.action]) if one.action in _FIRST else one for one in later)

    @property
    def list_of_mail(self) -> SelectList[TriageRow]:
        return self.rows

    @property
    def pane(self) -> ReadPane | None:
        return self._mail

    @property
    def activity_id(self) -> int | None:
        return None if self.rows.row is None else self.rows.row.activity_id

    @property
    def mail_id(self) -> int | None:
        return self.activity_id

    # The list

    def on_mount(self) -> None:
        self.rows.focus()
        self.rows.restart()
        self.set_interval(_TICK, self._show_glance)
        self.ask(queue_names, then=self._offer_queues, group="queues")

    def refresh_data(self) -> None:
        self.rows.reload(self._wish)

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
        then = partial(self._show_page, wanted, self.asked_at)
        self.ask(triage_list, self._wanted, then=then, group="page", **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, asked_at: int, page: Page[TriageRow]) -> None:
        leaving = self.leaving(asked_at)
        rows = [row for row in page.rows if row.activity_id not in leaving]
        known = {row.activity_id: row for row in self.rows.pages.window.rows if row.activity_id in self._ahead}
        self._stale |= {row.activity_id for row in rows if known.get(row.activity_id, row) != row}
        self.rows.show(wanted.question, rows, more=page.more)
        if wanted.question.direction == "first":
            self._wish = None
            self.ask(triage_count, self._wanted, then=self._show_count, group="count")

    def _show_count(self, count: Count) -> None:
        self._waiting = count
        self.show_selection(len(self.selected))

    def show_selection(self, count: int) -> None:
        waiting = f"{self._waiting} waiting" if self._waiting.value else ""
        self.query_one(FilterBar).count = f"{count} selected" if count else waiting

    # The mail and its customer

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        row = message.row
        self.attend("" if row is None else thread_place(row.thread_id))
        self.preview_soon(None if row is None else row.activity_id)

    def _read_preview(self, activity_id: int | None) -> None:
        if activity_id is None:
            self._show_nothing()
        elif activity_id in self._ahead and activity_id not in self._stale:
            self._show_ahead(self._ahead[activity_id])
            self.look_further(self._ahead[activity_id].detail)
            self._look_ahead()
        else:
            self.ask(read_ahead, [activity_id], then=self._show_read, group="preview")

    def _show_nothing(self) -> None:
        self._mail.show(None, self.now())
        self._show_glance()

    def _show_read(self, found: dict[int, Ahead]) -> None:
        self._keep(found)
        at_hand = self._ahead.get(self.activity_id or 0)
        if at_hand is not None:
            self._show_ahead(at_hand)
            self.look_further(at_hand.detail)
            self._look_ahead()

    def _show_ahead(self, found: Ahead) -> None:
        if found.detail.activity_id != self.activity_id or self.detail is found.detail:
            return
        self._mail.show(found.detail, self.now())
        self._show_glance()
        self.refresh_bindings()

    def _show_glance(self) -> None:
        found = self._ahead.get(self.activity_id or 0)
        shown = found.glance if found is not None else None
        self.query_one(GlancePane).show(shown, self.now())
        self.query_one(GlanceLine).show(shown, self.now())

    def _look_ahead(self) -> None:
        """Read the mails that come next, and forget those that are behind."""
        window, place = self.rows.pages.window, self.rows.cursor
        near = [row.activity_id for row in (window.at(place + by) for by in range(_AHEAD + 1)) if row is not None]
        self._ahead = {key: held for key, held in self._ahead.items() if key in near}
        missing = [key for key in near if key not in self._ahead or key in self._stale]
        if missing:  # one after the other, that the next is not kept waiting by those behind it
            self.ask(read_ahead, missing[:1], then=self._keep_and_go_on, group="ahead")

    def _keep_and_go_on(self, found: dict[int, Ahead]) -> None:
        self._keep(found)
        if found:
            self._look_ahead()

    def _keep(self, found: dict[int, Ahead]) -> None:
        self._ahead |= found
        self._stale -= found.keys()

    # Who else is here

    def places_in_view(self) -> Collection[str]:
        first = self.rows.scroll_offset.y
        rows = (self.rows.pages.window.at(place) for place in range(first, first + self.rows.size.height))
        return {thread_place(row.thread_id) for row in rows if row is not None}

    def show_people(self) -> None:
        self.rows.refresh()
        there = self.people.get(self.place, ())
        if there:
            self.tell(", ".join(f"{one.name} is {one.doing} this" for one in there))

    # Deciding

    def let_go(self, activity_ids: Collection[int]) -> None:
        self.rows.take_out(set(activity_ids))
        if self.activity_id in self._ahead:
            self._show_ahead(self._ahead[self.activity_id])  # laid out together with the list
        if not self._waiting.capped:
            self._show_count(Count(max(self._waiting.value - len(activity_ids), 0)))

    def go_on(self) -> None:
        self.rows.action_move(1)

    def bring_back(self, activity_ids: Sequence[int]) -> None:
        self.rows.reload(activity_ids[0])

    def comes_back(self, activity_ids: Sequence[int]) -> None:
        self._wish = activity_ids[0]
        self.tell("")

    def tell(self, said: str) -> None:
        self.query_one("#triage-said", Static).update(line(said), layout=False)

    def leaves(self, *, queue_id: int | None, user_id: int | None) -> bool:
        view = self.query_one(FilterBar).view
        if view.startswith(_QUEUE):
            return queue_id is not None and view != f"{_QUEUE}{queue_id}"
        if view == "mine":
            return user_id is not None and user_id != self.services.actor.user_id
        return view == "unassigned" and user_id is not None

    # Commands

    def action_agree(self) -> None:
        self._triage("accept")

    def action_never(self) -> None:
        self._triage("never")

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    def action_open_record(self) -> None:
        row = self.rows.row
        fit = None if row is None else row.work if act_for(row) is Act.WORK else row.party or row.work
        if fit is not None:
            self.regarding.open_record(fit.record.record_id)

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()
