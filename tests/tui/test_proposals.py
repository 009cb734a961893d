"""New people and changed details: with the words they were found in, taken over, edited, refused, and undone."""

from __future__ import annotations

import pytest

from assistant.compose import Services
from store.queries.proposals import count_proposals, open_proposals
from store.queries.record_detail import record_detail
from tests.tui.conftest import Run, screen_text
from tests.tui.proposing import STRANGER, propose
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tui.dialogs.proposal import ProposalDialog

TO_PROPOSALS = ("q", "v", "v", "v")


def open_ones(services: Services) -> int:
    return services.read(count_proposals).value


@pytest.mark.parametrize("size", SIZES)
async def test_each_field_stands_with_the_words_it_was_found_in(
    run: Run, services: Services, size: tuple[int, int]
) -> None:
    propose(services.store)
    async with run(*TO_PROPOSALS, "down", size=size) as (app, _):
        assert_fits(app)
        shown = "\n".join(screen_text(app))
        assert [said for said in ("New lead", "“Tel. +47 555 0100”", STRANGER) if said not in shown] == []


async def test_accepting_makes_the_person_and_undo_asks_again(run: Run, services: Services) -> None:
    propose(services.store)
    async with run(*TO_PROPOSALS, "down") as (app, pilot):
        await press(pilot, "Y")
        await until(pilot, lambda: any(said.startswith("Created lead ") for said in toasts(app)))
        assert open_ones(services) == 1
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: open_ones(services) == 2)


async def test_editing_first_takes_over_what_was_typed(run: Run, services: Services) -> None:
    propose(services.store)
    [change] = services.read(open_proposals, kind="change").rows
    assert change.record is not None
    async with run(*TO_PROPOSALS, "e") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "end", *" Alps", "ctrl+s")
        await until(pilot, lambda: any("as proposed" in said for said in toasts(app)))
        job = services.read(record_detail, change.record.record_id).fields["job_title"]
        assert job == "Managing Director Alps"


async def test_what_is_refused_leaves_the_list(run: Run, services: Services) -> None:
    propose(services.store)
    async with run(*TO_PROPOSALS) as (app, pilot):
        await press(pilot, "X")
        await until(pilot, lambda: any(said.startswith("Not changed: ") for said in toasts(app)))
        assert open_ones(services) == 1


async def test_a_line_beside_the_mail_of_a_stranger_leads_to_the_proposal(run: Run, services: Services) -> None:
    propose(services.store)
    async with run("down") as (app, pilot):
        await until(pilot, lambda: any("New person" in line for line in screen_text(app)))
        await press(pilot, "E")
        await until(pilot, lambda: isinstance(app.screen, ProposalDialog))
        await press(pilot, "x")
        await until(pilot, lambda: any(said.startswith("Not made: Nils Berg") for said in toasts(app)))
        await until(pilot, lambda: not any("New person" in line for line in screen_text(app)))


async def test_nothing_proposed_is_said(run: Run) -> None:
    async with run(*TO_PROPOSALS) as (app, _):
        assert "Nothing is proposed." in "\n".join(screen_text(app))
