"""Reminders in Outlook, both ways: what stands here stands there, and what is done on the telephone is done here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.following.in_outlook import tell_outlook
from calendar_sync.reminders import add_reminder, complete
from calendar_sync.tasks.task import Task
from mail_sync.provider import FolderRole
from store.actor import SYSTEM
from store.following.acts import delegate, dismiss, edit_reminder, mark_done, snooze
from store.following.finding import bring, bring_up
from store.following.in_outlook import begin_task, keepers, without_task
from store.following.settings import save_settings
from store.following.values import Found, Kind
from store.history.operations import undo
from store.queries.follow_ups import FollowUpRow, follow_up_row
from store.records.writing import create_record
from store.schema.following import FollowUp
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox, User
from store.schema.records import Record
from store.users import NewUser, add_users
from tests.assistant.outbox.world import Death, Killed, World

ZONE = "Europe/Berlin"
DUE = datetime(2026, 3, 27, 9)  # noqa: DTZ001 the wall in Berlin; clocks change on the 29th
AT = datetime(2026, 3, 27, 8, tzinfo=UTC)


class Reminders:
    """The reminders of the one user, seen from both sides."""

    def __init__(self, world: World, *, on: bool = True) -> None:
        self.world = world
        if on:
            self.switch("on")
            self.cycle()

    def switch(self, value: str) -> None:
        with self.world.store.write() as tx:
            save_settings(tx, {"outlook": value, "zone": ZONE}, zone=ZONE, by=self.world.by)

    def remind(self, text: str = "Call Contoso", **more: Any) -> int:
        return self.world.do(add_reminder, text, DUE, ZONE, **more).follow_up_id

    def row(self, follow_up_id: int) -> FollowUpRow:
        with self.world.store.read() as tx:
            found = follow_up_row(tx, follow_up_id, by=self.world.by)
        assert found is not None
        return found

    def rows(self) -> list[tuple[str, str]]:
        with self.world.store.read() as tx:
            rows = tx.execute(select(FollowUp.text, FollowUp.state).order_by(FollowUp.id))
            return [(row.text, row.state) for row in rows]

    def tell(self) -> int:
        return tell_outlook(self.world.store, now=self.world.now)

    def cycle(self, rounds: int = 1) -> None:
        """Out and in; what was thrown away in Outlook is believed after three rounds."""
        for _ in range(rounds):
            self.tell()
            self.world.sync()
            if self.waiting():
                self.world.deliver()

    @property
    def items(self) -> dict[str, Task]:
        box = self.world.provider.box
        held = box.items(box.folder(FolderRole.TASKS))
        return {one.item_id: one.content for one in held if isinstance(one.content, Task)}

    @property
    def tasks(self) -> list[Task]:
        return list(self.items.values())

    def on_telephone(self, **values: Any) -> str:
        """The only task is edited there; gives its id."""
        [(item_id, task)] = self.items.items()
        self.world.provider.replace(item_id, replace(task, **values))
        return item_id

    def waiting(self) -> int:
        with self.world.store.read() as tx:
            open_acts = select(Outgoing.id).where(Outgoing.state.in_(("waiting", "working")))
            return len(tx.execute(open_acts).all())


@pytest.fixture
def reminders(small: World) -> Reminders:
    return Reminders(small)


def test_reminder_stands_in_outlook_as_it_stands_here(reminders: Reminders) -> None:
    world = reminders.world
    record = world.do(create_record, "account", {"title": "Contoso"}).record_id
    key = reminders.remind(record_id=record)
    reminders.cycle()
    [task] = reminders.tasks
    assert (task.title, task.due, task.remind_at, task.done) == ("Call Contoso", date(2026, 3, 27), AT, False)
    assert task.body.endswith("Contoso")

    until = AT + timedelta(days=3, hours=1)
    world.do(snooze, key, until)
    world.do(edit_reminder, key, "Call Contoso  about skis")
    reminders.cycle()
    [task] = reminders.tasks
    assert (task.title, task.due, task.remind_at) == ("Call Contoso about skis", date(2026, 3, 30), until)

    done = world.do(mark_done, key)
    reminders.cycle()
    assert [(task.done, task.remind_at) for task in reminders.tasks] == [(True, None)]
    world.do(undo, done)
    reminders.cycle()
    assert [(task.done, task.remind_at) for task in reminders.tasks] == [(False, until)]
    gone = world.do(dismiss, key)
    reminders.cycle()
    assert reminders.tasks == []
    world.do(undo, gone)
    reminders.cycle()
    assert [task.title for task in reminders.tasks] == ["Call Contoso about skis"]
    assert (reminders.tell(), reminders.waiting()) == (0, 0)


def test_what_is_done_on_the_telephone_is_done_here(reminders: Reminders) -> None:
    key = reminders.remind()
    reminders.cycle()
    later = AT + timedelta(hours=2)
    reminders.on_telephone(remind_at=later, title="Call Ada of Contoso")
    reminders.cycle()
    row = reminders.row(key)
    assert (row.text, row.comes_at, row.is_snoozed) == ("Call Ada of Contoso", later, True)
    reminders.on_telephone(due=date(2026, 3, 31))  # with its reminder left where it was; now in summer time
    reminders.cycle()
    assert reminders.row(key).comes_at == datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert [(task.due, task.remind_at) for task in reminders.tasks] == [
        (date(2026, 3, 31), reminders.row(key).comes_at)
    ]
    reminders.on_telephone(remind_at=None)  # shown there and put away
    reminders.cycle()
    assert (reminders.row(key).state, [task.remind_at for task in reminders.tasks]) == ("open", [None])
    reminders.on_telephone(done=True)
    reminders.cycle()
    assert reminders.row(key).state == "done"
    item_id = reminders.on_telephone(done=False)
    reminders.cycle()
    assert reminders.row(key).state == "open"
    box = reminders.world.provider.box
    binned = box.move(item_id, reminders.world.folder(FolderRole.DELETED))
    reminders.cycle(3)
    assert (reminders.row(key).state, reminders.tasks) == ("dismissed", [])
    box.move(binned.item_id, reminders.world.folder(FolderRole.TASKS))  # and brought back
    reminders.cycle()
    assert (reminders.rows(), len(reminders.tasks)) == ([("Call Ada of Contoso", "open")], 1)
    assert (reminders.tell(), reminders.waiting()) == (0, 0)


def test_task_that_was_thrown_away_and_changed_here_is_made_anew(reminders: Reminders) -> None:
    key = reminders.remind()
    reminders.cycle()
    [item_id] = reminders.items
    reminders.world.provider.box.move(item_id, reminders.world.folder(FolderRole.DELETED))
    reminders.world.do(edit_reminder, key, "Call Contoso now")
    reminders.cycle(6)
    assert (reminders.row(key).state, [task.title for task in reminders.tasks]) == ("open", ["Call Contoso now"])


def test_both_sides_changed_and_both_changes_hold(reminders: Reminders) -> None:
    key = reminders.remind()
    reminders.cycle()
    later = AT + timedelta(days=1)
    reminders.on_telephone(remind_at=later)
    reminders.world.do(edit_reminder, key, "Call Litware")
    reminders.cycle()
    row = reminders.row(key)
    assert (row.text, row.comes_at) == ("Call Litware", later)
    assert [(task.title, task.remind_at) for task in reminders.tasks] == [("Call Litware", later)]
    # The same thing on both sides: what they did last in Outlook holds, and can be taken back here.
    reminders.on_telephone(title="Call Ada")
    reminders.world.do(edit_reminder, key, "Call Bob")
    reminders.cycle()
    assert (reminders.row(key).text, [task.title for task in reminders.tasks]) == ("Call Ada", ["Call Ada"])


def test_repeated_reminder_comes_back_with_its_next_day_and_the_same_wall_time(reminders: Reminders) -> None:
    key = reminders.remind(recurrence="FREQ=WEEKLY")
    reminders.cycle()
    reminders.world.now = AT + timedelta(minutes=1)
    reminders.on_telephone(done=True)
    reminders.cycle()
    after = datetime(2026, 4, 3, 7, tzinfo=UTC)  # nine o'clock in summer time
    assert (reminders.row(key).state, reminders.row(key).comes_at) == ("open", after)
    assert [(task.due, task.remind_at, task.done) for task in reminders.tasks] == [(date(2026, 4, 3), after, False)]
    reminders.world.do(complete, key)
    reminders.cycle()
    assert [task.due for task in reminders.tasks] == [date(2026, 4, 10)]


def test_task_written_in_outlook_is_a_reminder_about_the_record_whose_number_it_says(small: World) -> None:
    record = small.do(create_record, "case", {"title": "Broken lift"})
    with small.store.read() as tx:
        number = tx.execute(select(Record.number).where(Record.id == record.record_id)).scalar_one()
    folder = small.provider.box.folder(FolderRole.TASKS)
    for task in (
        Task(f"Ask about {number}", remind_at=AT),
        Task("Buy skis", due=date(2026, 4, 1)),
        Task("Some day"),
        Task("A present", due=date(2026, 4, 1), sensitivity="private"),
        Task("Done long ago", due=date(2026, 3, 1), done=True),
        Task("Forgotten", due=date(2025, 3, 1)),
    ):
        small.provider.deliver(folder, task)
    with small.store.write() as tx:
        tx.execute(update(Mailbox).values(capture={"private_items": True}))
    reminders = Reminders(small, on=False)
    reminders.cycle()
    assert reminders.rows() == []  # nobody asked for it
    reminders.switch("on")
    reminders.cycle()
    assert sorted(reminders.rows()) == [(f"Ask about {number}", "open"), ("Buy skis", "open")]
    with small.store.read() as tx:
        found = tx.execute(select(FollowUp.record_id, FollowUp.due_wall).order_by(FollowUp.due_at)).all()
    assert [tuple(row) for row in found] == [(record.record_id, "2026-03-27T09:00"), (None, "2026-04-01T09:00")]
    assert (reminders.tell(), len(reminders.tasks)) == (0, 6)


def test_what_is_found_stands_there_once_it_is_before_its_user_and_is_not_renamed(reminders: Reminders) -> None:
    world = reminders.world
    assert world.by.user_id is not None
    found = Found("reply 1", Kind.AWAITING_REPLY, world.by.user_id, DUE, ZONE, sentence="Can you send the offer?")
    with world.store.write() as tx:
        bring(tx, [found], now=world.now)
        key = tx.execute(select(FollowUp.id)).scalar_one()
    reminders.cycle()
    assert reminders.tasks == []
    with world.store.write() as tx:
        bring_up(tx, [key], date(2026, 3, 27))
    reminders.cycle()
    assert [(task.title, task.body) for task in reminders.tasks] == [
        ("Waiting for an answer", "“Can you send the offer?”")
    ]
    reminders.on_telephone(title="Something else", done=True)
    reminders.cycle()
    assert (reminders.row(key).text, reminders.row(key).state) == ("", "done")


def test_reminder_given_to_a_colleague_leaves_this_mailbox(reminders: Reminders) -> None:
    key = reminders.remind()
    reminders.cycle()
    with reminders.world.store.write() as tx:
        add_users(tx, [NewUser("Ben", "ben@alpine.example")], by=SYSTEM, now=reminders.world.now)
        uid = tx.execute(select(User.uid).where(User.email == "ben@alpine.example")).scalar_one()
    reminders.world.do(delegate, key, uid)
    reminders.cycle()
    assert (reminders.tasks, reminders.waiting(), reminders.tell()) == ([], 0, 0)


def test_switched_off_our_tasks_leave_outlook_and_theirs_stay(reminders: Reminders) -> None:
    reminders.remind()
    reminders.world.provider.deliver(reminders.world.folder(FolderRole.TASKS), Task("Buy skis", due=date(2026, 4, 1)))
    reminders.cycle()
    assert sorted(task.title for task in reminders.tasks) == ["Buy skis", "Call Contoso"]
    reminders.switch("off")
    reminders.cycle()
    assert [task.title for task in reminders.tasks] == ["Buy skis"]
    assert reminders.rows() == [("Call Contoso", "open"), ("Buy skis", "open")]
    reminders.switch("on")
    reminders.cycle()
    assert sorted(task.title for task in reminders.tasks) == ["Buy skis", "Call Contoso"]
    assert len(reminders.rows()) == 2


def test_reminder_stands_in_outlook_once_wherever_its_process_dies(small: World) -> None:
    reminders = Reminders(small)
    for at in range(1, 6):
        for after in (False, True):
            reminders.remind(f"Call {at} {after}")
            reminders.tell()
            with suppress(Killed):
                small.deliver(Death(at, after))
            if after:
                small.sync()
    small.provider.faults.lose_replies()
    reminders.remind("Call last")
    reminders.cycle()
    titles = sorted(task.title for task in reminders.tasks)
    assert titles == sorted([f"Call {at} {after}" for at in range(1, 6) for after in (False, True)] + ["Call last"])
    assert sorted(reminders.rows()) == [(title, "open") for title in titles]


def test_two_processes_that_see_the_same_make_one_task(reminders: Reminders) -> None:
    reminders.remind()
    store, now = reminders.world.store, reminders.world.now
    with store.read() as tx:
        users = keepers(tx)
        [(key, keeper)] = without_task(tx, users, limit=10)
    reminders.tell()  # by the other one, meanwhile
    with store.write() as tx:
        begin_task(tx, key, keeper, now=now)
    reminders.cycle()
    assert (len(reminders.tasks), reminders.tell(), reminders.waiting()) == (1, 0, 0)


def test_done_on_the_telephone_once_wherever_the_process_dies(small: World) -> None:
    reminders = Reminders(small)
    keys = [reminders.remind(f"Call {at}") for at in range(2)]
    reminders.cycle()
    for at, (item_id, task) in enumerate(list(reminders.items.items())):
        small.provider.replace(item_id, replace(task, done=True))
        with small.store.write() as tx:
            tx.execute(update(Folder).where(Folder.role == "tasks").values(cursor=None))
        small.sync()
        reminders.tell()
        with suppress(Killed):
            small.deliver(Death(at + 1, after=False))
    reminders.cycle()
    assert [reminders.row(key).state for key in keys] == ["done"] * 2
    assert [task.done for task in reminders.tasks] == [True] * 2
