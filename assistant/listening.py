"""Listening to a mailbox: a thread that hears from the server that something changed, and only pokes.

What changed is told by the feed alone. A stream that ends is opened anew, later and later; what happened in between
was told to nobody, so everything in view is looked at then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event, Thread

from mail_sync.errors import MailboxRefused, SyncError
from mail_sync.provider import Folder, MailProvider, Poke

PATIENCE = timedelta(minutes=2)
_FIRST_WAIT = 1.0  # seconds; doubles with every stream that ends in an error
_LONGEST_WAIT = 300.0

Heard = Callable[[Poke], None]


class Listener:
    """Listens until it is stopped, or until the server refuses to be listened to."""

    def __init__(self, provider: MailProvider, folders: Sequence[Folder], heard: Heard) -> None:
        self._provider, self._folders, self._heard = provider, folders, heard
        self._stop = Event()
        self._thread = Thread(target=self.run, name=f"listen {provider.address}", daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def hears(self, folders: Sequence[Folder]) -> bool:
        """Whether it listens to exactly these."""
        return {each.folder_id for each in self._folders} == {each.folder_id for each in folders}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; nobody waits for a stream that is silent."""
        self._stop.set()

    def run(self) -> None:
        """Listen again and again."""
        failures = 0
        while not self._stop.is_set():
            try:
                pokes = self._provider.listen(self._folders, stop=self._stop.is_set, patience=PATIENCE)
                self._heard(Poke())  # what happened while nobody listened
                for poke in pokes:
                    if poke.folder_ids:
                        failures = 0
                    self._heard(poke)
            except MailboxRefused:
                self._heard(Poke())  # the mailbox finds out itself what a person has to do
                return
            except SyncError:
                failures += 1
            if not self._provider.capabilities.listens:
                return  # the server grants no subscription: the mailbox is polled
            self._stop.wait(min(_FIRST_WAIT * 2.0 ** min(failures, 10), _LONGEST_WAIT))
