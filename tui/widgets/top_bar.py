"""The first line: where one is, where one can go, whose store it is, and whether mail is up to date."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tui.cells import short

MODES = (
    ("inbox", "Inbox", "Inbox"),
    ("accounts", "Accounts", "Accounts"),
    ("contacts", "Contacts", "Contacts"),
    ("leads", "Leads", "Leads"),
    ("opportunities", "Opportunities", "Opps"),
    ("cases", "Cases", "Cases"),
    ("calendar", "Calendar", "Calendar"),
    ("search", "Search", "Search"),
    ("sync", "Sync", "Sync"),
)


class TopBar(Widget):
    """`mode` is the tab that is lit; `who` names user and store; `sync` is (words, tone)."""

    mode: reactive[str] = reactive("")
    who: reactive[str] = reactive("")
    sync: reactive[tuple[str, str]] = reactive(("", "quiet"))

    def on_mount(self) -> None:
        self.watch(self.app, "current_mode_name", self._take_mode)
        self.watch(self.app, "who", self._take_who)
        self.watch(self.app, "sync_state", self._take_sync)

    def _take_mode(self, mode: str) -> None:
        self.mode = mode

    def _take_who(self, who: str) -> None:
        self.who = who

    def _take_sync(self, sync: tuple[str, str]) -> None:
        self.sync = sync

    async def on_click(self, event: Click) -> None:
        mode = event.style.meta.get("mode")
        if mode:
            await self.app.run_action(f"show_mode('{mode}')")

    def render(self) -> Content:
        width = self.size.width
        long = sum(len(name) + 5 for _, name, _ in MODES) + 12 <= width
        tabs = [
            _tab(number, mode, name if long else brief, lit=mode == self.mode, airy=long)
            for number, (mode, name, brief) in enumerate(MODES, 1)
        ]
        left = Content("").join(tabs)
        if long:
            left = Content.styled(" Re: ", "b $accent") + left
        return left + self._right(width - left.cell_length)

    def _right(self, room: int) -> Content:
        words, tone = self.sync
        sync = f"● {words}" if words else ""
        who = short(self.who, max(room - cell_len(sync) - 6, 0)) if room > 30 else ""
        if cell_len(sync) + cell_len(who) + 4 > room:
            who = ""
        if cell_len(sync) + 2 > room:
            sync = "●" if sync and room > 1 else ""
        gap = max(room - cell_len(sync) - cell_len(who) - (3 if who and sync else 1), 0)
        state = Content.styled(sync, f"${tone}").stylize(Style.from_meta({"mode": "sync"}))
        return Content.assemble(" " * gap, (who, "$quiet"), "  " if who and sync else "", state)


def _tab(number: int, mode: str, name: str, *, lit: bool, airy: bool) -> Content:
    ground = " on $boost" if lit else ""
    shown = Content.assemble(
        (f" {number}", ("$accent" if lit else "$faint") + ground),
        (f" {name}" + " " * airy, ("b $foreground" if lit else "$quiet") + ground),
    )
    return shown.stylize(Style.from_meta({"mode": mode}))
