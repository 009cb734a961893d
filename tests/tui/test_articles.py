"""Solutions and canned answers on the screen: found while answering, kept from a case, written and changed."""

from __future__ import annotations

from sqlalchemy import select, update

from assistant.compose import Services
from store.articles.reading import articles
from store.articles.saving import create_article
from store.schema.records import Case, Record
from tests.tui.conftest import Run, screen_text, settle, typed
from tests.tui.test_changes import press, until
from tests.tui.test_compose import writing
from tui.dialogs.articles import ArticleDialog
from tui.dialogs.form import FormDialog
from tui.screens.articles import ArticlesScreen
from tui.screens.compose import ComposeScreen

_ANSWERS = (
    ("Snow gun stays off", "solution", "Dear {contact.given_name},\nopen the hydrant."),
    ("Signed contracts", "answer", "Thank you, {contact.given_name}."),
)


def write(services: Services) -> None:
    for title, kind, text in _ANSWERS:
        services.do(create_article, {"title": title, "kind": kind, "text": text})


async def test_mistyped_words_find_the_answer_which_one_key_puts_in_with_its_fields_filled(
    run: Run, services: Services
) -> None:
    write(services)
    async with run("down", "r") as (app, pilot):
        screen = await writing(app, pilot)
        await press(pilot, "f5")
        await until(pilot, lambda: isinstance(app.screen, ArticleDialog))
        dialog = app.screen
        assert isinstance(dialog, ArticleDialog)
        await until(pilot, lambda: dialog.article is not None)
        assert dialog.article is not None and dialog.article.title == "Signed contracts"  # "Re: Contract signed"
        await typed(pilot, "oepn")
        assert dialog.article.title == "Snow gun stays off"
        await press(pilot, "enter")
        await until(pilot, lambda: screen.body.text.startswith("Dear Amélie,\nopen the hydrant.\n"))
        await press(pilot, "f5")
        await until(pilot, lambda: isinstance(app.screen, ArticleDialog))
        await press(pilot, "ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await typed(pilot, "Oil")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
    assert [(one.title, one.text) for one in services.read(articles, kind="answer")] == [
        ("Oil", "Dear Amélie,\nopen the hydrant."),
        ("Signed contracts", "Thank you, {contact.given_name}."),
    ]


async def test_resolution_is_kept_by_a_key_and_found_changed_and_deleted_on_its_screen(
    run: Run, services: Services
) -> None:
    write(services)
    with services.store.write() as tx:
        case_id = tx.execute(select(Record.id).where(Record.kind == "case").order_by(Record.id).limit(1)).scalar_one()
        tx.execute(update(Case).where(Case.id == case_id).values(resolution="Oil the bearing."))
    async with run() as (app, pilot):
        app.open_record(case_id)
        await settle(pilot)
        await press(pilot, "W")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FormDialog))
        kept = next(one for one in services.read(articles) if one.case is not None)
        assert (kept.text, kept.kind, kept.case and kept.case.record_id) == ("Oil the bearing.", "solution", case_id)
        app.action_show_mode("articles")
        await settle(pilot)
        await press(pilot, "f")
        await typed(pilot, "oli")
        screen = app.screen
        assert isinstance(screen, ArticlesScreen)
        assert screen.articles.pages.window.rows == (kept,)
        assert "Oil the bearing." in "\n".join(screen_text(app))
        await press(pilot, "enter", "delete")
        await press(pilot, "enter")
        await until(pilot, lambda: len(services.read(articles)) == 2)
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: len(services.read(articles)) == 3)
