"""How far an act on an appointment came, and whether its next request may mail somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.outbox.handling import LOOK_AGAIN, Delivery, Later, Outcome
from calendar_sync.provider import Notify
from mail_sync.errors import BrokenReply, MailboxRefused, MailboxUnavailable, OutcomeUnknown
from store.delivery import SENDING, TOLD, OutboxRow

#: The stage of an act whose master was written silently: its guests hear of all of it when the occurrences are, too.
OWED = "owed"
LOOKING = Later("The calendar is being looked at for what was sent", LOOK_AGAIN)


@dataclass
class Sending:
    """An act under way, whether its next request may mail somebody, and whether guests have still to hear of it."""

    delivery: Delivery
    row: OutboxRow
    notify: Notify
    owes: bool = False

    def guarded(self, act: Callable[[], Outcome]) -> Outcome:
        """Carry out an act; where nobody knows whether a request that mails came through, look before repeating it."""
        try:
            return act()
        except (OutcomeUnknown, BrokenReply):
            if not self.row.mails:
                raise
            return LOOKING
        except (MailboxUnavailable, MailboxRefused):
            self.nothing_went_out()
            raise

    @property
    def may_have_mailed(self) -> bool:
        return self.row.stage == SENDING

    @property
    def must_wait(self) -> bool:
        """Whether an earlier request that mails may still show its effect."""
        return self.may_have_mailed and self.delivery.still_looking(self.row)

    @property
    def may_show(self) -> bool:
        """Whether what an earlier request made, which told the guests, may still be found."""
        return self.row.stage in (SENDING, TOLD) and self.delivery.still_looking(self.row)

    def about_to_mail(self) -> None:
        """Call before each request that may mail somebody."""
        if self.row.mails and self.notify is not Notify.NOBODY:
            self.row = self.delivery.about_to_mail(self.row)

    def told(self) -> None:
        """Call when everything was written. A server may keep a value otherwise for ever (an address by another name
        of the same person), so what it does not show is no reason to tell the guests again."""
        if self.may_have_mailed:
            self.row = self.delivery.reach(self.row, TOLD)
            self.notify = Notify.NOBODY

    def owe(self) -> None:
        """Call before writing silently what guests are told of at the end."""
        if not self.owes:
            self.row = self.delivery.reach(self.row, OWED)
            self.owes = True

    def nothing_went_out(self) -> None:
        """The request certainly did not happen."""
        if self.may_have_mailed:
            self.row = self.delivery.reach(self.row, OWED if self.owes else "")
