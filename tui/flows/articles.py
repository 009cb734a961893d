"""Solutions and canned answers: put into a mail, written, changed, deleted, kept from a resolved case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from store.actor import Actor
from store.articles.fields import FIELDS
from store.articles.reading import ArticleRow, articles, queue_of
from store.articles.saving import create_article, delete_article, edit_article, keep_solution, solution_of
from store.articles.searching import Shelf
from tui.cells import line
from tui.dialogs.articles import ArticleDialog, PickedArticle
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.flows import templating
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen
    from tui.screens.compose import ComposeScreen


async def insert(screen: ComposeScreen) -> None:
    """Search, and put what was found where the cursor stands, its fields filled."""
    record = screen.head.record.ref
    about = f"{record.title if record else ''} {screen.head.subject.value}"
    shelf = await screen.fetch(_shelf, record.record_id if record else None)
    dialog = ArticleDialog(shelf, about=about, now=screen.now())
    match await screen.app.push_screen_wait(dialog):
        case PickedArticle(ArticleRow() as article):
            await templating.put_in(screen, "", article.text)
        case PickedArticle(None):
            await create(screen, {"kind": "answer", "text": templating.own_text(screen)})


async def create(screen: BaseScreen, values: Mapping[str, Any] | None = None) -> None:
    """Ask for a new article."""
    given = {"kind": "answer", **(values or {})}

    async def submit(changed: Mapping[str, Any]) -> str:
        return await screen.perform(create_article, {**given, **changed})

    await _ask(screen, "New article", given, submit)


async def edit(screen: BaseScreen, article: ArticleRow) -> None:
    """Show the fields of an article and store what was changed."""
    given = {"title": article.title, "kind": article.kind, "queue": article.queue_id, "text": article.text}

    async def submit(changed: Mapping[str, Any]) -> str:
        return await screen.perform(edit_article, article.uid, changed) if changed else ""

    await _ask(screen, "Change article", given, submit)


async def delete(screen: BaseScreen, article: ArticleRow) -> None:
    """Ask, and delete."""
    if await screen.app.push_screen_wait(
        ConfirmDialog("Delete this article?", f"{line(article.title)}\nCtrl+Z brings it back.")
    ):
        await screen.perform(delete_article, article.uid)
        await announce(screen)


async def keep(screen: BaseScreen, record_id: int) -> None:
    """Keep the resolution of a case as a solution, after a look at it."""
    kept = await screen.fetch(solution_of, record_id)

    async def submit(changed: Mapping[str, Any]) -> str:
        return await screen.perform(keep_solution, kept, changed)

    await _ask(screen, "Keep the solution again" if kept.uid else "Keep as a solution", kept.values, submit)


async def _ask(screen: BaseScreen, heading: str, given: Mapping[str, Any], submit: Any) -> None:
    form = FormDialog(heading, FIELDS, given, submit=submit, sources=await sources(screen, "case"))
    if await screen.app.push_screen_wait(form):
        await announce(screen)


def _shelf(tx: Any, record_id: int | None, *, by: Actor) -> Shelf[ArticleRow]:
    return Shelf(articles(tx, by=by), queue_id=queue_of(tx, record_id))
