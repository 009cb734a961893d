"""What is done with plans: kept, carried out, dropped, and their steps done otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.scheduling.plans.applying import Applied, apply, stage
from assistant.scheduling.plans.otherwise import wish_for
from assistant.scheduling.plans.proposals import Proposal
from assistant.scheduling.plans.stands import stand_at
from store.actor import Actor
from store.queries.record_names import find_record
from store.queries.scheduling.setup import setup as read_setup
from store.scheduling.staging import Staged, drop, staged
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.flows import telling
from tui.flows.common import announce
from tui.flows.scheduling import ask_slot

if TYPE_CHECKING:
    from datetime import datetime

    from tui.screens.base import BaseScreen
    from tui.screens.plan import PlanScreen


async def otherwise(screen: PlanScreen) -> None:
    """Ask for another slot for the step under the cursor, and take it into the plan."""
    row = screen.row
    if row is None:
        return
    wish = await screen.fetch(wish_for, screen.proposal, row.step, now=screen.now())
    heading = f"Another slot for {row.step.number} {line(row.step.title)}".replace("  ", " ")
    slot = await ask_slot(screen, heading, wish)
    if slot is not None:
        screen.replace_step(row.uid, stand_at(slot, await screen.fetch(read_setup)))


async def open_booking(screen: PlanScreen) -> None:
    """Show the booking under the cursor."""
    if screen.row is not None:
        found = await screen.fetch(find_record, screen.row.step.number, kind="booking")
        screen.regarding.open_record(found.record_id)


async def carry_out(screen: PlanScreen) -> None:
    """Ask, carry out what is taken, and offer to tell the customers."""
    taken = screen.taken
    if not await screen.app.push_screen_wait(ConfirmDialog("Carry this plan out?", _asked(taken))):
        return
    await screen.perform(_apply, taken, screen.plan_id)
    await announce(screen)
    if taken.told:
        await telling.tell(screen)
    screen.dismiss()


def _apply(tx: Any, proposal: Proposal, plan_id: int | None, *, by: Actor, now: datetime) -> Applied:
    plan = None if plan_id is None else staged(tx, plan_id, by=by)
    return apply(tx, proposal, plan=plan, by=by, now=now)


def _asked(taken: Proposal) -> str:
    done = [each for each in taken.done if not each.asked]
    moved, made = sum(not each.is_new for each in done), sum(each.is_new for each in done)
    said = [line(taken.name)[:1].upper() + line(taken.name)[1:] + "."]
    if moved:
        said.append(f"{moved:,} {'booking changes' if moved == 1 else 'bookings change'}.")
    if made:
        said.append(f"{made:,} who wait {'is' if made == 1 else 'are'} booked, on hold.")
    if left := sum(each.was is not None for each in taken.left):
        said.append(f"{left:,} without a way {'stays as it is' if left == 1 else 'stay as they are'}.")
    return "\n".join([*said, "Ctrl+Z takes all of it back."])


async def leave(screen: PlanScreen) -> None:
    """Ask, and give up a plan that was neither carried out nor kept."""
    if await screen.app.push_screen_wait(ConfirmDialog("Leave this plan?", "It is neither carried out nor kept.")):
        screen.dismiss()


async def keep(screen: PlanScreen) -> None:
    """Keep what is taken as a plan."""
    await screen.perform(stage, screen.taken)
    screen.notify("The plan is kept: P on the schedule board lists it.", timeout=5)
    screen.dismiss()


async def drop_shown(screen: PlanScreen) -> None:
    """Drop the plan that is shown."""
    if screen.plan_id is not None and await drop_plan(screen, screen.plan_id, screen.proposal.name):
        screen.dismiss()


async def drop_plan(screen: BaseScreen, plan_id: int, name: str) -> bool:
    """Ask, and drop a plan; says whether it was."""
    question = ConfirmDialog("Drop this plan?", f"{line(name)}\nCtrl+Z brings it back.")
    if not await screen.app.push_screen_wait(question):
        return False
    await screen.perform(drop, plan_id)
    await announce(screen)
    return True


def show_plan(screen: BaseScreen, row: Staged) -> None:
    """Show a plan that is staged."""
    from assistant.scheduling.plans.proposals import from_body

    show(screen, from_body(row.body), row.plan_id)


def show(screen: BaseScreen, proposal: Proposal, plan_id: int | None = None) -> Any:
    """Show a plan."""
    from tui.screens.plan import PlanScreen

    return screen.app.push_screen(PlanScreen(proposal, plan_id))
