"""How the mailboxes are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing
from assistant.chat.understanding.values import Argument

if TYPE_CHECKING:
    from store.queries.status import MailboxRow


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.status import mailboxes

    wanted = arguments.get("mailbox")
    rows = [row for row in talk.services.read(mailboxes) if wanted in (None, row.name, row.address)]
    if not rows:
        return nothing("No mailbox is connected." if wanted is None else f"There is no mailbox {wanted}.")
    return answer("Mailboxes:", [Line(_said(talk, row), (Cite("mailbox", row.address, row.name),)) for row in rows])


def _said(talk: Talk, row: MailboxRow) -> str:
    last = (
        f"last read {row.last_success_at.astimezone(talk.now.tzinfo):%Y-%m-%d %H:%M}"
        if row.last_success_at
        else "never read"
    )
    waiting = f", {row.quarantined} could not be read" if row.quarantined else ""
    return f"{row.address}: {row.state.replace('_', ' ')}, {last}{waiting}" + (
        f"; {row.last_error}" if row.last_error else ""
    )


TOOL = Tool(
    "sync_state",
    "Say whether mailboxes are in step with their server.",
    (Argument("mailbox", "mailbox", "which one"),),
    (Example("sync status"), Example("is mail coming in")),
    read=_read,
)
