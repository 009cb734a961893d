"""What a mail is regarding, how sure that is and why, as styled text: the strip beside it, and all of the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content

from assistant.linking.explain import explain, reasons
from store.queries.activities import ActivityDetail, LinkRow
from store.queries.refs import RecordRef
from tui.cells import line, short
from tui.glyphs import record_glyph, words
from tui.when import ago
from tui.widgets.sheet import Fact

LABEL = 11  # cells of the column of labels

_OFFERED = 3  # suggestions in the strip
_WORTH_SAYING = 0.35  # probability from which more than what is linked already is offered
_PHRASE = 72  # cells of a reason in the strip
_CERTAIN = 0.95
_BLANK = Fact(Content(""))
_VERDICTS = {
    "linked": ("Linked", "$success"),
    "suggested": ("Suggested", "$warning"),
    "rejected": ("Refused", "$error"),
}


def likelihood(score: float) -> str:
    """A score between 0 and 1 in words."""
    steps = ((_CERTAIN, "certain"), (0.8, "very likely"), (0.6, "likely"), (0.35, "possible"))
    return next((said for least, said in steps if score >= least), "unlikely")


def percent(score: float) -> str:
    """A probability as a number; only what is certain or impossible is written as that."""
    return f"{min(99, max(1, round(score * 100))) if 0 < score < 1 else round(score * 100)}%"


def how_sure(score: float) -> str:
    """A probability in words and as a number."""
    return f"{likelihood(score)} {percent(score)}"


def tone_of(score: float) -> str:
    """How a list shows a probability."""
    steps = ((0.8, "good"), (0.35, "warn"))
    return next((tone for least, tone in steps if score >= least), "dim")


def name_of(ref: RecordRef, tone: str) -> Content:
    """A record with its sign, its name and its number."""
    number = f" {ref.number}" if ref.number else ""
    return Content.assemble((f"{record_glyph(ref.kind)} {line(ref.title)}", tone), (number, "$quiet"))


# The strip beside a mail


def strip(detail: ActivityDetail) -> list[Fact]:
    """What it is regarding, or what it may be."""
    linked = [link for link in detail.links if link.state == "linked"]
    offered = suggestions(detail)
    if linked:
        return list(_known(linked, offered))
    if offered:
        return list(_offers(offered[:_OFFERED]))
    if detail.kind in ("email", "appointment") and not detail.noise:
        return [Fact(Content.styled("nothing yet", "$quiet"), "Regarding", LABEL)]
    return []


def suggestions(detail: ActivityDetail) -> list[LinkRow]:
    """What it may be regarding, the likeliest first."""
    return [link for link in detail.links if link.state == "suggested"]


def _known(linked: Sequence[LinkRow], offered: Sequence[LinkRow]) -> Iterator[Fact]:
    first, *others = linked
    by_hand = "by a rule" if first.by_triage else "by hand"
    sure = by_hand if first.decided_by == "user" else how_sure(first.score)
    yield Fact(name_of(first.record, "$accent") + Content.styled(f"  {sure}", "$quiet"), "Regarding", LABEL)
    if others:
        yield Fact(Content("  ").join(name_of(link.record, "") for link in others), "and", LABEL)
    if first.decided_by != "user" and offered and offered[0].score >= _WORTH_SAYING:
        yield Fact(_offer(offered[0]), "Perhaps", LABEL)


def _offers(offered: Sequence[LinkRow]) -> Iterator[Fact]:
    for place, link in enumerate(offered):
        yield Fact(_offer(link), "" if place else "Suggested", LABEL)


def _offer(link: LinkRow) -> Content:
    why = next(iter(reasons(link)), "")
    return Content.assemble(
        name_of(link.record, "$warning"),
        (f"  {how_sure(link.score)}", "$foreground"),
        (f", {short(why, _PHRASE)}" if why else "", "$quiet"),
    )


# All of the reasons


def explanation(links: Sequence[LinkRow], now: datetime, held_back: str = "") -> list[Fact]:
    """Why an activity is regarding what it is, or may be, and why not what comes next; then every other record.

    `held_back` says why what is suggested was not linked by itself, '' where it was not certain enough.
    """
    best = explain(links)
    first = _first(links)
    told = [] if first is None else _reasoned(first, best.why, now)
    if first is not None and first.state == "suggested":
        told += [_BLANK, not_linked(held_back or _long_over(first), first.score)]
    if best.why_not:
        told += [_BLANK, Fact(Content.assemble(("Why not another?  ", "b"), line(best.why_not)))]
    for link in links:
        if link is not first:
            told += [_BLANK, *_reasoned(link, reasons(link), now)]
    return told


def not_linked(held_back: str, score: float) -> Fact:
    """That a person decides, and why the program did not."""
    unsure = "this alone is not enough" if score >= _CERTAIN else "it is not certain enough"
    return Fact(Content.assemble(("Left to you  ", "b"), (f"because {held_back or unsure}", "")))


def _long_over(link: LinkRow) -> str:
    """That what a mail fits was closed long before, which leaves it to a person; '' for anything else."""
    closed = (str(each.get("quote", "")) for each in link.evidence if each.get("rule") == "long_closed")
    return next((f"{link.record.number} was closed on {day}, long before" for day in closed), "")


def _first(links: Sequence[LinkRow]) -> LinkRow | None:
    offered = [link for link in links if link.state != "rejected"]
    return next((link for link in offered if link.is_primary), offered[0] if offered else None)


def _reasoned(link: LinkRow, why: Sequence[str], now: datetime) -> list[Fact]:
    person = "decided by a triage rule" if link.by_triage else "decided by a person"
    sure = person if link.decided_by == "user" else how_sure(link.score)
    verdict, tone = _VERDICTS.get(link.state, (words(link.state), "$quiet"))
    main = "  main record" if link.is_primary and link.state == "linked" else ""
    because = (("      and" if place else "  because", reason) for place, reason in enumerate(why))
    return [
        Fact(name_of(link.record, "b") + Content.styled(main, "$quiet")),
        Fact(Content.assemble((verdict, tone), f", {sure}, {ago(link.decided_at, now)}"), indent=2),
        *(Fact(Content(line(reason)), label, LABEL) for label, reason in because),
    ]
