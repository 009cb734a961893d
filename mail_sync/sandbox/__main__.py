"""`python -m mail_sync.sandbox FOLDER`: serve a folder until SIGTERM, Ctrl+C or (if asked) the end of stdin.

Prints one JSON line once it listens: {"url": ..., "control": ..., "token": ..., "pid": ..., "mailboxes": [...],
"autodiscover": ..., "token_url": ..., "ca": PEM or ""}. What can then be done to it by hand is said in `control`.

To try a sign-in by device code: --auth bearer --tls mail.example --ca-file ca.pem --application my-client, then
{"do": "approve", "code": the code shown, "mailbox": an address} to the control endpoint.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from threading import Event, Thread

from mail_sync.sandbox.loader import BadIndex, load
from mail_sync.sandbox.server import Sandbox, serve
from mail_sync.sandbox.signin.gate import Scheme

SCHEMES = {scheme.value.lower(): scheme for scheme in Scheme}


def main(arguments: list[str] | None = None) -> int:
    """0 after an orderly end, 1 when the folder or the port cannot be used."""
    options = _parser().parse_args(arguments)
    done = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    try:
        schemes = [SCHEMES[name] for name in options.auth or ["basic"]]
        with serve(
            load(options.folder), host=options.host, port=options.port, schemes=schemes, hosts=options.tls
        ) as sandbox:
            for application in options.application:
                client_id, _, secret = application.partition(":")
                sandbox.authority.register(client_id, secret)
            if options.ca_file is not None:
                options.ca_file.write_bytes(sandbox.ca_pem)
            sys.stdout.write(json.dumps(_start(sandbox)) + "\n")
            sys.stdout.flush()
            if options.until_stdin_closes:
                Thread(target=_wait_for_end_of_input, args=(done,), daemon=True).start()
            while not done.wait(1.0):  # wakes up now and then: Windows delivers signals between waits only
                pass
    except (BadIndex, OSError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mail_sync.sandbox", description="An Exchange server on loopback.")
    parser.add_argument("folder", type=Path, help="folder with index.json and the files it names")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when the parent process does")
    parser.add_argument(
        "--auth", action="append", choices=sorted(SCHEMES), help="a sign-in scheme to offer (basic), may be repeated"
    )
    parser.add_argument(
        "--tls", action="append", default=[], metavar="HOST", help="speak TLS under this name, may be repeated"
    )
    parser.add_argument("--ca-file", type=Path, help="where to write the certificate that clients must trust")
    parser.add_argument(
        "--application", action="append", default=[], metavar="ID[:SECRET]", help="an OAuth client, may be repeated"
    )
    return parser


def _start(sandbox: Sandbox) -> dict[str, object]:
    return {
        "url": sandbox.url,
        "control": sandbox.control,
        "token": sandbox.token,
        "pid": os.getpid(),
        "mailboxes": [mailbox.address for mailbox in sandbox.model.mailboxes.values()],
        "autodiscover": sandbox.autodiscover,
        "token_url": sandbox.token_url,
        "ca": sandbox.ca_pem.decode(),
    }


def _wait_for_end_of_input(done: Event) -> None:
    while os.read(0, 4096):
        pass
    done.set()


if __name__ == "__main__":
    sys.exit(main())
