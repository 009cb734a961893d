"""Killing imports and syncs at random points: `python -m tests.force.kills --points 30 [--mails 600]`.

Each point starts from a fresh store, kills the process (SIGKILL) somewhere between its first and its last commit,
looks into the store for the proof, runs it again, and compares the outcome with that of an undisturbed run. Prints
one line per point and a sum; the exit status is 1 when anything was lost, doubled or left unfinished.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

from mail_sync.pull import CHUNK
from tests.force import corpus
from tests.force.picture import Picture, picture_of
from tests.force.processes import PATIENCE, SandboxProcess, kill, run, sandbox, start, until

PAGE = 50  # items in a page of the change feed, so that a sync of a small mailbox has many cursors
MAILS = 600
SLOWEST = 20  # mails a second that are waited for


@dataclass(frozen=True)
class Killed:
    """One point: how many items the store held after the kill, and how the outcome of the next run differs."""

    what: str
    items: int
    total: int
    was_running: bool
    differences: dict[str, str]
    error: str

    @property
    def between(self) -> bool:
        """Whether the kill came provably after the first and before the last commit of items."""
        return self.was_running and 0 < self.items < self.total

    @property
    def line(self) -> str:
        where = "between first and last commit" if self.between else "outside"
        return f"{self.what}: killed with {self.items} of {self.total} items ({where}); {self.verdict}"

    @property
    def verdict(self) -> str:
        return self.error or str(self.differences or "same outcome")


@dataclass(frozen=True)
class Campaign:
    """Runs of one kind on copies of one store."""

    what: str
    arguments: Sequence[object]
    folder: Path
    template: Path
    expected: Picture
    seconds: float  # that an undisturbed run writes

    @classmethod
    def prepare(cls, what: str, folder: Path, *arguments: object) -> Campaign:
        """Make the store that every run starts from, and let one run go undisturbed."""
        folder.mkdir(parents=True, exist_ok=True)
        template = corpus.new_store(folder / "template.db")
        whole = _copy(template, folder / "whole.db")
        child = start(what, whole, *arguments)
        until(lambda: count_items(whole) > 0 or child.poll() is not None, "the first commit")
        begun = monotonic()
        assert child.wait() == 0
        return cls(what, arguments, folder, template, picture_of(whole), monotonic() - begun)

    @property
    def patience(self) -> float:
        """Seconds until a run that does not end is an error."""
        return max(PATIENCE, self.total / SLOWEST)

    @property
    def total(self) -> int:
        return self.expected.items.total()

    def copy(self, name: str) -> Path:
        """A store to run on."""
        return _copy(self.template, self.folder / f"{self.what}-{name}.db")

    def kill_one(self, number: int, random: Random) -> Killed:
        """One point; `random` says when."""
        store = self.copy(str(number))
        was_running = self.interrupt(store, random, self.total - 2 * CHUNK)
        items = count_items(store)
        again = run(self.what, store, *self.arguments, patience=self.patience)
        differences = picture_of(store).differences(self.expected)
        return Killed(self.what, items, self.total, was_running, differences, str(again.get("error") or ""))

    def interrupt(self, store: Path, random: Random, most: int) -> bool:
        """Start a run and kill it a random while after it stored up to `most` more items; False when it had ended."""
        wanted = count_items(store) + random.randint(1, most)
        child = start(self.what, store, *self.arguments)
        until(lambda: count_items(store) >= wanted or child.poll() is not None, f"{wanted} items", self.patience)
        with suppress(subprocess.TimeoutExpired):
            child.wait(random.uniform(0.0, self.seconds * CHUNK / self.total / 2))
        return kill(child)


def count_items(path: Path) -> int:
    """What the store holds at this moment, read past our own engine: a look must not disturb who writes."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as store:
        return int(store.execute("SELECT count(*) FROM mailbox_item").fetchone()[0])


def import_campaign(folder: Path, **sizes: int) -> Campaign:
    """Kills of `regarding import`."""
    return Campaign.prepare("import", folder / "stores", corpus.write_files(folder / "files", **sizes))


def sync_campaign(folder: Path, server: SandboxProcess, page: int = PAGE) -> Campaign:
    """Kills of `regarding sync`; `page` 0 is the page that the product asks for."""
    return Campaign.prepare("sync", folder / "stores", server.url, "--page", page)


def _copy(template: Path, to: Path) -> Path:
    shutil.copyfile(template, to)
    return to


def main() -> int:
    """The whole campaign."""
    parser = ArgumentParser(description="Kill imports and syncs at random points and compare the outcome.")
    parser.add_argument("--points", type=int, default=30, help="kills of each kind")
    parser.add_argument("--mails", type=int, default=MAILS, help="in the folder and in the mailbox that are read")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    page = PAGE if options.mails <= MAILS else 0
    random = Random(options.seed)
    found: list[Killed] = []
    with tempfile.TemporaryDirectory() as folder:
        imports = import_campaign(Path(folder) / "import", mails=options.mails)
        with sandbox(corpus.write_mailbox(Path(folder) / "mailbox", mails=options.mails)) as server:
            syncs = sync_campaign(Path(folder) / "sync", server, page)
            for campaign in (imports, syncs):
                for number in range(options.points):
                    found.append(campaign.kill_one(number, random))
                    sys.stdout.write(found[-1].line + "\n")
                    sys.stdout.flush()
    wrong = [killed for killed in found if killed.differences or killed.error]
    for what in ("import", "sync"):
        mine = [killed for killed in found if killed.what == what]
        between = sum(killed.between for killed in mine)
        sys.stdout.write(f"{what}: {len(mine)} kills, {between} between first and last commit\n")
    sys.stdout.write(f"{len(wrong)} with another outcome\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
