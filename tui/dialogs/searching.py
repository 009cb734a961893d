"""A plan is searched for, as long as it is let: what the best one comes to so far, beside today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, ClassVar

from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from assistant.scheduling.plans.optimising import Progress
from assistant.scheduling.plans.proposals import Proposal
from tui.commands import Command, bindings
from tui.dialogs.base import Dialog
from tui.rows.plans import progress_words

#: Searches until `stopped` says so or its time is over, and tells what each better plan comes to.
Search = Callable[[Callable[[], bool], Callable[[Progress], None]], Proposal]

_TICK = 0.2  # seconds
STOP = Command("escape,enter", "stop", "Stop", "Take the best plan so far", footer=1, palette=False, shown_key="Esc")


class SearchingDialog(Dialog[Proposal]):
    """Answers with the best plan that was found."""

    HERE: ClassVar[tuple[Command, ...]] = (STOP,)
    BINDINGS: ClassVar[list[Any]] = bindings((STOP,))

    @dataclass
    class Better(Message):
        """A better plan was found, or the last one."""

        progress: Progress | None
        proposal: Proposal | None = None

    def __init__(self, heading: str, seconds: int, search: Search) -> None:
        super().__init__(heading)
        self._seconds, self._search = seconds, search
        self._begun = monotonic()
        self._is_stopped = False
        self._best: Progress | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="searching", classes="dialog-text")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_TICK, self._tell)
        self._tell()
        self.run_worker(self._run, thread=True, group="search", exit_on_error=False)

    def _run(self) -> None:
        proposal = self._search(lambda: self._is_stopped, lambda best: self._post(self.Better(best)))
        self._post(self.Better(None, proposal))

    def _post(self, message: Better) -> None:
        self.post_message(message)

    def on_searching_dialog_better(self, better: Better) -> None:
        if better.proposal is not None:
            self.dismiss(better.proposal)
        elif better.progress is not None:
            self._best = better.progress
            self._tell()

    def _tell(self) -> None:
        gone = min(int(monotonic() - self._begun), self._seconds)
        self.query_one("#searching", Static).update(progress_words(self._best, gone, self._seconds, self._is_stopped))

    def action_stop(self) -> None:
        self._is_stopped = True
        self._tell()

    def on_unmount(self) -> None:
        self._is_stopped = True  # nobody waits for it any more
