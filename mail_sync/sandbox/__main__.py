"""`python -m mail_sync.sandbox FOLDER`: serve a folder until SIGTERM, Ctrl+C or (if asked) the end of stdin.

Prints one JSON line once it listens: {"url": ..., "control": ..., "token": ..., "pid": ..., "mailboxes": [...]}.
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
from mail_sync.sandbox.server import serve


def main(arguments: list[str] | None = None) -> int:
    """0 after an orderly end, 1 when the folder or the port cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m mail_sync.sandbox", description="An Exchange server on loopback.")
    parser.add_argument("folder", type=Path, help="folder with index.json and the files it names")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when the parent process does")
    options = parser.parse_args(arguments)
    done = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    try:
        with serve(load(options.folder), host=options.host, port=options.port) as sandbox:
            start = {
                "url": sandbox.url,
                "control": sandbox.control,
                "token": sandbox.token,
                "pid": os.getpid(),
                "mailboxes": [mailbox.address for mailbox in sandbox.model.mailboxes.values()],
            }
            sys.stdout.write(json.dumps(start) + "\n")
            sys.stdout.flush()
            if options.until_stdin_closes:
                Thread(target=_wait_for_end_of_input, args=(done,), daemon=True).start()
            while not done.wait(1.0):  # wakes up now and then: Windows delivers signals between waits only
                pass
    except (BadIndex, OSError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    return 0


def _wait_for_end_of_input(done: Event) -> None:
    while os.read(0, 4096):
        pass
    done.set()


if __name__ == "__main__":
    sys.exit(main())
