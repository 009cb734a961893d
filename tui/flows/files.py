"""Opening and saving what a mail carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.queries.activities import ActivityDetail, AttachmentRow, activity_detail, activity_html, attachment_chunks
from store.records.fields import Field
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import sources
from tui.reading import size
from tui.viewing import Desk, NotOpened, bare_name, write_new

if TYPE_CHECKING:
    from store.actor import Actor
    from tui.screens.base import BaseScreen


async def open_file(screen: BaseScreen, activity_id: int) -> None:
    """Hand an attachment to the system's viewer, never one that could run."""
    detail = await screen.fetch(activity_detail, activity_id)
    file = await _choose(screen, detail)
    if file is None:
        return
    try:
        await screen.fetch(_open, screen.regarding.desk, detail.activity_id, file)
    except NotOpened as error:
        screen.notify(str(error), severity="warning", markup=False, timeout=8)
    else:
        screen.notify(f"Opened {line(file.filename)}.", markup=False)


def _open(tx: Any, desk: Desk, activity_id: int, file: AttachmentRow, *, by: Actor) -> Path:
    chunks = attachment_chunks(tx, activity_id, file.position, by=by)
    return desk.open_file(file.filename, file.media_type, chunks)


async def save_file(screen: BaseScreen, activity_id: int) -> None:
    """Ask for a path and write the attachment there; an existing file is left alone."""
    detail = await screen.fetch(activity_detail, activity_id)
    file = await _choose(screen, detail)
    if file is None:
        return

    def write(tx: Any, path: Path, *, by: Actor) -> Path:
        return write_to(path, attachment_chunks(tx, detail.activity_id, file.position, by=by))

    await save_as(screen, bare_name(file.filename), write)


async def save_as(screen: BaseScreen, filename: str, write: Callable[..., Path]) -> None:
    """Ask where to, let `write(tx, path, by=...)` write the file on a thread, and say where it is."""

    async def submit(changed: Mapping[str, Any]) -> Path:
        path = Path(str({"path": first, **changed}["path"])).expanduser()
        return await screen.fetch(write, path / filename if path.is_dir() else path)

    first = str(_downloads() / filename)
    field = Field("path", "Save as", required=True)
    form = FormDialog(f"Save {line(filename)}", (field,), {"path": first}, submit=submit, sources=await sources(screen))
    saved = await screen.app.push_screen_wait(form)
    if saved is not None:
        screen.notify(f"Saved as {saved}.", markup=False)


def write_to(path: Path, chunks: Iterable[bytes]) -> Path:
    """Write a new file; an existing one is left alone. Raises NotOpened."""
    try:
        write_new(path, chunks)
    except FileExistsError:
        raise NotOpened(f"{path} exists already; choose another name.") from None
    except OSError as error:
        raise NotOpened(f"{path} cannot be written: {error.strerror}.") from None
    return path


async def open_page(screen: BaseScreen, activity_id: int) -> None:
    """Show the sanitised HTML of a mail in the browser."""
    detail = await screen.fetch(activity_detail, activity_id)
    if not detail.has_html:
        screen.notify("This mail is plain text; there is no page to open.")
        return
    try:
        await screen.fetch(_open_page, screen.regarding.desk, detail)
    except NotOpened as error:
        screen.notify(str(error), severity="warning", markup=False, timeout=8)


def _open_page(tx: Any, desk: Desk, detail: ActivityDetail, *, by: Actor) -> Path:
    from mail_sync.mime.sanitise import sanitise_html  # loads nh3

    return desk.open_page(sanitise_html(activity_html(tx, detail.activity_id, by=by)))


async def _choose(screen: BaseScreen, detail: ActivityDetail) -> AttachmentRow | None:
    files = [file for file in detail.attachments if not file.inline] or list(detail.attachments)
    if not files:
        screen.notify("There is nothing attached.")
        return None
    if len(files) == 1:
        return files[0]
    choices = [
        Content.assemble(line(file.filename) or "(no name)", (f"  {size(file.size)}", "$quiet")) for file in files
    ]
    place = await screen.app.push_screen_wait(ChooseDialog("Which file?", choices))
    return None if place is None else files[place]


def _downloads() -> Path:
    from platformdirs import user_downloads_path

    return user_downloads_path()
