"""`regarding duplicates`: records that seem to be the same; merging them, or saying that they are not."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from assistant.duplicates.scanning import compare_waiting
from assistant.intake import follow_up
from store.duplicates.candidates import compare_all_again
from store.duplicates.pairs import refuse_duplicate
from store.duplicates.union import LOSER, WINNER
from store.queries.duplicates import DuplicateRow, count_duplicates, find_duplicate, open_duplicates
from store.queries.record_names import find_record
from store.records.merging import DOUBLE_KINDS, merge_records

_MOST = 100


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=DOUBLE_KINDS, help="only records of this kind")
    parser.add_argument("--limit", type=count, default=_MOST, metavar="COUNT", help=f"how many, {_MOST} by default")


def _list(context: Context, arguments: Namespace) -> Outcome:
    kind, limit = arguments.kind, arguments.limit
    page = context.services().read(open_duplicates, kind=kind, limit=limit)
    payload = {"duplicates": [as_payload(row) for row in page.rows], "more": page.more}
    return Outcome(payload, [line for row in page.rows for line in _said(row)] or ["No duplicates are known."])


def _said(row: DuplicateRow) -> list[str]:
    pair = f"{row.left.number} {one_line(row.left.title, 60)} and {row.right.number} {one_line(row.right.title, 60)}"
    reasons = [
        f"  {'for' if each.get('weight', 1) > 0 else 'against'}: {each['rule'].replace('_', ' ')}, "
        f"“{one_line(str(each['quote']), 100)}”"
        for each in row.evidence
    ]
    return [f"{row.uid}  {pair}: {row.score:.0%}", *reasons]


def _scan_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="compare every record again, not only new and changed ones")


def _scan(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    if arguments.all:
        with services.store.write() as tx:
            compare_all_again(tx)
    compared = 0
    while (step := compare_waiting(services.store, now=context.clock()))[0]:
        compared += step[0]
    found = services.read(count_duplicates)
    lines = [f"{compared:,} records were compared; {found} pairs wait for a decision."]
    return Outcome({"compared": compared, "waiting": found.value}, lines)


def _merge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("winner", help="the record that stays: its number, name or e-mail address")
    parser.add_argument("loser", help="the record that is merged into it")
    told = "a field whose value is taken from the merged record (may be repeated)"
    parser.add_argument("--take", action="append", default=[], metavar="FIELD", help=told)
    told = "a field that keeps the value of the record that stays, also an empty one (may be repeated)"
    parser.add_argument("--keep", action="append", default=[], metavar="FIELD", help=told)


def _merge(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    winner = services.read(find_record, arguments.winner)
    loser = services.read(find_record, arguments.loser, kind=winner.kind)
    choices = dict.fromkeys(arguments.keep, WINNER) | dict.fromkeys(arguments.take, LOSER)
    uid = services.do(merge_records, winner.record_id, loser.record_id, choices)
    follow_up(services.store, now=context.clock())
    said = f"{loser.number} {one_line(loser.title, 80)} was merged into {winner.number} {one_line(winner.title, 80)}"
    return Outcome(
        {"operation": uid, "number": winner.number, "merged": loser.number}, [f"{said}; regarding undo takes it back."]
    )


def _refuse_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("duplicate", metavar="ID", help="a pair, or how its id begins")


def _refuse(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    wanted = arguments.duplicate.strip().lower()
    found = [row for row in services.read(open_duplicates, limit=10_000).rows if row.uid.startswith(wanted)]
    if len(found) != 1:
        raise CommandError(f"No single pair is called {arguments.duplicate}; see regarding duplicates list.")
    row = services.read(find_duplicate, found[0].uid)
    uid = services.do(refuse_duplicate, row.uid)
    said = f"{row.left.number} and {row.right.number} are not the same and are never proposed as such again."
    return Outcome({"operation": uid}, [said])


COMMAND = Command(
    "duplicates",
    "accounts, contacts and leads that seem to be the same: list, merge or refuse them",
    _list,
    subcommands=(
        Command("list", "show each pair with what speaks for and against it", _list, _list_arguments),
        Command("scan", "compare the records that wait, or all of them, now", _scan, _scan_arguments),
        Command("merge", "merge one record into another; undo takes it back", _merge, _merge_arguments),
        Command("refuse", "say that a pair is not the same", _refuse, _refuse_arguments),
    ),
)
