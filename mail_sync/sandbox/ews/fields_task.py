"""The fields of a task (TaskType in types.xsd), in schema order.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/task
"""

from __future__ import annotations

from datetime import date

from mail_sync.sandbox.ews.fields_event import show_recurrence
from mail_sync.sandbox.ews.fields_item import AFTER_EXTENDED, BEFORE_EXTENDED, Fields, Renderer
from mail_sync.sandbox.ews.mapi import extended
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import element, flag, instant, wrapped
from mail_sync.sandbox.facts.task import COMPLETED


def _kept(name: str) -> Renderer:
    return lambda view: element(name, dict(view.task.kept).get(name, ""))


def _list(name: str) -> Renderer:
    def shown(view: View) -> str:
        entries = dict(view.task.kept).get(name, "").split("\n")
        return wrapped(name, "".join(element("String", one) for one in entries))

    return shown


def _day(name: str, field: str) -> Renderer:
    """A day as its midnight in UTC."""
    return lambda view: view.instant(name, view.task.midnight(getattr(view.task, field)))


def _recurrence(view: View) -> str:
    found = view.task.recurrence
    return show_recurrence(found.pattern, found.since, _plain_day) if found is not None else ""


def _plain_day(day: date) -> str:
    return f"{day:%Y-%m-%d}Z"


def _reminder_due_by(view: View) -> str:
    at = view.task.reminder
    return element("ReminderDueBy", instant(at)) if at is not None else ""


TASK: Fields = {
    **{uri: write for uri, write in BEFORE_EXTENDED.items() if uri != "item:ReminderIsSet"
       and not uri.startswith(("item:Display", "item:ReminderMinutes", "item:HasAttach"))},
    "item:ReminderDueBy": _reminder_due_by,
    **{uri: BEFORE_EXTENDED[uri] for uri in (
        "item:ReminderIsSet", "item:ReminderMinutesBeforeStart", "item:DisplayCc", "item:DisplayTo",
        "item:HasAttachments")},
    "extended": extended,
    "item:Culture": AFTER_EXTENDED["item:Culture"],
    "task:ActualWork": _kept("ActualWork"),
    "task:BillingInformation": _kept("BillingInformation"),
    "task:ChangeCount": lambda view: element("ChangeCount", str(view.item.version - view.item.created + 1)),
    "task:Companies": _list("Companies"),
    "task:CompleteDate": _day("CompleteDate", "completed"),
    "task:Contacts": _list("Contacts"),
    "task:DelegationState": lambda view: element("DelegationState", "NoMatch"),
    "task:DueDate": _day("DueDate", "due"),
    "task:IsAssignmentEditable": lambda view: element("IsAssignmentEditable", "2"),
    "task:IsComplete": lambda view: flag("IsComplete", view.task.status == COMPLETED),
    "task:IsRecurring": lambda view: flag("IsRecurring", view.task.recurrence is not None),
    "task:IsTeamTask": lambda view: flag("IsTeamTask", False),
    "task:Mileage": _kept("Mileage"),
    "task:Owner": lambda view: element("Owner", view.item.folder.mailbox.name),
    "task:PercentComplete": lambda view: element("PercentComplete", f"{view.task.percent:g}"),
    "task:Recurrence": _recurrence,
    "task:StartDate": _day("StartDate", "start"),
    "task:Status": lambda view: element("Status", view.task.status),
    "task:TotalWork": _kept("TotalWork"),
    **{uri: write for uri, write in AFTER_EXTENDED.items() if uri != "item:Culture"},
}  # fmt: skip
DEFAULT_TASK = (
    "item:ItemId", "item:Subject", "item:Sensitivity", "item:HasAttachments", "item:Culture", "task:DueDate",
    "task:PercentComplete", "task:StartDate", "task:Status",
)  # fmt: skip
