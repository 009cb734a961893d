"""Reminders ring while somebody looks: as a toast, and on the desktop where the terminal can show it.

Each is claimed in the store first, so that of several windows and processes one rings.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from calendar_sync.reminders import claim_due
from store.actor import Actor
from store.following.telling import due_to_tell
from tui.cells import line
from tui.desktop import notification

if TYPE_CHECKING:
    from datetime import datetime

    from store.queries.follow_ups import FollowUpRow
    from tui.app import RegardingApp

_EVERY = 5.0  # seconds between two looks
_SHOWN = 20.0  # seconds for which a toast stays
_GROUP = "ringing"


class Ringing:
    """Looks for reminders that are due, and tells of them."""

    def __init__(self, app: RegardingApp) -> None:
        self._app = app

    def start(self) -> None:
        if self._app.services.actor.user_id is not None:
            self._app.set_interval(_EVERY, self._look)
            self._look()

    def _look(self) -> None:
        self._app.run_worker(self._claim, thread=True, group=_GROUP, exclusive=True, exit_on_error=False)

    def _claim(self) -> None:
        services = self._app.services
        if not services.read(_is_due, now=services.clock()):
            return  # the lock for writing is only taken where there is something to claim
        rows = services.do(claim_due)
        if rows:
            self._app.call_from_thread(self._tell, rows)

    def _tell(self, rows: tuple[FollowUpRow, ...]) -> None:
        for row in rows:
            whom = row.customer or row.record
            about = f" ({line(whom.title)})" if whom is not None else ""
            said = f"{line(row.text)}{about}"
            self._app.notify(said, title="Reminder", timeout=_SHOWN, markup=False)
            if self._app.preferences.desktop:
                self.write(notification("Reminder", said, os.environ))
        self._app.store_changed()

    def write(self, sequence: str) -> None:
        """Hand it to the terminal, past everything that is painted."""
        driver: Any = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(sequence)
            driver.flush()


def _is_due(tx: Any, *, by: Actor, now: datetime) -> bool:
    return bool(due_to_tell(tx, user_id=by.user_id, now=now))
