"""The history of an item: reached wherever one is read, from the server's id to the link."""

from __future__ import annotations

import pytest

from assistant.compose import Services
from store.queries.item_history import histories
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import until
from tests.tui.test_screens import SIZES, assert_fits
from tests.tui.trouble import trouble
from tui.app import RegardingApp
from tui.dialogs.history import HistoryDialog, facts_of


def shown(app: RegardingApp) -> str:
    return " ".join(" ".join(screen_text(app)).split())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [("h",), ("enter", "h"), ("2", "enter", "h")])
async def test_history_is_read_wherever_a_mail_is(run: Run, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with run(*keys, size=size) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog))
        assert_fits(app)
        await until(pilot, lambda: "met first met in a mailbox" in shown(app) or "No mailbox" in shown(app))


async def test_history_of_a_contact_is_that_of_its_copies_in_mailboxes(run: Run, services: Services) -> None:
    made = trouble(services.store)
    async with run() as (app, pilot):
        app.open_record(made.contact_id)
        await until(pilot, lambda: app.screen.query("RecordCard") and getattr(app.screen, "card", None) is not None)
        await pilot.press("H")
        await until(pilot, lambda: "AAMkContact" in shown(app))
        assert "Contact Petra: The server refused this." in shown(app)


async def test_what_no_mailbox_holds_says_so(run: Run) -> None:
    async with run("3", "enter", "H") as (app, pilot):
        await until(pilot, lambda: "No mailbox that you may read holds this." in shown(app))


def test_history_is_told_day_by_day_oldest_first(services: Services) -> None:
    made = trouble(services.store)
    (found,) = services.read(histories, activity_id=made.mail_id)
    told = [fact.said.plain for fact in facts_of(found, world.NOW)]
    days = [line for line in told if line.startswith(("Monday", "Tuesday"))]
    assert days[-2:] == ["Monday 2 Nov 2026", "Tuesday 3 Nov 2026"]
    assert [line for line in told if "Inbox" in line][1:] == [
        "met          first met on the server in Inbox",
        "moved        from Inbox to Archive",
    ]
