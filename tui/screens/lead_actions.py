"""What can be done with a lead at hand, on its own screen and in lists of leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.leads.lifecycle import DISQUALIFIED, OPEN
from store.queries.refs import RecordRef
from tui.commands import Command
from tui.flows import leads
from tui.screens.base import BaseScreen


@dataclass(frozen=True, slots=True)
class LeadAtHand:
    """A lead and its status."""

    ref: RecordRef
    status: str


def _is_open(screen: Any) -> bool:
    return screen.lead_at_hand is not None and screen.lead_at_hand.status in OPEN


def _is_given_up(screen: Any) -> bool:
    return screen.lead_at_hand is not None and screen.lead_at_hand.status == DISQUALIFIED


ON_LEAD = (
    Command(
        "P", "qualify", "Qualify", "Make an account, a contact and a deal of the lead", footer=3, available=_is_open
    ),
    Command("G", "give_up", "Give up", "Disqualify the lead, with the reason", footer=4, available=_is_open),
    Command("G", "take_up", "Take up again", "Go on with a lead that was given up", footer=4, available=_is_given_up),
)


class LeadActions(BaseScreen):
    """A screen with a lead at hand, sometimes."""

    @property
    def lead_at_hand(self) -> LeadAtHand | None:
        """The lead that is shown, or under the cursor."""
        raise NotImplementedError

    def action_qualify(self) -> None:
        if self.lead_at_hand is not None:
            self.flow(leads.qualify(self, self.lead_at_hand.ref.record_id))

    def action_give_up(self) -> None:
        if self.lead_at_hand is not None:
            self.flow(leads.give_up(self, self.lead_at_hand.ref))

    def action_take_up(self) -> None:
        if self.lead_at_hand is not None:
            self.flow(leads.take_up(self, self.lead_at_hand.ref.record_id))
