"""The first line: where one is, where one can go, whose store it is, and whether mail is up to date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tui.cells import short
from tui.glyphs import NOTICE

if TYPE_CHECKING:
    from store.queries.outbox import OutboxCounts

#: mode, name, and a shorter name where there is less room.
MODES = (
    ("today", "Today", "Today"),
    ("inbox", "Inbox", "Inbox"),
    ("accounts", "Accounts", "Accounts"),
    ("contacts", "Contacts", "Contacts"),
    ("leads", "Leads", "Leads"),
    ("opportunities", "Opportunities", "Opps"),
    ("cases", "Cases", "Cases"),
    ("calendar", "Calendar", "Cal"),
    ("search", "Search", "Find"),
    ("sync", "Sync", "Sync"),
    ("outbox", "Outbox", "Out"),
    ("review", "Review", "Review"),
    ("triage", "Triage", "Triage"),
)
#: Modes that are tabs of another one.
WITHIN = {
    **dict.fromkeys(("queues", "numbers", "articles"), "cases"),
    **dict.fromkeys(("duplicates", "proposals"), "review"),
    "notices": "sync",
    "board": "calendar",
    "rules": "triage",
}


#: The keys of the modes, in their order, as they are shown.
DIGITS = (*"0123456789", "^o", "q", "t")
_RIGHT = 22  # cells that should be left for the state of things


class TopBar(Widget):
    """`mode` is the tab that is lit; `who` names user and store; `sync` is (words, tone).

    `outgoing` is what waits to be sent, or needs a decision; while a mail waits, the seconds are counted down. `told`
    counts the notices that nobody saw yet.
    """

    mode: reactive[str] = reactive("")
    outgoing: reactive[OutboxCounts | None] = reactive(None)
    told: reactive[int] = reactive(0)
    who: reactive[str] = reactive("")
    sync: reactive[tuple[str, str]] = reactive(("", "quiet"))

    def on_mount(self) -> None:
        self.watch(self.app, "current_mode_name", self._take_mode)
        self.watch(self.app, "who", self._take_who)
        self.watch(self.app, "sync_state", self._take_sync)
        self.watch(self.app, "outgoing", self._take_outgoing)
        self.watch(self.app, "told", self._take_told)
        self.set_interval(1.0, self._tick)

    def _take_mode(self, mode: str) -> None:
        self.mode = mode

    def _take_who(self, who: str) -> None:
        self.who = who

    def _take_sync(self, sync: tuple[str, str]) -> None:
        self.sync = sync

    def _take_outgoing(self, outgoing: OutboxCounts | None) -> None:
        self.outgoing = outgoing

    def _take_told(self, told: int) -> None:
        self.told = told

    def _tick(self) -> None:
        if self.outgoing is not None and self.outgoing.mails and self.screen.is_current:
            self.refresh()

    async def on_click(self, event: Click) -> None:
        mode = event.style.meta.get("mode")
        if mode:
            await self.app.run_action(f"show_mode('{mode}')")

    def render(self) -> Content:
        width = self.size.width
        left = _tabs(WITHIN.get(self.mode, self.mode), width)
        return left + self._right(width - left.cell_length)

    def _right(self, room: int) -> Content:
        outgoing, told = self._outgoing(room), self._told(room)
        words, tone = self.sync
        sync = f"● {words}" if words else ""
        left = room - outgoing.cell_length - told.cell_length
        if cell_len(sync) + 2 > left:
            sync = "●" if sync and left > 2 else ""
        who = short(self.who, max(left - cell_len(sync) - 6, 0)) if left > 30 else ""
        if cell_len(sync) + cell_len(who) + 4 > left:
            who = ""
        state = Content.styled(sync, f"${tone}").stylize(Style.from_meta({"mode": "sync"}))
        parts = [part for part in (Content.styled(who, "$quiet"), told, outgoing, state) if part.plain]
        right = Content("  ").join(parts)
        return Content(" " * max(room - right.cell_length - 1, 0)) + right

    def _outgoing(self, room: int) -> Content:
        """What waits in the outbox, as much of it as there is room for."""
        said, brief, tone = outgoing_words(self.outgoing, self._now())
        words = said if cell_len(said) + 4 < room else brief
        return Content.styled(words, f"${tone}").stylize(Style.from_meta({"mode": "outbox"}))

    def _told(self, room: int) -> Content:
        """How many notices nobody saw yet, as much of it as there is room for."""
        if not self.told:
            return Content("")
        said = f"{NOTICE} {self.told} notice{'s' if self.told != 1 else ''}"
        words = said if cell_len(said) + _RIGHT < room else f"{NOTICE}{self.told}"
        return Content.styled(words, "$warning").stylize(Style.from_meta({"mode": "notices"}))

    def _now(self) -> datetime:
        app: Any = self.app
        now: datetime = app.now()
        return now


def outgoing_words(counts: OutboxCounts | None, now: datetime) -> tuple[str, str, str]:
    """What waits in the outbox: (words, fewer words, theme colour); '' for nothing."""
    if counts is None:
        return "", "", "quiet"
    if counts.failed or counts.unsure:
        number = counts.failed + counts.unsure
        return f"{number} in the outbox to decide", f"!{number}", "error"
    if counts.mails and counts.next_mail_at is not None:
        left = max(0, -((now - counts.next_mail_at) // timedelta(seconds=1)))
        many = f"{counts.mails} mails" if counts.mails > 1 else "mail"
        return (f"{many} out in {left} s", f"↑{left}s", "warning") if left else (f"sending {many}", "↑", "accent")
    return "", "", "quiet"


def _tabs(lit: str, width: int) -> Content:
    """The modes with their keys, with as much of their names as leaves room at the right."""
    room = width - _RIGHT
    wide = Content.styled(" Re: ", "b $accent") + _row(lit, [name for _, name, _ in MODES], airy=2)
    if wide.cell_length <= room:
        return wide
    short_names = [name for _, _, name in MODES]
    place = next((place for place, (mode, _, _) in enumerate(MODES) if mode == lit), 0)
    return _row(lit, named_around(place, short_names, room), airy=1)


def named_around(lit: int, names: Sequence[str], room: int) -> list[str]:
    """The names of as many tabs around the one that is lit as there is room for; of the others, '' and their keys."""
    shown = [place == lit for place in range(len(names))]
    room -= sum(1 + len(key) for key in DIGITS[: len(names)]) + len(names[lit]) + 1
    for place in sorted(range(len(names)), key=lambda place: (abs(place - lit), -place)):
        beside = any(0 <= near < len(names) and shown[near] for near in (place - 1, place + 1))
        if not shown[place] and beside and len(names[place]) < room:
            shown[place] = True
            room -= len(names[place]) + 1
    return [name if named else "" for name, named in zip(names, shown, strict=True)]


def _row(lit: str, names: Sequence[str], *, airy: int) -> Content:
    return Content("").join(
        _tab(digit, mode, name, lit=mode == lit, airy=airy)
        for digit, (mode, _, _), name in zip(DIGITS, MODES, names, strict=True)
    )


def _tab(digit: str, mode: str, name: str, *, lit: bool, airy: int) -> Content:
    """`airy`: blanks around the name, one or two."""
    ground = " on $boost" if lit else ""
    said = f" {name}{' ' * (airy - 1)}" if name else ""
    shown = Content.assemble(
        (f" {digit}", ("$accent" if lit else "$faint") + ground),
        (said, ("b $foreground" if lit else "$quiet") + ground),
    )
    return shown.stylize(Style.from_meta({"mode": mode}))
