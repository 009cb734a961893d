"""`regarding sync`: sync the connected mailboxes, once or for as long as it runs."""

from __future__ import annotations

import sys
import time
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from assistant.cases.ticking import tick_clocks
from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.progress import progress_bar
from assistant.following.in_outlook import tell_outlook
from assistant.pulling import SyncProgress, SyncReport
from assistant.scheduling.keeping_up import keep_up
from assistant.service import watch
from assistant.syncing import sync_mailbox
from store.engine import Store
from store.queries.status import mailboxes
from store.sync.mailboxes import MailboxRow, sync_mailboxes
from store.sync.questions import Choice, answer_question

_ANSWERS = {"deleted": Choice.BURY, "keep": Choice.KEEP, "wait": Choice.WAIT}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("mailbox", nargs="?", help="only this mailbox (its address)")
    parser.add_argument("--watch", action="store_true", help="keep going until stopped")
    parser.add_argument(
        "--answer", choices=_ANSWERS, help="answer what sync asks about missing items of the mailbox, and sync nothing"
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help=SUPPRESS)


def _run(context: Context, arguments: Namespace) -> Outcome:
    if arguments.answer:
        return _answer(context, arguments.mailbox, _ANSWERS[arguments.answer])
    store = context.services().store
    if arguments.watch:
        context.say("Watching; stop with Ctrl+C.")
        watch(
            store,
            context.connector,
            clock=context.clock,
            address=arguments.mailbox,
            report=lambda report: _tell(context, report),
            wait=time.sleep,
            stop=_end_of_input() if arguments.until_stdin_closes else lambda: False,
        )
        return sync_outcome([], 0.0)
    with store.read() as tx:
        mailboxes = sync_mailboxes(tx, arguments.mailbox)
    if not mailboxes:
        raise CommandError("No mailbox is connected yet; run `regarding connect`.")
    started = time.monotonic()
    keep_up(store, now=context.clock())  # what is to go out goes with this cycle
    tell_outlook(store, now=context.clock())
    reports = [_cycle(context, store, mailbox) for mailbox in mailboxes]
    tick_clocks(store, now=context.clock())
    keep_up(store, now=context.clock())
    return sync_outcome(reports, time.monotonic() - started)


def _answer(context: Context, address: str | None, choice: Choice) -> Outcome:
    services = context.services()
    asking = [row for row in services.read(mailboxes) if row.question and address in (None, row.address)]
    if not asking:
        raise CommandError("Nothing is asked.")
    if len(asking) > 1:
        raise CommandError(f"Name one of the mailboxes that ask: {', '.join(row.address for row in asking)}.")
    operation = services.do(answer_question, asking[0].uid, choice)
    return Outcome({"operation": operation, "mailbox": asking[0].address}, [f"{asking[0].address}: answered."])


def _cycle(context: Context, store: Store, mailbox: MailboxRow) -> SyncReport:
    with progress_bar(context, mailbox.address) as show:
        return sync_mailbox(
            store, mailbox, context.connector, clock=context.clock, progress=lambda step: show(*shown(step))
        )


def sync_outcome(reports: list[SyncReport], seconds: float) -> Outcome:
    """What a cycle over several mailboxes did; failed when one of them failed."""
    payload = {
        "mailboxes": [_payload(report) for report in reports],
        "new": sum(report.new for report in reports),
        "known": sum(report.known for report in reports),
        "linked": sum(report.linked for report in reports),
        "seconds": round(seconds, 3),
    }
    return Outcome(payload, [_line(report) for report in reports], code=int(any(report.error for report in reports)))


def _payload(report: SyncReport) -> dict[str, Any]:
    values = as_payload(report)
    values["quarantined"] = [{"source": source, "reason": reason} for source, reason in report.quarantined]
    return values


def _line(report: SyncReport) -> str:
    if report.error:
        return f"{report.mailbox}: {report.error}"
    aside = f", {len(report.quarantined)} in quarantine" if report.quarantined else ""
    return f"{report.mailbox}: {report.new} new, {report.known} known, {report.linked} linked{aside}"


def _tell(context: Context, report: SyncReport) -> None:
    if report.error or report.new:
        context.say(_line(report))


def shown(step: SyncProgress) -> tuple[float, str]:
    """A step of a sync as a progress bar shows it."""
    return step.done / step.total if step.total else 1.0, f"{step.folder} {step.done:,} of {step.total:,}"


def _end_of_input() -> Callable[[], bool]:
    """Whether the process that started us has gone: it holds the other end of our standard input."""
    ended = Event()

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        ended.set()

    Thread(target=wait, daemon=True).start()
    return ended.is_set


COMMAND = Command("sync", "sync the connected mailboxes, both ways", _run, _arguments)
