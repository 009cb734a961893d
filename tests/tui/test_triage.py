"""Triage with the keyboard: each key decides, the next mail is there at once, and Ctrl+Z brings the last one back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from textual.events import Key

from assistant.compose import Services
from store.actor import Actor
from store.articles.saving import create_article
from store.errors import StoreBusy
from store.mail.composing import Draft, Recipient, queue_mail, save_draft
from store.mail.templates import save_template
from store.presence import ANSWERING, arrive, mail_place, record_places
from store.queries.activities import activity_detail
from store.queries.senders import senders
from store.queries.triage_list import triage_row
from store.schema.activities import ActivityParty
from store.schema.records import Record
from store.schema.triage import Triage
from store.triage.deciding import decide_mails
from store.triage.standing import State
from tests.store.builders import actor
from tests.tui.conftest import Run, screen_text, settle
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_compose import writing
from tests.tui.waiting import wait
from tui.dialogs.articles import ArticleDialog
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import PreviewDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.pick import PickDialog
from tui.screens.record import RecordScreen
from tui.screens.triage import TriageScreen
from tui.widgets.read_pane import ReadPane


def _states(services: Services, ids: list[int]) -> list[str]:
    with services.store.read() as tx:
        rows = tx.execute(select(Triage.activity_id, Triage.state).where(Triage.activity_id.in_(ids))).all()
    found = {row.activity_id: row.state for row in rows}
    return [found[key] for key in ids]


async def test_triage_keys_decide_and_the_next_mail_is_shown(run: Run, services: Services) -> None:
    ids = wait(services.store)
    async with run("t") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, TriageScreen)
        pane = screen.query_one(ReadPane)
        assert pane.detail is not None and pane.detail.activity_id == ids[0]
        before = screen.asked_at
        await pilot.press("Y")
        await settle(pilot)
        # Whatever was asked for since, a page that was asked for before still has the mail.
        assert [sorted(screen.leaving(at)) for at in (screen.asked_at, before)] == [[], [ids[0]]]
        assert (screen.activity_id, pane.detail.activity_id) == (ids[1], ids[1])
        await pilot.press("X")
        await settle(pilot)
        await pilot.press("d", "enter")
        await settle(pilot)
        await pilot.press("space", "space", "X")
        await settle(pilot)
        assert _states(services, ids[:6]) == ["handled", "ignored", "snoozed", "ignored", "ignored", "undecided"]
        assert screen.activity_id == ids[5]
        assert "7 waiting" in screen_text(app)[2]
        await pilot.press("ctrl+z")
        await settle(pilot)
        assert (screen.activity_id, _states(services, ids[3:5])) == (ids[3], ["undecided", "undecided"])
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        await settle(pilot)
        assert _states(services, ids[:3]) == ["undecided"] * 3
        for key in ids[:2]:
            await screen.carry_out([key], decide_mails, [key], State.IGNORED)
        await app.action_quit()
    assert _states(services, ids[:3]) == ["ignored", "ignored", "undecided"]


async def test_triage_makes_a_case_of_a_mail_and_gives_others_away(run: Run, services: Services) -> None:
    ids = wait(services.store)
    with services.store.write() as tx:
        theirs = (ActivityParty.activity_id.in_((ids[2], ids[4])), ActivityParty.role == "from")
        tx.execute(update(ActivityParty).where(*theirs).values(email="spam@tailspin.example"))
    async with run("t") as (app, pilot):
        app.post_message(Key("e", "e"))
        app.post_message(Key("e", "e"))  # before the form is there
        await settle(pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("ctrl+s")
        await settle(pilot)
        with services.store.read() as tx:
            made = activity_detail(tx, ids[0], by=services.actor).regarding
        assert made is not None and made.kind == "case"
        assert f"Made case {made.number}" in "\n".join(screen_text(app))
        await pilot.press("g", *"supp", "enter")
        await settle(pilot)
        with services.store.read() as tx:
            row = triage_row(tx, ids[1], by=services.actor)
        assert row is not None and (row.queue, row.state) == ("Support", "undecided")
        assert isinstance(app.screen, TriageScreen)
        assert app.screen.activity_id == ids[2]
        await pilot.press("S")
        await settle(pilot)
        assert _states(services, [ids[2], ids[4]]) == ["ignored", "ignored"]
        assert (app.screen.activity_id, "9 waiting" in screen_text(app)[2]) == (ids[3], True)


async def test_triage_brings_a_mail_back_that_could_not_be_decided(
    run: Run, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = wait(services.store)

    def busy(*_: object, **__: object) -> None:
        raise StoreBusy

    async with run("t", "down") as (app, pilot):
        with monkeypatch.context() as patched:
            patched.setattr("tui.flows.triage.accept_suggested", busy)
            await pilot.press("Y")
            await settle(pilot)
        assert isinstance(app.screen, TriageScreen)
        assert app.screen.activity_id == ids[1]
        assert [said for said in toasts(app) if "Another program has been writing" in said]
        assert _states(services, ids[:2]) == ["undecided", "undecided"]


async def test_triage_shows_who_else_is_at_a_mail(run: Run, services: Services) -> None:
    ids = wait(services.store)
    with services.store.write() as tx:
        bob = actor(2)
        place = mail_place(tx, ids[0], by=bob)
        arrive(tx, place, ANSWERING, by=bob, now=services.clock())
        cases = tx.execute(select(Record.id).where(Record.kind == "case").order_by(Record.id)).scalars()
        places = {case: record_places(tx, case, by=bob) for case in cases}
        case, newest = next((case, found[0]) for case, found in places.items() if found)
        arrive(tx, newest, ANSWERING, by=bob, now=services.clock())
        assert record_places(tx, case, by=actor(3, "restricted")) == ()
    async with run("t") as (app, pilot):
        assert isinstance(app.screen, TriageScreen)
        app.screen.look_around()
        await until(pilot, lambda: "✎ Jonas Berg is answering" in screen_text(app)[3])
        said = screen_text(app)
        assert said[4].lstrip().startswith("✎")
        await press(pilot, "enter")
        app.screen.look_around()
        await until(pilot, lambda: "✎ Jonas Berg is answering" in screen_text(app)[2])
        await press(pilot, "escape")
        app.open_record(case)
        await settle(pilot)
        assert isinstance(app.screen, RecordScreen)
        app.screen.look_around()
        await until(pilot, lambda: screen_text(app)[3].strip() == "✎ Jonas Berg is answering")
    with services.store.read() as tx:
        assert triage_row(tx, ids[0], by=services.actor) is not None


def _jonas() -> Actor:
    return replace(actor(2, mailbox_ids={1}), name="Jonas Berg")


def _their_draft(services: Services, activity_id: int) -> str:
    """An answer that Jonas began in the mailbox that both use; returns its uid."""
    draft = Draft(
        mailbox_id=1,
        sender=Recipient(services.read(senders)[0].email),
        to=(Recipient("kim@contoso.example"),),
        subject="Re: Gate",
        text="On our way.",
        how="reply",
        activity_id=activity_id,
    )
    return services.do(save_draft, draft, by=_jonas())


async def test_triage_answers_with_a_ready_text_sets_priority_adds_to_a_case_and_makes_a_lead(
    run: Run, services: Services
) -> None:
    ids = wait(services.store)
    services.do(save_template, "We look into it", "", "Dear {contact.given_name},\nwe look into it.", shared=True)
    services.do(create_article, {"title": "Gate opens twice", "kind": "solution", "text": "Reset it, {me.name}."})
    begun = _their_draft(services, ids[0])
    async with run("t") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, TriageScreen)
        await press(pilot, "Q")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        assert "Jonas Berg began an answer" in "\n".join(screen_text(app))
        assert "Go on with what Jonas Berg wrote  just now  On our way." in "\n".join(screen_text(app))
        await press(pilot, "down", "enter")  # another one
        await until(pilot, lambda: isinstance(app.screen, ArticleDialog))
        shown = "\n".join(screen_text(app))
        assert ("¶ We look into it  template" in shown, "✦ Gate opens twice" in shown) == (True, True)
        await pilot.press(*"tw")
        await settle(pilot)
        await press(pilot, "enter")
        answer = await writing(app, pilot)
        assert answer.body.text.startswith("Reset it, Anna Hofer.\n")
        with services.store.write() as tx:
            queue_mail(tx, begun, by=_jonas(), now=services.clock() + timedelta(minutes=1))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, PreviewDialog))
        assert "Jonas Berg answered it" in "\n".join(screen_text(app))
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is answer)
        await press(pilot, "f8", "y")
        await until(pilot, lambda: app.screen is screen)

        await press(pilot, "down")
        at_hand = screen.activity_id
        await press(pilot, "U", "enter")
        await until(pilot, lambda: screen.activity_id != at_hand)
        await press(pilot, "J")
        await until(pilot, lambda: isinstance(app.screen, PickDialog))
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is screen)
        await press(pilot, "plus", "enter")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen is screen)
    with services.store.read() as tx:
        made = [activity_detail(tx, each, by=services.actor).regarding for each in ids[2:5]]
    assert [(one.kind if one else "") for one in made] == ["case", "case", "lead"]
