"""What signatures say that the records do not, as styled text: each field with the words it was found in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from store.queries.proposals import ProposalRow
from store.queries.refs import RecordRef
from tui.cells import line, short
from tui.regarding_words import LABEL, name_of
from tui.when import full_when
from tui.widgets.sheet import Fact

_VALUE = 40  # cells of a value in one line


def heading(row: ProposalRow) -> str:
    """What accepting it would do."""
    if row.record is not None:
        return "Changed details" + (", perhaps a new employer" if row.moved else "")
    at = f" at {line(row.account.title)}" if row.account else ""
    return f"New {row.makes}{at}"


def summary(row: ProposalRow) -> str:
    """The fields in one line."""
    if row.record is not None:
        return ", ".join(
            f"{each.label}: {short(each.before, _VALUE)} → {short(each.value, _VALUE)}"
            if each.before
            else f"{each.label}: {short(each.value, _VALUE)}"
            for each in row.fields
        )
    return ", ".join(short(each.value, _VALUE) for each in row.fields if each.value != row.title) or row.email


def facts(row: ProposalRow, now: datetime) -> list[Fact]:
    """All of it: who, every field with where it stands, and the mail that says so."""
    who = name_of(row.record, "b $accent") if row.record else Content.styled(line(row.title), "b $foreground")
    told = [Fact(who), Fact(Content.styled(heading(row), "$warning"))]
    if row.email:
        told.append(Fact(Content(line(row.email)), "Writes from", LABEL + 2))
    if row.account is not None:
        told.append(Fact(name_of(row.account, ""), "Account", LABEL + 2))
    for each in row.fields:
        before = Content.styled(f"  was {line(each.before)}", "$quiet") if each.before else Content("")
        told.append(Fact(Content.styled(line(each.value), "$success") + before, each.label, LABEL + 2))
        if each.quote:
            told.append(Fact(Content.styled(f"“{line(each.quote)}”", "$quiet"), "", LABEL + 2))
    told.append(Fact(Content("")))
    told.append(Fact(Content(line(row.subject) or "(no subject)"), "In the mail", LABEL + 2))
    told.append(Fact(Content.styled(full_when(row.occurred_at, now), "$quiet"), "", LABEL + 2))
    return told


def beside(rows: Sequence[ProposalRow]) -> list[Fact]:
    """A line beside the mail for each of these."""
    return [
        Fact(
            Content.assemble(
                (line(row.title), "$warning"), f"  {summary(row)}  ", ("E", "b $accent"), (" looks at it", "$quiet")
            ),
            "New person" if row.record is None else "New details",
            LABEL + 1,
        )
        for row in rows
    ]


def held_back(why: str) -> Fact:
    """Beside a mail that is left to a person although it fits a record well."""
    return Fact(Content.styled(f"because {why}", "$quiet"), "Left to you", LABEL + 1)


def another_time(booking: RecordRef) -> Fact:
    """Beside a mail by which a customer may want another time for what they booked."""
    said = f"{line(booking.title)} {booking.number}  "
    return Fact(
        Content.assemble((said, ""), ("V", "b $accent"), (" looks for slots", "$quiet")), "New time?", LABEL + 1
    )


def new_topic() -> Fact:
    """Beside a mail that could be split off its thread."""
    said = ("another subject, and nothing quoted  ", "")
    return Fact(
        Content.assemble(said, ("T", "b $accent"), (" makes it a topic of its own", "$quiet")), "New topic", LABEL + 1
    )
