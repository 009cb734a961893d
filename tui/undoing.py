"""Taking back the last change, with a toast that says what was taken back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.errors import AlreadySent, CannotUndo, Stale, StoreError
from store.history.operations import undo
from store.queries.history import last_undoable, operations, things_changed
from tui.dialogs.confirm import ConfirmDialog
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from tui.app import RegardingApp

#: Acts on meetings that a correction can make up for; an answer is given anew instead.
_MEETING_ACTS = frozenset({"create_appointment", "edit_appointment", "cancel_appointment"})


async def undo_last(app: RegardingApp) -> None:
    """Undo the latest own operation; where something changed since, ask first."""
    if isinstance(app.screen, BaseScreen):
        await app.screen.before_undo()
    try:
        await _undo(app, force=False)
    except Stale as error:
        question = ConfirmDialog("Undo nevertheless?", f"{error.sentence}\nThe old values would replace the new ones.")
        if await app.push_screen_wait(question):
            await _undo(app, force=True)
    except AlreadySent as error:
        await _offer_correction(app, error)
    except CannotUndo as error:
        app.notify(error.sentence, markup=False)
    except StoreError as error:
        app.notify(error.sentence, severity="error", markup=False)


async def _offer_correction(app: RegardingApp, error: AlreadySent) -> None:
    """What was sent stays sent; the next best thing is to tell the same people again."""
    last = await asyncio.to_thread(partial(app.services.read, last_undoable))
    if last is not None and last.name in _MEETING_ACTS:
        await _make_up_for(app, last.uid, error)
        return
    from tui.flows import writing

    question = ConfirmDialog("It was sent. Write a correction?", f"{error.sentence}\nIt goes to the same people.")
    if isinstance(app.screen, BaseScreen) and await app.push_screen_wait(question):
        await writing.correct(app.screen, error.outgoing_uid)


async def _make_up_for(app: RegardingApp, operation_uid: str, error: AlreadySent) -> None:
    """Bring a meeting to how it was, and tell everybody who was told of the change."""
    from calendar_sync.corrections import make_up_for

    words = f"{error.sentence}\nThe meeting is put back to how it was, and everybody who was mailed is mailed again."
    if await app.push_screen_wait(ConfirmDialog("It was sent. Correct it?", words)):
        recall = app.services.recall
        await asyncio.to_thread(partial(app.services.do, make_up_for, operation_uid, recall=recall))
        app.store_changed()
        app.look()
        app.notify("Corrected; those who were told of it are told again.", markup=False)


async def _undo(app: RegardingApp, *, force: bool) -> None:
    last = await asyncio.to_thread(partial(app.services.read, last_undoable))
    await asyncio.to_thread(partial(app.services.do, undo, force=force))
    newest = await asyncio.to_thread(partial(app.services.read, operations, limit=1))
    if isinstance(app.screen, BaseScreen):
        app.screen.undone()
    else:
        app.store_changed()
    app.look()
    if newest:
        app.clear_notifications()  # what was said of it is not true any more
        app.notify(f"{newest[0].summary}. Ctrl+Z goes further back.", markup=False)
    if last is not None and last.name == "queue_mail":
        await _write_on(app, last.uid)


async def _write_on(app: RegardingApp, operation_uid: str) -> None:
    """A mail that was taken back is a draft again; it opens, because something about it is to be changed."""
    from tui.flows import writing

    uids = await asyncio.to_thread(partial(app.services.read, things_changed, operation_uid, "outgoing"))
    if uids and isinstance(app.screen, BaseScreen):
        await writing.go_on(app.screen, uids[0])
