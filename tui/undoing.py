"""Taking back the last change, with a toast that says what was taken back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.errors import CannotUndo, Stale, StoreError
from store.operations import undo
from store.queries.history import operations
from tui.dialogs.confirm import ConfirmDialog

if TYPE_CHECKING:
    from tui.app import RegardingApp


async def undo_last(app: RegardingApp) -> None:
    """Undo the latest own operation; where something changed since, ask first."""
    try:
        await _undo(app, force=False)
    except Stale as error:
        question = ConfirmDialog("Undo nevertheless?", f"{error.sentence}\nThe old values would replace the new ones.")
        if await app.push_screen_wait(question):
            await _undo(app, force=True)
    except CannotUndo as error:
        app.notify(error.sentence, markup=False)
    except StoreError as error:
        app.notify(error.sentence, severity="error", markup=False)


async def _undo(app: RegardingApp, *, force: bool) -> None:
    await asyncio.to_thread(partial(app.services.do, undo, force=force))
    newest = await asyncio.to_thread(partial(app.services.read, operations, limit=1))
    app.store_changed()
    if newest:
        app.notify(f"{newest[0].summary}. Ctrl+Z goes further back.", markup=False)
