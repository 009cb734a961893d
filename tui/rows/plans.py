"""How plans look: each booking that would change, where it is and where it would be, and what all of it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from assistant.scheduling.plans.optimising import Progress
from assistant.scheduling.plans.proposals import PlanKind, Proposal, Stand, Step, from_body
from store.scheduling.staging import Staged
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.when import DAYS, active_when, short_date, span
from tui.widgets.sheet import Fact

_LABEL = 9  # cells
KIND_LABELS = {PlanKind.WHATIF: "What if", PlanKind.OPTIMISE: "Optimise"}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, and whether it is taken; one without a way cannot be."""

    step: Step
    is_taken: bool

    @property
    def uid(self) -> str:
        return self.step.uid


def _mark(row: StepRow, _now: datetime) -> Cell:
    if row.step.to is None:
        return (Span("✗", "bad"),)
    return (Span("✓", "good"),) if row.is_taken else (Span("○", "dim"),)


def _title(row: StepRow, _now: datetime) -> Cell:
    return (Span(f"{row.step.number or 'new'} ", "dim"), Span(line(row.step.title)))


def _was(row: StepRow, now: datetime) -> Cell:
    was = row.step.was
    return plain("waits", "dim") if was is None else plain(f"{when(was, now)}  {was.who}", "dim")


def _goes(row: StepRow, now: datetime) -> Cell:
    step, tone = row.step, "" if row.is_taken else "dim"
    if step.to is None:
        why = line("; ".join(step.reasons))
        return (Span("stays" if step.was is not None else "no place", "bad"), Span(f"  {why}" if why else "", "dim"))
    if step.was is None or step.moved or step.to.minutes != step.was.minutes:
        return plain(f"{when(step.to, now)}  {step.to.who}", tone)
    return plain(_instead(step) or "as it is", tone)


STEPS: tuple[Column[StepRow], ...] = (
    Column("", _mark, 1, priority=0),
    Column("Booking", _title, 16, 44, grow=3, priority=0),
    Column("Now", _was, 20, 40, grow=2, priority=2),
    Column("Then", _goes, 24, grow=3, priority=1),
)


def when(stand: Stand, now: datetime) -> str:
    """ "Tue 3 Nov 09:00-10:30"."""
    day = stand.start.astimezone(now.tzinfo)
    return f"{DAYS[day.weekday()]} {short_date(day.date(), now.date())} {span(stand.start, stand.end, now)}"


def _instead(step: Step) -> str:
    """Who does it instead of whom."""
    if step.come and step.leave:
        return f"{', '.join(step.come)} for {', '.join(step.leave)}"
    return f"also {', '.join(step.come)}" if step.come else f"without {', '.join(step.leave)}" if step.leave else ""


def facts(row: StepRow, now: datetime) -> list[Fact]:
    """A step to read: what it was, why it cannot stay, and what it becomes."""
    step = row.step
    found = [Fact(Content.styled(line(f"{step.number} {step.title}".strip()), "b $foreground")), Fact(Content(""))]
    if step.was is not None:
        found.append(Fact(Content(line(f"{when(step.was, now)}, {step.was.who}")), "Now", _LABEL))
    else:
        found.append(Fact(Content("on the wait list"), "Now", _LABEL))
    label = "But" if step.was is not None else "Because" if step.to is not None else "Why not"
    found += [Fact(Content(line(each)), label if not place else "", _LABEL) for place, each in enumerate(step.reasons)]
    if step.to is None:
        told = "no way was found: it stays as it is" if step.was is not None else "there is no place for it"
        return [*found, Fact(Content.styled(told, "$error"), "Then", _LABEL)]
    found.append(Fact(Content.styled(line(f"{when(step.to, now)}, {step.to.who}"), "b"), "Then", _LABEL))
    more = ", ".join(filter(None, (_later(step), _instead(step))))
    if more:
        found.append(Fact(Content(line(more)), "", _LABEL))
    if not row.is_taken:
        found.append(Fact(Content.styled("left out", "$warning"), "", _LABEL))
    elif step.tells:
        found.append(Fact(Content.styled("the customer has to be told", "$warning"), "", _LABEL))
    return found


