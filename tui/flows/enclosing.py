"""Adding files to a mail being written, and taking them off."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.actor import Actor
from store.errors import Invalid
from store.mail.composing import MOST_BYTES, attach_file, detach_file
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.path import PathDialog
from tui.reading import size

if TYPE_CHECKING:
    from tui.screens.compose import ComposeScreen

_CHUNK = 1 << 20  # bytes


async def attach(screen: ComposeScreen) -> None:
    """Ask for a file and add it."""
    path = await screen.app.push_screen_wait(PathDialog("Attach a file"))
    if path is None:
        return
    uid = await screen.save()
    await screen.perform(_attach, uid, path)
    await screen.show_files()


async def detach(screen: ComposeScreen) -> None:
    """Ask which file, where there are several, and take it off."""
    uid = await screen.save()
    await screen.show_files()
    files = screen.head.files.files
    place: int | None = 0
    if len(files) > 1:
        choices = [Content.assemble(line(one.filename), (f"  {size(one.size)}", "$quiet")) for one in files]
        place = await screen.app.push_screen_wait(ChooseDialog("Take off which?", choices))
    if place is not None and files:
        await screen.perform(detach_file, uid, files[place].position)
        await screen.show_files()


def _attach(tx: Any, uid: str, path: Path, *, by: Actor, now: Any) -> int:
    try:
        found = path.stat().st_size
        if found > MOST_BYTES:
            raise Invalid(f"{path.name} has {size(found)}, and at most {size(MOST_BYTES)} can be sent.")
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return attach_file(tx, uid, path.name, media_type, _chunks(path), by=by, now=now)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
