"""What can be done with the mail or meeting at hand, on every screen that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from tui.commands import Command
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from store.queries.activities import ActivityDetail
    from tui.widgets.read_pane import ReadPane

_REST = 0.08  # seconds for which the cursor stands still before a preview is read


def has_activity(screen: Any) -> bool:
    return screen.activity_id is not None


READING = (
    Command("w", "why", "Why?", "Show why it is regarding what it is", footer=21, available=has_activity),
    Command("l", "link", "Link", "Link it to a record, or confirm a suggestion", footer=22, available=has_activity),
    Command("u", "unlink", "Unlink", "Take the link away", footer=32, available=has_activity),
    Command(
        "a", "open_file", "Attachment", "Open an attachment in the system's viewer", footer=41, available=has_activity
    ),
    Command("s", "save_file", "Save file", "Save an attachment", footer=51, available=has_activity),
    Command("b", "open_page", "Browser", "Open the mail's page in the browser", footer=52, available=has_activity),
    Command("z", "unfold", "Quotes", "Show or hide quoted mail", footer=53, available=has_activity),
)


class ReadingActions(BaseScreen):
    """A screen with an activity at hand; `activity_id` names it and `pane` shows it, where there is one."""

    def __init__(self) -> None:
        super().__init__()
        self._rest: Timer | None = None

    @property
    def activity_id(self) -> int | None:
        raise NotImplementedError

    @property
    def pane(self) -> ReadPane | None:
        return None

    @property
    def _at_hand(self) -> int:
        if self.activity_id is None:
            raise LookupError("there is nothing to read")
        return self.activity_id

    def preview_soon(self, activity_id: int | None) -> None:
        """Show the activity in the pane once the cursor rests; holding a key down reads nothing on the way."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, lambda: self._read_preview(activity_id))

    def _read_preview(self, activity_id: int | None) -> None:
        if self.pane is None:
            return
        if activity_id is None:
            self.pane.show(None, self.now())
        else:
            from store.queries.activities import activity_detail

            self.ask(activity_detail, activity_id, then=self._show_preview, group="preview")

    def _show_preview(self, detail: ActivityDetail) -> None:
        if self.pane is not None:
            self.pane.show(detail, self.now())

    def action_why(self) -> None:
        from tui.flows import links

        self.flow(links.why(self, self._at_hand))

    def action_link(self) -> None:
        from tui.flows import links

        self.flow(links.link(self, self._at_hand))

    def action_unlink(self) -> None:
        from tui.flows import links

        self.flow(links.unlink(self, self._at_hand))

    def action_open_file(self) -> None:
        from tui.flows import files

        self.flow(files.open_file(self, self._at_hand))

    def action_save_file(self) -> None:
        from tui.flows import files

        self.flow(files.save_file(self, self._at_hand))

    def action_open_page(self) -> None:
        from tui.flows import files

        self.flow(files.open_page(self, self._at_hand))

    def action_unfold(self) -> None:
        if self.pane is not None:
            self.pane.unfolded = not self.pane.unfolded
