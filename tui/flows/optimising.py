"""Placing who waits, and bookings that may move: what is asked, the search while it runs, and the plan it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from assistant.reader_zone import zone_name
from assistant.scheduling.optimise.model import Plan
from assistant.scheduling.plans.optimising import Progress, progress_of, proposal_of, search, within
from assistant.scheduling.plans.posing import Ask, Posing, Replan, pose_plan
from assistant.scheduling.plans.proposals import Proposal
from store.dates import parse_date
from store.errors import Invalid
from store.records.fields import Field, FieldType
from store.scheduling.written import midnight
from tui.dialogs.form import FormDialog
from tui.dialogs.searching import SearchingDialog
from tui.flows import plans
from tui.flows.common import sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_REPLAN = {
    "who waits": Replan.NOTHING,
    "who waits, and holds": Replan.HOLDS,
    "who waits, and all that is not locked": Replan.ALL,
}
_DAYS, _SECONDS, _MOST_SECONDS = 6, 20, 3_600
_DAY = timedelta(days=1)
_FIELDS = (
    Field("first", "From", required=True, help="a day, as 2026-12-01; today begins now"),
    Field("last", "To", required=True, help="the last day"),
    Field("replan", "Place", FieldType.CHOICE, tuple(_REPLAN), required=True),
    Field("seconds", "Seconds", FieldType.INTEGER, required=True, help="how long a better plan is looked for"),
)


async def ask(screen: BaseScreen) -> None:
    """Ask what is to be planned, search, and show the plan."""
    today = screen.now().date()
    given = {
        "first": today.isoformat(),
        "last": (today + _DAYS * _DAY).isoformat(),
        "replan": next(iter(_REPLAN)),
        "seconds": _SECONDS,
    }

    async def submit(changed: Mapping[str, Any]) -> tuple[Posing, int]:
        values = {**given, **changed}
        posing = await screen.fetch(pose_plan, _ask(values, screen), zone=_zone(screen), now=screen.now())
        return posing, _seconds(values["seconds"])

    form = FormDialog(
        "Optimise the schedule", _FIELDS, given, submit=submit, sources=await sources(screen), does="Search"
    )
    posed: tuple[Posing, int] | None = await screen.app.push_screen_wait(form)
    if posed is None:
        return
    proposal = await screen.app.push_screen_wait(
        SearchingDialog("Looking for the best plan", posed[1], _searching(*posed))
    )
    if proposal is not None:
        plans.show(screen, proposal)


def _ask(values: Mapping[str, Any], screen: BaseScreen) -> Ask:
    zone = _zone(screen)
    start, end = midnight(parse_date(values["first"]), zone), midnight(parse_date(values["last"]) + _DAY, zone)
    return Ask(max(start, screen.now().astimezone(UTC)), end, _REPLAN[values["replan"]])


def _zone(screen: BaseScreen) -> str:
    """The zone of the reader's clocks, on which days are typed and the plan is told."""
    return zone_name(screen.now().tzinfo or UTC)


def _seconds(given: Any) -> int:
    said = str(given)
    if not said.isdecimal() or not 1 <= int(said) <= _MOST_SECONDS:
        raise Invalid(f"Seconds: from 1 to {_MOST_SECONDS:,}.")
    return int(said)


def _searching(posing: Posing, seconds: int) -> Callable[..., Proposal]:
    def searched(stopped: Callable[[], bool], better: Callable[[Progress], None]) -> Proposal:
        def heard(plan: Plan) -> None:
            better(progress_of(posing, plan))

        return proposal_of(posing, search(posing, within(seconds, stopped=stopped), better=heard))

    return searched
