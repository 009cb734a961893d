"""The telephone of a mailbox's owner: another client of the same server, which shares nothing with ours."""

from __future__ import annotations

from datetime import UTC, datetime

from exchangelib import (
    BASIC,
    DELEGATE,
    Account,
    Configuration,
    Credentials,
    EWSDate,
    EWSDateTime,
    EWSTimeZone,
    FailFast,
)
from exchangelib import Task as OutlookTask

from calendar_sync.tasks.task import Task
from mail_sync.sandbox.server import Sandbox


class Telephone:
    """In Berlin. What it knows of tasks is to be registered with the library (tests.mail_sync.sandbox.stamps)."""

    def __init__(self, sandbox: Sandbox, address: str, password: str) -> None:
        configuration = Configuration(
            service_endpoint=sandbox.url,
            credentials=Credentials(address, password),
            auth_type=BASIC,
            retry_policy=FailFast(),
            max_connections=1,
        )
        zone = EWSTimeZone("Europe/Berlin")
        self.account = Account(
            address, config=configuration, autodiscover=False, access_type=DELEGATE, default_timezone=zone
        )

    def save(self, **fields: object) -> str:
        """A new task; gives its id."""
        return str(OutlookTask(account=self.account, folder=self.account.tasks, **fields).save().id)

    def add(self, task: Task) -> str:
        fields: dict[str, object] = {"subject": task.title, "body": task.body or None}
        if task.due is not None:
            fields["due_date"] = EWSDate.from_date(task.due)
        if task.remind_at is not None:
            fields |= {"reminder_is_set": True, "reminder_due_by": _at(task.remind_at)}
        return self.save(**fields)

    def complete(self, item_id: str) -> None:
        self.edit(item_id, status="Completed")

    def snooze(self, item_id: str, until: datetime) -> None:
        self.edit(item_id, signal_time=_at(until))

    def edit(self, item_id: str, **fields: object) -> None:
        """Change fields of a task."""
        task = self.get(item_id)
        for name, value in fields.items():
            setattr(task, name, value)
        self.account.bulk_update([(task, list(fields))])

    def delete(self, item_id: str) -> None:
        """Throw it away."""
        self.get(item_id).move_to_trash()

    def get(self, item_id: str) -> OutlookTask:
        [found] = self.account.fetch([(item_id, None)])
        assert isinstance(found, OutlookTask), found
        return found


def _at(moment: datetime) -> EWSDateTime:
    return EWSDateTime.from_datetime(moment.astimezone(UTC)).astimezone(EWSTimeZone("UTC"))
