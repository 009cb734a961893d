"""How far an act on an appointment came, and whether its next request may mail somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.outbox.handling import LOOK_AGAIN, Delivery, Later, Outcome, Unsure
from calendar_sync.provider import Notify
from mail_sync.errors import BrokenReply, MailboxRefused, MailboxUnavailable, OutcomeUnknown
from store.outbox.delivery import SENDING, TOLD, OutboxRow

#: The stage of an act whose master was written silently: its guests hear of all of it when the occurrences are, too.
OWED = "owed"
LOOKING = Later("The calendar is being looked at for what was sent", LOOK_AGAIN)
NOT_SHOWN = Unsure(
    "Nobody can say whether the guests were told: the connection broke and the calendar does not show it. Ask one of "
    "them before you send it again."
)


@dataclass
class Sending:
    """An act under way, whether its next request may mail somebody, and whether guests have still to hear of it."""

    delivery: Delivery
    row: OutboxRow
    notify: Notify
    owes: bool = False
    asked: bool = False  # the request that may mail was begun by this attempt

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

    @classmethod
    def of(cls, delivery: Delivery, row: OutboxRow) -> Sending:
        """An act as its stage left it. One that a person sends again tells its guests whatever was written since."""
        notify = Notify.NOBODY if row.stage == TOLD else Notify(row.payload.get("notify", Notify.NOBODY))
        owes = row.stage == OWED or (row.stage == SENDING and row.remote_id == OWED)
        again = row.stage == "" and bool(row.payload.get("again")) and notify is not Notify.NOBODY
        return cls(delivery, row, Notify.EVERYBODY if again else notify, owes=owes or again)

    @property
    def may_have_mailed(self) -> bool:
        return self.row.stage == SENDING

    def in_doubt(self) -> Later | Unsure:
        """What to do while an earlier request that mails does not show its effect: it is never made again by itself."""
        return LOOKING if self.delivery.still_looking(self.row) else NOT_SHOWN

    @property
    def may_show(self) -> bool:
        """Whether what an earlier request made, which told the guests, may still be found."""
        return self.row.stage in (SENDING, TOLD) and self.delivery.still_looking(self.row)

    def about_to_mail(self) -> None:
        """Call before each request that may mail somebody."""
        if self.row.mails and self.notify is not Notify.NOBODY:
            # Telling at the end changes no field: only this says, to whoever goes on, that its effect cannot show.
            self.row = self.delivery.about_to_mail(self.row, OWED if self.owes else "")
            self.asked = True

    def told(self) -> None:
        """Call when the request that tells the guests came through. A server may keep a value otherwise for ever (an
        address by another name of the same person), so what it does not show is no reason to tell them again."""
        if self.may_have_mailed:
            self.row = self.delivery.reach(self.row, TOLD)
            self.notify, self.owes = Notify.NOBODY, False

    def owe(self) -> None:
        """Call before writing silently what guests are told of at the end."""
        if not self.owes:
            self.row = self.delivery.reach(self.row, OWED)
            self.owes = True

    def nothing_went_out(self) -> None:
        """The request of this attempt certainly did not happen; of an earlier one, nothing is known by that."""
        if self.may_have_mailed and self.asked:
            self.row = self.delivery.reach(self.row, OWED if self.owes else "")
            self.asked = False
