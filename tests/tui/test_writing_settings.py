"""What writing needs is chosen on the screen: signature and addresses of a mailbox, templates changed and deleted."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from assistant.compose import Services
from store.mail.templates import save_template, templates
from store.queries.mailbox_settings import mail_settings
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_compose import writing
from tests.tui.test_screens import SIZES, assert_fits
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.template import TemplateDialog
from tui.screens.compose import ComposeScreen

ANNA = "anna.hofer@alpineskihouse.example"


async def on_templates(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, TemplateDialog) and pilot.app.screen.template is not None)


async def test_signature_aliases_and_links_in_outlook_are_chosen_for_the_mailbox_under_the_cursor(
    run: Run, services: Services
) -> None:
    async with run("9", "w") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Anna Hofer")
        await press(pilot, "tab")
        await typed(pilot, "Sales@alpine.example, ski@alpine.example")
        await press(pilot, "tab", "tab", "right", "ctrl+s")
        await until(pilot, lambda: "Kept." in toasts(app))
    kept = services.read(mail_settings, ANNA)
    assert (kept.signature, kept.aliases, kept.show_links, kept.may_delete) == (
        "Anna Hofer",
        ("sales@alpine.example", "ski@alpine.example"),
        True,
        False,
    )


async def test_an_address_that_is_none_is_told_in_the_form(run: Run, services: Services) -> None:
    async with run("9", "w") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "tab")
        await typed(pilot, "sales")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, FormDialog)
    assert services.read(mail_settings, ANNA).aliases == ()


async def test_the_palette_opens_it_on_any_screen_for_the_mailbox_that_is_chosen(run: Run) -> None:
    async with run("1", "ctrl+p") as (app, pilot):
        await typed(pilot, "signature")
        found = app.screen.query_one(OptionList)
        await until(pilot, lambda: found.option_count == 1 and "Signature" in str(found.get_option_at_index(0).prompt))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog) and app.screen.focused is not None)
        await press(pilot, "down", "enter")
        await on_form(pilot)
        assert "Writing: support@alpineskihouse.example" in "\n".join(screen_text(app))


@pytest.mark.parametrize("size", SIZES)
async def test_the_form_fits(run: Run, size: tuple[int, int]) -> None:
    async with run("9", "w", size=size) as (app, pilot):
        await on_form(pilot)
        assert_fits(app)


async def test_templates_are_changed_and_deleted_where_one_is_chosen(run: Run, services: Services) -> None:
    services.do(save_template, "Offer", "Offer", "Dear all,")
    services.do(save_template, "Thanks", "", "Thank you.", shared=True)
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        await press(pilot, "f2", "e")
        await on_form(pilot)
        await typed(pilot, "Offers")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "The template was changed." in toasts(app))
        await on_templates(pilot)
        await press(pilot, "down", "d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await on_templates(pilot)
        await press(pilot, "down", "d", "escape")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        assert screen.body.text == ""
    assert [(one.name, one.text) for one in services.read(templates)] == [("Offers", "Dear all,")]
