"""The strip beside a mail, the keys that decide what it is regarding, and the review of what is undecided."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from assistant.compose import Services
from store.names.indexing import index_names
from store.queries.activities import activity_detail
from store.queries.link_review import link_review_count
from store.schema.activities import Activity
from store.schema.knowledge import Learned
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email, EmailReference
from store.schema.records import Record
from tests.tui.conftest import Run, screen_text
from tests.tui.suggesting import suggest
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tui.app import RegardingApp
from tui.screens.inbox import InboxScreen
from tui.screens.review import ReviewScreen
from tui.widgets.sheet import Sheet


@pytest.fixture
def suggested(services: Services) -> list[int]:
    """Mails with suggestions, the likeliest first."""
    return suggest(services.store)


def links(services: Services, activity_id: int) -> list[tuple[str, str]]:
    return [(link.state, link.decided_by) for link in services.read(activity_detail, activity_id).links]


def strip(app: RegardingApp) -> str:
    """What stands beside the mail."""
    return flat([fact.said.plain for fact in app.screen.query_one(".read-regarding", Sheet)._facts])


def flat(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("size", SIZES)
async def test_review_fits_and_shows_message_and_suggestions(
    run: Run, suggested: list[int], size: tuple[int, int]
) -> None:
    async with run("q", "down", "down", size=size) as (app, pilot):
        await until(pilot, lambda: "very likely 82%, 3 of 4 title words of CAS-00003" in strip(app))
        assert_fits(app)
        assert screen_text(app)[-1].split()[:4] == ["Enter", "Read", "Y", "Agree"]


async def test_agreeing_goes_on_to_the_next_and_undo_brings_it_back(
    run: Run, services: Services, suggested: list[int]
) -> None:
    async with run("q") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        waiting = services.read(link_review_count).value
        assert screen.activity_id == suggested[0]
        await press(pilot, "Y")
        await until(pilot, lambda: any("Ctrl+Z" in said for said in toasts(app)))
        assert links(services, suggested[0])[0] == ("linked", "user")
        assert screen.activity_id == suggested[1]
        assert services.read(link_review_count).value == waiting - 1
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: services.read(link_review_count).value == waiting)


async def test_several_are_decided_with_one_key_and_undone_with_one(
    run: Run, services: Services, suggested: list[int]
) -> None:
    async with run("q", "space", "space", "space") as (app, pilot):
        await press(pilot, "Y")
        await until(pilot, lambda: "Linked 3 mails to what was suggested. Ctrl+Z takes it back." in toasts(app))
        assert [links(services, key)[0] for key in suggested[:4]] == [("linked", "user")] * 3 + [("suggested", "rule")]
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: links(services, suggested[0])[0][0] == "suggested")
        assert [links(services, key)[0][0] for key in suggested[:3]] == ["suggested"] * 3


async def test_several_are_unlinked_with_one_key_and_undone_with_one(
    run: Run, services: Services, suggested: list[int]
) -> None:
    before = [links(services, key) for key in suggested]
    async with run("q", "space", "space") as (app, pilot):
        await press(pilot, "u")
        for _ in [found for found in before[:2] if len(found) > 1]:
            await press(pilot, "enter")
        await until(pilot, lambda: "Unlinked 2 mails. Ctrl+Z takes it back." in toasts(app))
        assert [("rejected", "user") in links(services, key) for key in suggested[:3]] == [True, True, False]
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: [links(services, key) for key in suggested] == before)


async def test_what_is_refused_leaves_the_cursor_where_it_is(
    run: Run, services: Services, suggested: list[int]
) -> None:
    async with run("q") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        await until(pilot, lambda: screen.activity_id == suggested[0])
        with services.store.write() as tx:
            tx.execute(delete(Link).where(Link.activity_id == suggested[0]))
        await press(pilot, "Y")
        await until(pilot, lambda: "Nothing is suggested for it." in toasts(app))
        assert screen.activity_id == suggested[0]


async def test_not_relevant_and_never_this_sender_hold_for_the_future(
    run: Run, services: Services, suggested: list[int]
) -> None:
    async with run("q") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        await press(pilot, "X")
        await until(pilot, lambda: any(said.startswith("Not relevant: ") for said in toasts(app)))
        assert links(services, suggested[0]) == []
        incoming = next(key for key in suggested[1:] if services.read(activity_detail, key).direction == "in")
        await press(pilot, *["down"] * (suggested.index(incoming) - 1), "S")
        await until(pilot, lambda: any(said.startswith("Never linked: ") for said in toasts(app)))
        await press(pilot, "B")
        await until(pilot, lambda: sum(said.startswith("Never linked: ") for said in toasts(app)) == 2)
        with services.store.read() as tx:
            assert tx.execute(select(LinkRefusal.scope).order_by(LinkRefusal.id)).scalars().all() == [
                "message",
                "sender",
                "domain",
            ]


async def test_inbox_offers_the_same_keys_where_something_is_suggested(
    run: Run, services: Services, suggested: list[int]
) -> None:
    async with run("down") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, InboxScreen)
        await until(pilot, lambda: "very likely" in strip(app))
        assert screen.activity_id in suggested
        assert "Y Agree" in flat(screen_text(app)[-1:])
        await press(pilot, "Y")
        await until(pilot, lambda: "by hand" in strip(app))
        assert "Y Agree" not in flat(screen_text(app)[-1:])


async def test_search_shows_what_a_mail_may_be_regarding(run: Run, suggested: list[int]) -> None:
    async with run("8", *"offer", "down", size=(160, 40)) as (app, pilot):
        await press(pilot, *["down"] * 9)
        await until(pilot, lambda: "certain" in strip(app) or "likely" in strip(app))
        assert "l Link" in flat(screen_text(app)[-1:])


async def test_a_meeting_shows_how_sure_its_record_is(run: Run) -> None:
    async with run("7", "a", "down", "enter") as (app, pilot):
        await until(pilot, lambda: "Regarding ◆" in flat(screen_text(app)) and "certain 99%" in flat(screen_text(app)))
        assert "Y Agree" not in flat(screen_text(app)[-1:])


async def test_why_says_what_left_it_to_a_person(run: Run, services: Services, suggested: list[int]) -> None:
    with services.store.write() as tx:
        tx.execute(update(Email).where(Email.id == suggested[0]).values(noise="auto_reply"))
    async with run("q", "w") as (app, pilot):
        await until(pilot, lambda: "Left to you because it is an automatic answer" in flat(screen_text(app)))


async def test_a_misspelt_name_finds_the_company(run: Run, services: Services, suggested: list[int]) -> None:
    with services.store.write() as tx:
        index_names(tx, tx.execute(select(Record.id).where(Record.kind == "account")).scalars().all())
    async with run("q", "l", *"Northwnd Lfts") as (app, pilot):
        await until(pilot, lambda: "Northwind Lifts" in flat(screen_text(app)))


async def test_the_whole_thread_is_linked_at_once(run: Run, services: Services, suggested: list[int]) -> None:
    async with run("q", "L") as (app, pilot):
        await until(pilot, lambda: "The whole thread regarding" in flat(screen_text(app)))
        await press(pilot, "enter")
        await until(pilot, lambda: any("mails of “" in said for said in toasts(app)))
        assert links(services, suggested[0])[0] == ("linked", "user")


async def test_why_says_why_not_the_next_best(run: Run, suggested: list[int]) -> None:
    async with run("q", "down", "w") as (app, pilot):
        await until(pilot, lambda: "Why not another?" in flat(screen_text(app)))
        assert "because 3 of 4 title words of CAS-00003: “gun hose leaks”" in flat(screen_text(app))


async def test_nothing_to_review_is_said_kindly(run: Run, services: Services) -> None:
    async with run("q", "v") as (app, _):
        assert "Nothing to decide here." in flat(screen_text(app))


async def test_a_correction_teaches_what_was_marked(run: Run, services: Services, suggested: list[int]) -> None:
    async with run("down", "Y") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, InboxScreen)
        await until(pilot, lambda: "by hand" in strip(app))
        await press(pilot, "K")
        await until(pilot, lambda: "past mail" in flat(screen_text(app)) and "looking" not in flat(screen_text(app)))
        await press(pilot, "enter")
        await until(pilot, lambda: any(said.startswith("Learned: ") for said in toasts(app)))
        with services.store.read() as tx:
            assert len(tx.execute(select(Learned.uid)).all()) == 1
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: any(said.startswith("Undid: Learned") for said in toasts(app)))


async def test_what_looks_like_a_new_topic_is_offered_and_split_off(
    run: Run, services: Services, suggested: list[int]
) -> None:
    """The newest mail answers the one before it in its thread, with another subject and no word of it."""
    with services.store.write() as tx:
        thread = select(Email.thread_id).where(Email.id == suggested[0]).scalar_subquery()
        before = select(Email.id, Email.message_id).where(Email.thread_id == thread, Email.id > suggested[0])
        answered = tx.execute(before.order_by(Email.id).limit(1)).one()
        values = {"activity_id": suggested[0], "message_id": answered.message_id, "position": 0}
        tx.execute(insert(EmailReference).values(**values))
        for key, subject in ((answered.id, "The old matter"), (suggested[0], "A new machine")):
            tx.execute(update(Activity).where(Activity.id == key).values(subject=subject))
    async with run("down") as (app, pilot):
        await until(pilot, lambda: any("makes it a topic of its own" in line for line in screen_text(app)))
        await press(pilot, "T")
        await until(pilot, lambda: "Split off “A new machine”. Ctrl+Z takes it back." in toasts(app))
        await until(pilot, lambda: not any("makes it a topic" in line for line in screen_text(app)))
