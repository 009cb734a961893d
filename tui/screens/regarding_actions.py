"""What a person says about what mail is regarding, with the same keys wherever mail is shown."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tui.at_hand import AtHand
from tui.commands import Command
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from store.queries.activities import ActivityDetail
    from tui.widgets.read_pane import ReadPane


T = TypeVar("T")


def has_activity(screen: Any) -> bool:
    return screen.activity_id is not None


def has_activities(screen: Any) -> bool:
    return bool(screen.decided_on())


def has_suggestion(screen: Any) -> bool:
    """Something is suggested for what is at hand, as far as is known before it has been read."""
    if len(screen.decided_on()) > 1:
        return True
    if screen.detail is None:
        return screen.activity_id is not None and screen.listed_as in ("", "suggested")
    return any(link.state == "suggested" for link in screen.detail.links)


def has_link(screen: Any) -> bool:
    if len(screen.decided_on()) > 1:
        return True
    return screen.activity_id is not None and (
        screen.detail is None or any(link.state != "rejected" for link in screen.detail.links)
    )


def on_mail(screen: Any) -> bool:
    return screen.activity_id is not None and (screen.detail is None or screen.detail.kind == "email")


def was_corrected(screen: Any) -> bool:
    """A person linked it, so there is something to learn from; as far as is known before it has been read."""
    if screen.detail is None:
        return screen.activity_id is not None and screen.listed_as == "linked"
    return any(link.state == "linked" and link.decided_by == "user" for link in screen.detail.links)


def can_visit(screen: Any) -> bool:
    """There is a customer for whom something can be booked, or who may be found out."""
    return bool(screen.can_visit)


#: For everything that can be regarding something.
ABOUT = (
    Command(
        "w",
        "why",
        "Why?",
        "Show why it is regarding what it is, and not the next best",
        footer=21,
        available=has_activity,
    ),
    Command("Y", "agree", "Agree", "Link it to what is suggested first", footer=2, available=has_suggestion),
    Command(
        "l", "link", "Link", "Link it to another record, found by name or number", footer=7, available=has_activities
    ),
    Command(
        "X",
        "not_relevant",
        "Not relevant",
        "It is regarding nothing, now and later",
        footer=8,
        available=has_activities,
    ),
    Command("u", "unlink", "Unlink", "Take a link away, or say no to a suggestion", footer=22, available=has_link),
)
REGARDING = (
    *ABOUT,
    Command("L", "link_thread", "Link thread", "Link its whole thread to a record", footer=31, available=on_mail),
    Command("S", "never", "Never sender", "Link nothing from this sender", footer=32, available=on_mail),
    Command(
        "B",
        "never_company",
        "Never company",
        "Link nothing from anybody at the sender's company",
        footer=34,
        available=on_mail,
    ),
    Command("T", "split", "New topic", "It and its answers are a topic of their own", footer=33, available=on_mail),
    Command(
        "K",
        "learn",
        "Know it",
        "Learn from your correction, for past and later mail",
        footer=20,
        available=was_corrected,
    ),
    Command("V", "visit", "Book a service", "Find a slot and book for its customer", footer=35, available=can_visit),
)


class RegardingActions(BaseScreen):
    """A screen with an activity at hand; `activity_id` names it and `pane` shows it, where there is one."""

    @property
    def activity_id(self) -> int | None:
        raise NotImplementedError

    @property
    def at_hand(self) -> AtHand:
        return AtHand(self.regarding.current_mode_name, activity_id=self.activity_id)

    @property
    def pane(self) -> ReadPane | None:
        return None

    @property
    def listed_as(self) -> str:
        """What the list says of the activity at hand before it has been read: linked, suggested, or '' for nothing."""
        return ""

    @property
    def detail(self) -> ActivityDetail | None:
        """The activity at hand, where it has been read."""
        detail = self.pane.detail if self.is_mounted and self.pane is not None else None
        return detail if detail is not None and detail.activity_id == self.activity_id else None

    def decided_on(self) -> tuple[int, ...]:
        """The activities that the next decision is about."""
        return () if self.activity_id is None else (self.activity_id,)

    # Around a decision

    def before_deciding(self) -> None:
        """What is decided on may leave the list."""

    def not_decided(self) -> None:
        """The decision was refused, so nothing leaves the list."""

    def decided(self) -> None:
        """The decision was carried out."""

    async def carry_out(
        self,
        activity_ids: Sequence[int],
        act: Callable[..., Any],
        *values: Any,
        stays: bool = False,
        others: bool = False,  # without meaning here: all is read again
        **named: Any,
    ) -> None:
        """Carry out what a person decided about these activities, and say so. `stays`: they stay in the list; `others`:
        more of what is listed may leave with them."""
        if not stays:
            self.before_deciding()
        try:
            await self.perform(act, *values, **named)
        except BaseException:
            self.not_decided()
            raise
        await self.was_carried_out(activity_ids)

    async def settle(self, act: Callable[..., T], *values: Any, **named: Any) -> T:
        """Carry out a decision while a form waits for it; `was_carried_out` follows when the form has closed."""
        return await self.perform(act, *values, **named)

    async def was_carried_out(self, activity_ids: Sequence[int]) -> None:
        """What a person decided about these activities is in the store."""
        from tui.flows.common import announce

        self.decided()
        await announce(self)

    # Commands

    @property
    def can_visit(self) -> bool:
        """Something is at hand that is regarding somebody."""
        return self.activity_id is not None

    def action_visit(self) -> None:
        from tui.flows import scheduling

        if self.activity_id is not None:
            self.flow(scheduling.for_activity(self, self.activity_id))

    def action_why(self) -> None:
        self._decide("why")

    def action_agree(self) -> None:
        self._decide("agree")

    def action_link(self) -> None:
        self._decide("link")

    def action_not_relevant(self) -> None:
        self._decide("not_relevant")

    def action_unlink(self) -> None:
        self._decide("unlink")

    def action_link_thread(self) -> None:
        self._decide("link_thread")

    def action_never(self) -> None:
        self._decide("never")

    def action_never_company(self) -> None:
        self._decide("never_company")

    def action_split(self) -> None:
        self._decide("split")

    def action_learn(self) -> None:
        self._decide("learn")

    def _decide(self, name: str) -> None:
        from tui.flows import links

        steps: Coroutine[Any, Any, None] = getattr(links, name)(self)
        self.flow(steps)
