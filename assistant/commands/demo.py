"""`regarding demo`: a sample company on an embedded Exchange, synced for real and shown."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from dataclasses import replace

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.progress import progress_bar
from assistant.commands.sync import shown, sync_outcome
from assistant.demo.run import Demo, running_demo, sync_demo
from assistant.demo.sandbox import SandboxFailed
from assistant.pulling import SyncReport
from assistant.service_process import ServiceChild
from store.queries.contents import contents


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--no-ui", action="store_true", help="sync, print what was synced and linked, and end")
    parser.add_argument("--keep", action="store_true", help="keep the demo's store and say where it is")


def _run(context: Context, arguments: Namespace) -> Outcome:
    started = time.monotonic()
    context.say("Alpine Ski House opens its doors: an Exchange server starts on this machine.")
    try:
        with running_demo(keep=arguments.keep, clock=context.clock) as demo:
            with progress_bar(context, "Syncing") as show:
                reports = sync_demo(demo, progress=lambda step: show(*shown(step)))
            _check(reports)
            if not arguments.no_ui and not context.as_json:
                with ServiceChild(demo.store_url) as service:
                    context.open_ui(replace(demo.services, painted=service.start))
            return _outcome(demo, reports, time.monotonic() - started, kept=arguments.keep)
    except SandboxFailed as error:
        raise CommandError(str(error)) from error


def _check(reports: list[SyncReport]) -> None:
    failed = next((report for report in reports if report.error), None)
    if failed is not None:
        raise CommandError(f"The demo's mailbox {failed.mailbox} could not be read: {failed.error}")


def _outcome(demo: Demo, reports: list[SyncReport], seconds: float, *, kept: bool) -> Outcome:
    counts = demo.services.read(contents)
    synced = sync_outcome(reports, seconds)
    payload = {
        **synced.payload,
        "company": as_payload(demo.company.counts),
        "stored": dict(counts),
        "store": demo.store_url if kept else None,
    }
    lines = [
        *synced.lines,
        f"In the store: {counts['email']:,} mails in {counts['thread']:,} threads, {counts['contact']:,} contacts,"
        f" {counts['appointment']:,} appointments; {counts['linked']:,} mails and meetings are linked to customers.",
    ]
    if kept:
        lines.append(f"Kept. Look again with: regarding --store {demo.store_url} --user {demo.user}")
    return Outcome(payload, lines)


COMMAND = Command(
    "demo", "a sample company on an embedded Exchange, synced and shown", _run, _arguments, makes_store=True
)
