"""Adding, changing and deleting queues, business hours, SLAs and contracts, with forms; who works on a queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from assistant.reader_zone import zone_name
from store.queries.contracts import ContractRow
from store.queries.queue_facts import QueueFacts, ServiceFacts, service_facts, typed_calendar, typed_sla
from store.queries.refs import RecordRef
from store.queries.users import UserRow, active_users
from store.queues.fields import CALENDAR_FIELDS, CONTRACT_FIELDS, QUEUE_FIELDS, SLA_FIELDS
from store.queues.reading import QueueRow
from store.queues.saving import delete_calendar, delete_entitlement, delete_queue, delete_sla
from store.queues.typed import set_members, write_calendar, write_contract, write_queue, write_sla
from store.records.fields import Field, FieldType
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.members import Colleague, MembersDialog
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen
    from tui.screens.service import ServiceScreen


@dataclass(frozen=True, slots=True)
class _Sort:
    """One of the four lists: what people call one of it, its form, and what stores and deletes it by `key_name`."""

    noun: str
    fields: tuple[Field, ...]
    write: Callable[..., Any]
    delete: Callable[..., str]
    key_name: str
    key: Callable[[Any], int]
    name: Callable[[Any], str]


_SORTS = {
    "queues": _Sort(
        "queue", QUEUE_FIELDS, write_queue, delete_queue, "queue_id", lambda one: one.queue.queue_id,
        lambda one: one.queue.name,
    ),
    "hours": _Sort(
        "business hours", CALENDAR_FIELDS, write_calendar, delete_calendar, "calendar_id", lambda row: row.calendar_id,
        lambda row: row.name,
    ),
    "slas": _Sort(
        "SLA", SLA_FIELDS, write_sla, delete_sla, "sla_id", lambda one: one.row.sla_id, lambda one: one.row.name
    ),
    "contracts": _Sort(
        "contract", CONTRACT_FIELDS, write_contract, delete_entitlement, "entitlement_id",
        lambda one: one.contract_id, lambda one: one.name,
    ),
}  # fmt: skip


async def new(screen: ServiceScreen) -> None:
    """Ask for what it consists of, and add it."""
    sort, facts = _SORTS[screen.tab], screen.facts
    if facts is None:
        return
    given = _begun(screen, facts)

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(sort.write, {**given, **changed})

    await _ask(screen, f"New {sort.noun}", sort, facts, given, submit)


async def new_contract(screen: BaseScreen, account: RecordRef) -> None:
    """Ask for a contract of this account, and add it."""
    sort, facts = _SORTS["contracts"], await screen.fetch(service_facts)
    given = {"starts_on": screen.now().date()}

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(sort.write, {**given, "account": account.record_id, **changed})

    await _ask(screen, f"New contract of {line(account.title)}", sort, facts, {**given, "account": account}, submit)


async def edit(screen: ServiceScreen) -> None:
    """Show what it consists of, and store what was changed."""
    sort, facts, row = _SORTS[screen.tab], screen.facts, screen.row
    if facts is None or row is None:
        return

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(sort.write, changed, **{sort.key_name: sort.key(row)}) if changed else None

    heading = f"{sort.noun[:1].upper()}{sort.noun[1:]} {line(sort.name(row))}"
    await _ask(screen, heading, sort, facts, _typed(screen.tab, row), submit)


async def delete(screen: ServiceScreen) -> None:
    """Ask, and delete; what is in use stays, and it is said by what."""
    sort, row = _SORTS[screen.tab], screen.row
    question = ConfirmDialog(f"Delete this {sort.noun}?", f"{line(sort.name(row))}\nCtrl+Z brings it back.")
    if await screen.app.push_screen_wait(question):
        await screen.perform(sort.delete, sort.key(row))
        await announce(screen)


async def members(screen: BaseScreen, queue: QueueRow) -> None:
    """Ask who works on a queue, and who of them is away."""
    people = await screen.fetch(active_users)
    heading = f"Who works on {line(queue.name)}"
    chosen = await screen.app.push_screen_wait(MembersDialog(heading, colleagues(queue, people)))
    if chosen is None:
        return
    working = tuple(one.user_id for one in chosen if one.works)
    away = frozenset(one.user_id for one in chosen if one.works and one.away)
    if (working, away) != (queue.values.member_ids, queue.values.away_ids):
        await screen.perform(set_members, queue.queue_id, working, away)
        await announce(screen)


def colleagues(queue: QueueRow, people: Sequence[UserRow]) -> tuple[Colleague, ...]:
    """Those who work on the queue in the order of their turns, then everybody else."""
    working = tuple(Colleague(member.user_id, member.name, works=True, away=member.away) for member in queue.members)
    known = {one.user_id for one in working}
    return (*working, *(Colleague(one.user_id, one.name) for one in people if one.user_id not in known))


async def _ask(
    screen: BaseScreen, heading: str, sort: _Sort, facts: ServiceFacts, given: Mapping[str, Any], submit: Any
) -> None:
    found = await sources(screen)
    names = {
        "sla": [row.name for row in facts.slas],
        "calendar": [row.name for row in facts.calendars],
        "escalate_to": [*(user.name for user in found.users), *(one.queue.name for one in facts.queues)],
    }
    fields = [_choosing(field, names.get(field.name)) for field in sort.fields]
    saved = await screen.app.push_screen_wait(FormDialog(heading, fields, given, submit=submit, sources=found))
    if saved is None:
        return
    await announce(screen)
    if sort.key_name == "queue_id":
        now = await screen.fetch(service_facts)
        for remark in next((one.remarks for one in now.queues if one.queue.queue_id == saved.id), ()):
            screen.notify(f"{remark[:1].upper()}{remark[1:]}.", severity="warning", markup=False)


def _choosing(field: Field, names: Sequence[str] | None) -> Field:
    """A field that names one of a few things lets them be chosen."""
    return field if names is None else replace(field, type=FieldType.CHOICE, choices=tuple(dict.fromkeys(names)))


def _begun(screen: ServiceScreen, facts: ServiceFacts) -> dict[str, Any]:
    """What the form of a new one begins with."""
    match screen.tab:
        case "queues":
            return {"kind": "case", "assignment": "none", "reopen_days": 14}
        case "hours":
            return {"zone": zone_name(screen.now().tzinfo or UTC), "hours": "Mon-Fri 09:00-17:00"}
        case "slas":
            hours = facts.calendars[0].name if len(facts.calendars) == 1 else ""
            return {"calendar": hours, "warn_at": 80, "pauses_waiting": True}
        case _:
            return {"starts_on": screen.now().date()}


def _typed(tab: str, row: Any) -> dict[str, Any]:
    if isinstance(row, QueueFacts):
        return row.typed
    if isinstance(row, ContractRow):
        return {
            "account": row.account,
            "name": row.name,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "cases_total": row.cases_total,
            "sla": row.sla,
            "callers": "; ".join(one.title for one in row.callers),
        }
    return typed_calendar(row) if tab == "hours" else typed_sla(row.row, row.hours)
