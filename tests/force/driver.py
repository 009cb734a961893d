"""What the killed processes run: an import or a sync of one store, as the command line does it.

    python -m tests.force.driver import STORE FOLDER
    python -m tests.force.driver sync STORE URL [--page N]
    python -m tests.force.driver write STORE NAME [--count N]

Prints one JSON line at the end. `--page` makes the change feed's pages smaller, so that a small mailbox has many.
`write` makes accounts, each by a command of its own, as somebody's script would.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from assistant import cli
from assistant.compose import utc_now
from assistant.connecting import EXCHANGE, exchange_connector
from assistant.importing import import_files
from assistant.intake import follow_up
from assistant.syncing import sync_mailbox
from mail_sync.providers.exchange import changes
from store.engine import Store, open_store
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.force.corpus import ANNA


def main() -> int:
    """0 after a whole run; killed runs have no say."""
    parser = ArgumentParser()
    parser.add_argument("what", choices=("import", "sync", "write"))
    parser.add_argument("store")
    parser.add_argument("source")
    parser.add_argument("--page", type=int, default=0)
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    if options.what == "write":
        return _write(options)
    store = open_store(options.store)
    done = _import(store, options) if options.what == "import" else _sync(store, options)
    store.close()
    sys.stdout.write(json.dumps(done) + "\n")
    return int(bool(done.get("error")))


def _import(store: Store, options: Namespace) -> dict[str, object]:
    report = import_files(store, [Path(options.source)], clock=utc_now, progress=lambda _: None)
    report.linked += follow_up(store, now=utc_now())
    return asdict(report)


def _sync(store: Store, options: Namespace) -> dict[str, object]:
    if options.page:
        changes.LARGEST_PAGE = options.page
    connect_mailbox(store, options.source)
    with store.read() as tx:
        (mailbox,) = sync_mailboxes(tx)
    connector = exchange_connector(lambda _: "demo", clock=utc_now)
    return asdict(sync_mailbox(store, mailbox, connector, clock=utc_now, progress=lambda _: None))


def _write(options: Namespace) -> int:
    """The sum of the exit codes."""
    failed = 0
    for number in range(options.count):
        title = f"{options.source} {number}"
        failed += cli.main(["account", "new", title, "--store", options.store], open_ui=lambda _: None)
    return failed


def connect_mailbox(store: Store, url: str, **settings: object) -> None:
    """Anna's mailbox on a sandbox, unless it is connected already."""
    with store.write() as tx:
        if not sync_mailboxes(tx):
            chosen = {"service_endpoint": url, "login": "basic"} | settings
            add_mailbox(tx, address=ANNA, provider=EXCHANGE, settings=chosen, now=utc_now())


if __name__ == "__main__":
    sys.exit(main())
