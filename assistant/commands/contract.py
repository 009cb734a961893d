"""`regarding contract`: who may open cases, until when, and how many are left."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.options import field_option
from assistant.commands.words import one_line, table
from store.queries.contracts import ContractRow, contract_by_name, contracts, coverage, state_words
from store.queries.record_names import find_record
from store.queries.refs import RecordRef
from store.queues.fields import CONTRACT_FIELDS
from store.queues.saving import delete_entitlement
from store.queues.typed import write_contract

_ACCOUNT, _NAME, *_OTHERS, _CALLERS = CONTRACT_FIELDS


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("contract", metavar="CONTRACT", help="its name or id")


def _own(parser: ArgumentParser) -> None:
    for field in _OTHERS:
        field_option(parser, field)
    told = "a contact who may call (may be repeated); without any, everybody of the account"
    parser.add_argument("--caller", dest="callers", action="append", metavar="TEXT", help=told)


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("account", nargs="?", default="", metavar="ACCOUNT", help="only those of this account")


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("account", metavar="ACCOUNT", help="whose contract it is: number, name or domain's address")
    parser.add_argument("name", help="what it is called")
    _own(parser)


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    field_option(parser, _NAME)
    _own(parser)


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD", help="an account, contact or case: number, name or address")


def _list(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    account = services.read(find_record, arguments.account, kind="account") if arguments.account else None
    known = services.read(contracts, account.record_id if account else None)
    rows = [
        (
            one_line(row.name, 30),
            one_line(f"{row.account.number} {row.account.title}", 40),
            state_words(row),
            row.sla and f"SLA {one_line(row.sla, 20)}",
            one_line(", ".join(one.title for one in row.callers), 60) or "everybody may call",
        )
        for row in known
    ]
    return Outcome({"contracts": [_payload(row) for row in known]}, table(rows) or ["There is no contract here."])


def _payload(row: ContractRow) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "name": row.name,
        "account": _ref(row.account),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "cases_total": row.cases_total,
        "cases_used": row.cases_used,
        "cases_left": row.cases_left,
        "sla": row.sla,
        "callers": [_ref(one) for one in row.callers],
    }


def _ref(one: RecordRef) -> dict[str, str]:
    return {"uid": one.uid, "number": one.number, "title": one.title}


def _check(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    record = services.read(find_record, arguments.record)
    if record.kind not in ("account", "contact", "case"):
        raise CommandError("Contracts are about accounts, contacts and cases.")
    found = services.read(coverage, record.record_id, now=context.clock())
    reason = found.reason if found else "There is no contract."
    payload = {"number": record.number, "covered": bool(found and found.covered), "reason": reason}
    return Outcome(payload, [f"{record.number} {one_line(record.title, 60)}: {reason}"])


def _new(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    account = services.read(find_record, arguments.account, kind="account")
    saved = services.do(write_contract, _given(arguments) | {"account": account.record_id})
    said = [f"The contract {one_line(arguments.name, 60)} with {one_line(account.title, 60)} was made."]
    return Outcome({"contract": saved.uid, "operation": saved.operation_uid}, said)


def _edit(context: Context, arguments: Namespace) -> Outcome:
    given = _given(arguments)
    if not given:
        raise CommandError("Say what to change, for instance --ends-on.")
    services = context.services()
    row = services.read(contract_by_name, arguments.contract)
    saved = services.do(write_contract, given, entitlement_id=row.contract_id)
    said = [f"The contract {one_line(row.name, 60)} was changed; `regarding undo` takes it back."]
    return Outcome({"contract": saved.uid, "operation": saved.operation_uid}, said)


def _delete(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    row = services.read(contract_by_name, arguments.contract)
    uid = services.do(delete_entitlement, row.contract_id)
    said = [f"The contract {one_line(row.name, 60)} was deleted; `regarding undo` brings it back."]
    return Outcome({"contract": row.uid, "operation": uid}, said)


def _given(arguments: Namespace) -> dict[str, Any]:
    given = {field.name: getattr(arguments, field.name) for field in (_NAME, *_OTHERS, _CALLERS)}
    return {name: value for name, value in given.items() if value is not None}


COMMAND = Command(
    "contract",
    "contracts of accounts: who may open cases, until when, how many are left",
    _list,
    subcommands=(
        Command("list", "show contracts with what is left of them", _list, _list_arguments),
        Command("check", "ask whether a case would be under a contract, and why", _check, _check_arguments),
        Command("new", "write a contract down", _new, _new_arguments),
        Command("edit", "change a contract", _edit, _edit_arguments),
        Command("delete", "delete a contract; undo brings it back", _delete, _which),
    ),
)
