"""Opening what an answer of the chat rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assistant.chat.registry import Cite
from store.errors import NotFound, StoreError
from store.queries.activities import find_activity
from store.queries.record_names import find_record

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_NUMBER = re.compile(r"[A-Z]{3}-\d+")
_MODES = {"mailbox": "sync", "service": "board", "resource": "board", "follow_up": "today"}


async def open_cited(screen: Any, cite: Cite) -> None:
    """Show a record, an activity, or a draft to go on with; where there is no such thing any more, say so."""
    base: BaseScreen = screen
    try:
        if _NUMBER.fullmatch(cite.id):
            base.regarding.open_record((await base.fetch(find_record, cite.id)).record_id)
        elif cite.kind == "draft":
            await _go_on(base, cite.id)
        elif cite.kind in _MODES:
            base.regarding.action_show_mode(_MODES[cite.kind])
        else:
            base.regarding.open_activity(await base.fetch(find_activity, cite.id))
    except NotFound as error:
        base.notify(error.sentence, severity="warning", markup=False)


async def _go_on(screen: BaseScreen, uid: str) -> None:
    """A draft that was sent meanwhile is looked at where it waits."""
    from tui.flows import writing

    try:
        await writing.go_on(screen, uid)
    except StoreError:
        screen.regarding.action_show_mode("outbox")
