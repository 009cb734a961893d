"""What is done to mails in their mailboxes: read, flag, categories, folders. Undo takes back each act as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from store.mail.acts import archive_mail, categorise_mail, delete_mail, mark_mail, mark_opened, move_mail
from store.mail.marks import HeldMail
from store.queries.mail_items import is_unread, known_categories, mail_folders, mails_at
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.narrow import Choice, NarrowDialog
from tui.flows.common import announce

if TYPE_CHECKING:
    from tui.screens.mail_actions import MailActions


async def opened(screen: MailActions, activity_id: int) -> None:
    """Somebody looks at a mail: it is read from now on."""
    if await screen.fetch(is_unread, activity_id):
        await screen.perform(mark_opened, activity_id)


async def toggle_read(screen: MailActions) -> None:
    """Mark the mails read, or unread where all of them are read."""
    mails = await _held(screen)
    if mails:
        await _do(screen, mark_mail, mails, is_read=any(not mail.is_read for mail in mails))


async def toggle_flag(screen: MailActions) -> None:
    """Flag the mails, or take the flags away where all of them have one."""
    mails = await _held(screen)
    if mails:
        await _do(screen, mark_mail, mails, flagged=any(not mail.flagged for mail in mails))


async def categorise(screen: MailActions) -> None:
    """Ask for a category and put it on the mails; one that all of them have is taken away."""
    mails = await _held(screen)
    if not mails:
        return
    held = [name for name in mails[0].categories if all(_has(mail, name) for mail in mails)]
    known = [name for name in await screen.fetch(known_categories) if name not in held]
    choices = [*(Choice(name, "take it away") for name in held), *map(Choice, known)]
    dialog = NarrowDialog("Category", choices, new="new", placeholder="a category, known or new")
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is not None:
        changed = {"remove": [chosen]} if chosen in held else {"add": [chosen]}
        await _do(screen, categorise_mail, mails, **changed)


async def move(screen: MailActions) -> None:
    """Ask for a folder and move the mails there."""
    mails = await _held(screen)
    if not mails:
        return
    if len({mail.mailbox_id for mail in mails}) > 1:
        screen.notify("These mails lie in several mailboxes; move those of one at a time.", severity="warning")
        return
    folders = await screen.fetch(mail_folders, mails[0].mailbox_id)
    here = {mail.folder for mail in mails}
    there = {folder.path: folder.folder_id for folder in folders if {folder.folder_id} != here}
    dialog = NarrowDialog("Move to", [Choice(path) for path in there], placeholder="name of a folder")
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is not None:
        await _take_away(screen, move_mail, mails, there[chosen])


async def archive(screen: MailActions) -> None:
    """Move the mails to the archive."""
    mails = await _held(screen)
    if mails:
        await _take_away(screen, archive_mail, mails)


async def delete(screen: MailActions) -> None:
    """Ask, and move the mails to Deleted Items."""
    mails = await _held(screen)
    if not mails:
        return
    heading = "Delete this mail?" if len(mails) == 1 else f"Delete {len(mails)} mails?"
    said = f"{line(mails[0].subject) or '(no subject)'}\n" if len(mails) == 1 else ""
    text = f"{said}To Deleted Items; what it is regarding keeps it. Ctrl+Z brings it back."
    if await screen.app.push_screen_wait(ConfirmDialog(heading, text)):
        await _take_away(screen, delete_mail, mails)


async def _held(screen: MailActions) -> tuple[HeldMail, ...]:
    """The selected mails, or the one under the cursor, where mailboxes of the user hold them."""
    mails = await screen.fetch(mails_at, **screen.acted_on())
    if not mails:
        screen.notify("No mailbox of yours holds this mail.", severity="warning")
    return mails


async def _do(screen: MailActions, act: Callable[..., Any], mails: Sequence[HeldMail], *more: Any, **how: Any) -> None:
    await screen.perform(act, [mail.item_id for mail in mails], *more, **how)
    screen.done_with_selection()
    await announce(screen)


async def _take_away(screen: MailActions, act: Callable[..., Any], mails: Sequence[HeldMail], *more: Any) -> None:
    screen.before_leaving()
    await _do(screen, act, mails, *more)
    screen.mail_left()


def _has(mail: HeldMail, name: str) -> bool:
    return name.casefold() in {one.casefold() for one in mail.categories}
