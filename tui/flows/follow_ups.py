"""What is done about follow-ups: put off, done, answered, called, given away, confirmed; and new reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.following.typed import typed_time
from assistant.following.until import moment_meant, usual
from assistant.reader_zone import zone_name
from calendar_sync.reminders import add_reminder, complete
from mail_sync.answering import Answering
from store.errors import Invalid
from store.following.acts import confirm, delegate, dismiss, snooze
from store.queries.follow_ups import FollowUpRow
from store.queries.refs import RecordRef
from store.queries.users import active_users
from store.records.fields import Field
from tui.cells import line, short
from tui.dialogs.form import FormDialog
from tui.dialogs.narrow import Choice, NarrowDialog
from tui.dialogs.pick import PickDialog
from tui.flows import activities, cases, writing
from tui.flows.common import announce, find_records, sources
from tui.rows.today import follow_up_words

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_HOW = "fri, tomorrow 3pm, in two weeks, 24 dec"
_NAMED = 40  # cells
_REMINDER = (
    Field("text", "Remind me of", required=True),
    Field("when", "When", required=True, help=f"{_HOW}, every Monday at 8"),
)


async def done(screen: BaseScreen, row: FollowUpRow) -> None:
    """It is done; a repeated one comes back the next time."""
    await _act(screen, complete, row.follow_up_id)


async def not_wanted(screen: BaseScreen, row: FollowUpRow) -> None:
    """It is nothing to come back to."""
    await _act(screen, dismiss, row.follow_up_id)


async def holds(screen: BaseScreen, row: FollowUpRow) -> None:
    """What was found in mail is to be come back to."""
    await _act(screen, confirm, row.follow_up_id)


async def put_off(screen: BaseScreen, row: FollowUpRow) -> None:
    """Ask until when."""
    until = await when(screen, f"Put off: {short(follow_up_words(row), _NAMED)}")
    if until is not None:
        await _act(screen, snooze, row.follow_up_id, until)


async def when(screen: BaseScreen, heading: str) -> datetime | None:
    """Ask for a moment that is still to come, as people say it; None where they leave."""
    now = screen.now()
    choices = [Choice(said, _shown(at)) for said, at in usual(now)]

    def meant(text: str) -> str:
        at = moment_meant(text, now)
        return _shown(at) if at is not None else ""

    chosen = await screen.app.push_screen_wait(NarrowDialog(heading, choices, new=meant, placeholder=_HOW))
    return None if chosen is None else moment_meant(chosen, now)


def _shown(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b, %H:%M}"


async def reply(screen: BaseScreen, row: FollowUpRow) -> None:
    """Answer the mail that it rests on, else write a new one to whom it is about."""
    if row.ground is not None and row.ground.kind == "email":
        await writing.answer(screen, row.ground.activity_id, Answering.REPLY)
    else:
        await writing.new(screen, row.record or row.customer)


async def called(screen: BaseScreen, row: FollowUpRow) -> None:
    """Write down a phone call; with it this is done."""
    await _then_done(screen, row, "phone_call")


async def noted(screen: BaseScreen, row: FollowUpRow) -> None:
    """Write a note; a meeting about which there is one needs none any more."""
    await _then_done(screen, row, "note")


async def _then_done(screen: BaseScreen, row: FollowUpRow, kind: str) -> None:
    record = row.record or row.customer or await _which(screen)
    if record is not None and await activities.add(screen, kind, record):
        await _act(screen, complete, row.follow_up_id)


async def write(screen: BaseScreen, kind: str, record: RecordRef | None) -> None:
    """Write a note or a phone call on the record at hand, else on one that is asked for."""
    record = record or await _which(screen)
    if record is not None:
        await activities.add(screen, kind, record)


async def _which(screen: BaseScreen) -> RecordRef | None:
    dialog = PickDialog("About which record?", lambda text: find_records(screen, "", text))
    picked: RecordRef | None = await screen.app.push_screen_wait(dialog)
    return picked


async def give(screen: BaseScreen, row: FollowUpRow) -> None:
    """Ask for a colleague; it comes up with them from now on."""
    others = [one for one in await screen.fetch(active_users) if one.user_id != screen.services.actor.user_id]
    uids = {name: one.uid for one in others for name, key in cases.told_apart(others).items() if key == one.user_id}
    choices = [Choice(name) for name in uids]
    heading = f"Give to: {short(follow_up_words(row), _NAMED)}"
    chosen = await screen.app.push_screen_wait(NarrowDialog(heading, choices, placeholder="a colleague"))
    if chosen is not None:
        await _act(screen, delegate, row.follow_up_id, uids[chosen])


async def remind(screen: BaseScreen, record: RecordRef | None = None) -> None:
    """Ask of what and when to be reminded."""
    if screen.services.actor.user_id is None:
        raise Invalid("Only a user can be reminded; say which one you are with --user.")
    now, first = screen.now(), {"when": "tomorrow"}

    async def submit(changed: Mapping[str, Any]) -> Any:
        values = first | dict(changed)
        typed, zone = typed_time(values["when"], now), zone_name(now.tzinfo or UTC)
        about = {"record_id": None if record is None else record.record_id, "recurrence": typed.recurrence}
        return await screen.perform(add_reminder, values["text"], typed.wall, zone, **about)

    heading = "A reminder" if record is None else f"A reminder about {line(record.title)}"
    form = FormDialog(heading, _REMINDER, first, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form) is not None:
        await announce(screen)


async def _act(screen: BaseScreen, use_case: Any, *args: Any, **kwargs: Any) -> None:
    await screen.perform(use_case, *args, **kwargs)
    await announce(screen)
