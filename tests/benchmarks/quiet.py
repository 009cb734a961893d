"""What a cycle costs in which nothing happened: requests and processor time, over EWS.

    python -m tests.benchmarks.quiet [--contacts 10000] [--appointments 5000] [--folders 100]

The sandbox runs in a process of its own and counts every request. The cycle is that of the service's worker over a
connection that it holds, with every folder due; one in which the tree of folders is due too, and one made anew by
`regarding sync`, are measured beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import process_time

from assistant.compose import utc_now
from assistant.connecting import EXCHANGE, exchange_connector
from assistant.mailbox_worker import Clocks, MailboxWorker
from assistant.pulling import SyncReport
from assistant.schedule import POLL_REST, TREE
from assistant.syncing import sync_mailbox
from store.engine import Store, open_store
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.force import corpus
from tests.force.processes import SandboxProcess

CPU_LIMIT = 2.0  # seconds of our own processor time

Cycle = Callable[[], object]


def run_server(contacts: int, appointments: int, folders: int) -> None:
    """Serve Anna's mailbox with so many things until stdin ends; `folders` counts all that are read."""

    from mail_sync.sandbox.content import MadeContent
    from mail_sync.sandbox.model import Kind, Model
    from mail_sync.sandbox.server import serve

    model = Model()
    box = model.add_mailbox(corpus.ANNA, "Anna Hofer", "demo")
    for number in range(contacts):
        content = MadeContent(lambda n: corpus.card(n).encode(), number, 300)
        box.add(box.folder("contacts"), content, kind=Kind.CONTACT, item_class="IPM.Contact")
    for number in range(appointments):
        content = MadeContent(lambda n: corpus.calendar(corpus.event(n)).encode(), number, 300)
        box.add(box.folder("calendar"), content, kind=Kind.EVENT, item_class="IPM.Appointment")
    for number in range(folders - 4):  # inbox, sent items, contacts and calendar are read too
        box.add(box.folder(f"inbox/{name(number)}"), MadeContent(corpus.mail, number, 900))
    with serve(model) as sandbox:
        told = {"url": sandbox.url, "control": sandbox.control, "token": sandbox.token}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def name(number: int) -> str:
    """The name of a folder of customers."""
    return f"Customer {number:03}"


def connected_store(path: Path, url: str, folders: int) -> Store:
    """A store that reads all folders."""
    store = open_store(str(path))
    chosen = ["Inbox", "Sent Items", *(f"Inbox/{name(number)}" for number in range(folders - 4))]
    with store.write() as tx:
        far = (utc_now().astimezone().hour + 12) % 24  # of the nightly comparison, which is no part of a cycle
        settings = {"service_endpoint": url, "login": "basic", "folders": chosen, "quiet_hour": far}
        add_mailbox(tx, address=corpus.ANNA, provider=EXCHANGE, settings=settings, now=utc_now())
    return store


def cost(server: SandboxProcess, cycle: Cycle) -> tuple[int, float, dict[str, int]]:
    """(requests, seconds of our processor time, requests by operation) of one cycle."""
    before, started = server.requests(), process_time()
    cycle()
    spent = process_time() - started
    after = server.requests()
    asked = {each: count - before.get(each, 0) for each, count in after.items() if count > before.get(each, 0)}
    return sum(asked.values()), spent, asked


def cycles(store: Store) -> tuple[Cycle, Cycle, Cycle]:
    """The service's cycle with every folder due, the same when the tree is due too, and that of the command line."""
    seconds, began = [1_000.0], utc_now()
    connector = exchange_connector(lambda _: "demo", clock=utc_now)
    with store.read() as tx:
        (mailbox,) = sync_mailboxes(tx)
    reports: list[SyncReport] = []
    worker = MailboxWorker(
        store,
        mailbox.mailbox_id,
        connector,
        clocks=Clocks(lambda: began + timedelta(seconds=seconds[0] - 1_000), lambda: seconds[0]),
        report=reports.append,
        listens=False,
    )

    def served() -> None:
        seconds[0] += POLL_REST
        worker.turn()
        assert not reports[-1].error, reports[-1].error

    def served_with_tree() -> None:
        seconds[0] += TREE
        worker.turn()
        assert not reports[-1].error, reports[-1].error

    def commanded() -> None:
        report = sync_mailbox(store, mailbox, connector, clock=utc_now, progress=lambda _: None)
        assert not report.error, report.error

    return served, served_with_tree, commanded


def compare(server: SandboxProcess, folders: int) -> int:
    """Measure and print; 1 when a limit is missed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        store = connected_store(Path(home) / "store.db", server.url, folders)
        served, with_tree, commanded = cycles(store)
        requests, spent, _ = cost(server, served)
        print(f"first sync: {requests:,} requests, {spent:.0f} s of CPU")
        missed = 0
        measured = (
            ("service", served, folders),
            ("service, tree due", with_tree, folders + 1),
            ("regarding sync", commanded, folders + 3),  # the tree, its well-known folders, and the connection
        )
        for title, cycle, most in measured:
            requests, spent, asked = cost(server, cycle)
            said = ", ".join(f"{each} {count}" for each, count in sorted(asked.items()))
            print(f"{title}: {requests} requests for {folders} folders, {spent:.2f} s of CPU ({said})")
            missed |= requests > most or spent > CPU_LIMIT
        store.close()
    print(f"limits: 1 request per folder (and 1 for the tree when it is due), {CPU_LIMIT:.0f} s of CPU")
    return int(missed)


def main() -> int:
    """1 when a limit is missed."""

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--appointments", type=int, default=5_000)
    parser.add_argument("--folders", type=int, default=100)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        run_server(options.contacts, options.appointments, options.folders)
        return 0
    command = [sys.executable, "-m", "tests.benchmarks.quiet", "--serve", f"--contacts={options.contacts}"]
    command += [f"--appointments={options.appointments}", f"--folders={options.folders}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        missed = compare(SandboxProcess(**json.loads(child.stdout.readline())), options.folders)
        child.stdin.close()
    return missed


if __name__ == "__main__":
    sys.exit(main())