def _later(step: Step) -> str:
    if not step.moved:
        return ""
    days, rest = divmod(abs(step.moved), 24 * 60)
    hours, minutes = divmod(rest, 60)
    length = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return f"{' '.join(filter(None, length))} {'later' if step.moved > 0 else 'earlier'}"


def summary(proposal: Proposal, taken: Proposal) -> list[Content]:
    """What is proposed and what what is taken of it comes to, in two or more lines."""
    name = f"{KIND_LABELS[proposal.kind]}: {line(proposal.name)}"
    notes = [Content.styled(line(each), "$warning") for each in proposal.notes]
    return [Content.styled(name, "b"), Content(", ".join(_sums(proposal, taken))), *notes]


def _sums(proposal: Proposal, taken: Proposal) -> Iterator[str]:
    done = [each for each in taken.done if not each.asked]
    broken = [each for each in proposal.steps if not each.asked]
    figures = proposal.figures
    if figures is not None:
        placed = sum(each.is_new for each in done)
        yield f"{placed:,} of {figures.wanted:,} who wait are placed"
        if figures.travel or figures.travel_today:
            yield f"{figures.travel:,} min on the way, today {figures.travel_today:,}"
    elif not broken:
        yield "no booking breaks"
    else:
        yield _count(len(broken), "booking breaks", "bookings break")
    moved = sum(each.moved != 0 for each in done)
    others = sum(not each.moved and each.was is not None for each in done)
    for number, said in ((moved, "at another time"), (others, "by others")):
        if number:
            yield f"{number:,} {said}"
    without = sum(each.was is not None for each in proposal.left)
    if without:
        yield f"{without:,} without a way"
    if told := taken.told:
        yield _count(told, "customer to be told", "customers to be told")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def progress_words(best: Progress | None, gone: int, seconds: int, stops: bool) -> Content:
    """What the best plan so far comes to, after so many seconds of those it may take."""
    clock = "stops, with the best plan so far" if stops else f"{gone} of {seconds} s"
    if best is None:
        return Content.assemble(("Looking at what there is ...", "$quiet"), f"\n\n{clock}")
    less = best.travel_today - best.travel
    beside = "" if not less else f"  ({abs(less):,} {'less' if less > 0 else 'more'} than today)"
    return Content.assemble(
        ("Placed      ", "$quiet"),
        (f"{best.placed:,} of {best.wanted:,}", "b"),
        " who wait",
        ("\nOn the way  ", "$quiet"),
        (f"{best.travel:,} min", "b"),
        beside,
        (f"\n\n{clock}", "$quiet"),
    )


# Plans that are staged


def _kind(row: Staged, _now: datetime) -> Cell:
    return (Span(KIND_LABELS[PlanKind(row.kind)], "accent"),)


def _name(row: Staged, _now: datetime) -> Cell:
    return plain(row.name, "" if row.status == "staged" else "dim")


def _status(row: Staged, _now: datetime) -> Cell:
    return (Span(row.status, "good" if row.status == "applied" else "dim"),)


def _made(row: Staged, now: datetime) -> Cell:
    return plain(f"{active_when(row.made_at, now)}  {row.made_by}", "dim")


def _comes_to(row: Staged, _now: datetime) -> Cell:
    proposal = from_body(row.body)
    return plain(", ".join(_sums(proposal, proposal)), "dim")


PLANS: tuple[Column[Staged], ...] = (
    Column("", _kind, 8, priority=1),
    Column("Plan", _name, 24, grow=3, priority=0),
    Column("Comes to", _comes_to, 20, grow=3, priority=2),
    Column("", _status, 7, priority=1),
    Column("Made", _made, 18, 30, priority=3),
)
