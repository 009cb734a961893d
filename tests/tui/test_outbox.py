"""The outbox on the screen: what can be decided about drafts, waiting mail, failures and doubts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assistant.compose import Services
from store.mail.composing import Draft, Recipient, queue_mail, save_draft
from store.outbox.queue import OutgoingState
from store.queries.outbox import OutboxCounts, outbox
from store.schema.outbox import Outgoing
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tui.dialogs.confirm import ConfirmDialog
from tui.screens.compose import ComposeScreen
from tui.screens.outbox import OutboxScreen
from tui.widgets.top_bar import outgoing_words

MAIL = Draft(1, Recipient(world.ME, "Anna Hofer"), to=(Recipient("ann@example.com", "Ann"),), subject="Offer", text="x")
EVERY = tuple(OutgoingState)


@pytest.fixture
def mail(services: Services) -> str:
    """The uid of a mail that waits."""
    uid = services.do(save_draft, MAIL)
    services.do(queue_mail, uid, recall=timedelta(seconds=40))
    return uid


def put(services: Services, state: str, reason: str = "") -> None:
    with services.store.write() as tx:
        tx.execute(update(Outgoing).values(state=state, last_error=reason))


def states(services: Services) -> list[str]:
    return [entry.state for entry in services.read(outbox, states=EVERY).rows]


async def test_waiting_mail_counts_down_and_can_be_recalled(run: Run, services: Services, mail: str) -> None:
    async with run("ctrl+o") as (app, pilot):
        shown = screen_text(app)
        assert any("in 40 s" in line and "Mail to Ann: Offer" in line for line in shown)
        await until(pilot, lambda: "mail out in 40 s" in screen_text(app)[0])
        await press(pilot, "r")
        await until(pilot, lambda: states(services) == ["draft"])
        await until(pilot, lambda: toasts(app) == ["Taken back; it is a draft again."])


async def test_what_failed_says_why_and_is_tried_again(run: Run, services: Services, mail: str) -> None:
    put(services, "failed", "The address was refused.")
    async with run("ctrl+o") as (app, pilot):
        assert any("failed" in line and "The address was refused." in line for line in screen_text(app))
        await until(pilot, lambda: " !1 " in screen_text(app)[0])
        await press(pilot, "t")
        await until(pilot, lambda: states(services) == ["waiting"])


async def test_what_failed_is_changed_and_sent_anew(run: Run, services: Services, mail: str) -> None:
    put(services, "failed")
    async with run("ctrl+o", "e") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        assert states(services) == ["draft"]


async def test_a_doubt_is_settled_by_a_person(run: Run, services: Services, mail: str) -> None:
    put(services, "unsure")
    async with run("ctrl+o", "t") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "n", "y")
        await until(pilot, lambda: states(services) == ["done"])
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: states(services) == ["unsure"])


async def test_sending_now_ends_the_wait(run: Run, services: Services, mail: str) -> None:
    async with run("ctrl+o", "s") as (app, pilot):
        await until(pilot, lambda: toasts(app) == ["It goes out now."])
    [entry] = services.read(outbox).rows
    assert entry.seconds_left(world.NOW) == 0


async def test_discarding_asks_and_can_be_undone(run: Run, services: Services) -> None:
    services.do(save_draft, MAIL)
    async with run("ctrl+o", "delete") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: states(services) == ["cancelled"])
        screen: Any = app.screen
        assert isinstance(screen, OutboxScreen)
        await until(pilot, lambda: any("Nothing is on its way." in line for line in screen_text(app)))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: states(services) == ["draft"])


async def test_views_narrow_the_outbox(run: Run, services: Services, mail: str) -> None:
    services.do(save_draft, MAIL)
    async with run("ctrl+o", "v") as (app, pilot):
        assert sum("Mail to Ann: Offer" in line for line in screen_text(app)) == 1
        await press(pilot, "v", "v")
        assert any("Nothing failed." in line for line in screen_text(app))


async def test_what_is_known_of_an_act_is_shown(run: Run, services: Services, mail: str) -> None:
    put(services, "unsure", "The connection broke.")
    async with run("ctrl+o", "enter") as (app, _):
        shown = "\n".join(screen_text(app))
        assert "sent or not?" in shown and "The connection broke." in shown and "by Anna Hofer" in shown


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (None, ("", "", "quiet")),
        (OutboxCounts(), ("", "", "quiet")),
        (OutboxCounts(waiting=3), ("", "", "quiet")),
        (
            OutboxCounts(1, mails=1, next_mail_at=world.NOW + timedelta(seconds=9)),
            ("mail out in 9 s", "↑9s", "warning"),
        ),
        (OutboxCounts(2, mails=2, next_mail_at=world.NOW), ("sending 2 mails", "↑", "accent")),
        (OutboxCounts(1, 1, 1), ("2 in the outbox to decide", "!2", "error")),
    ],
)
def test_the_top_line_says_what_waits(counts: OutboxCounts | None, words: tuple[str, str, str]) -> None:
    assert outgoing_words(counts, world.NOW) == words
