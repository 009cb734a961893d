"""Imports and syncs that are killed lose nothing, double nothing, and go on where they were."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.force import corpus
from tests.force.kills import PAGE, Campaign, import_campaign, sync_campaign
from tests.force.picture import picture_of
from tests.force.processes import SandboxProcess, run, sandbox

SAME: dict[str, str] = {}
MAILS = 180
STEP = 36  # items from one kill to the next, so that three fit into a run


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return import_campaign(tmp_path_factory.mktemp("import"), mails=MAILS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with sandbox(corpus.write_mailbox(tmp_path_factory.mktemp("server") / "mailbox", mails=MAILS)) as running:
        yield running


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory, server: SandboxProcess) -> Campaign:
    return sync_campaign(tmp_path_factory.mktemp("sync"), server)


def test_import_killed_between_two_commits_is_completed_by_the_next(imports: Campaign) -> None:
    killed = imports.kill_one(0, Random(0))
    assert (killed.between, killed.differences) == (True, SAME), killed.line


def test_sync_killed_between_two_commits_is_completed_by_the_next(syncs: Campaign) -> None:
    killed = syncs.kill_one(0, Random(0))
    assert (killed.between, killed.differences, killed.error) == (True, SAME, ""), killed.line


def test_import_killed_again_and_again_gets_through(imports: Campaign) -> None:
    store = imports.copy("again")
    random = Random(3)
    killed = [imports.interrupt(store, random, STEP) for _ in range(3)]
    run("import", store, *imports.arguments)
    assert killed == [True, True, True]
    assert picture_of(store).differences(imports.expected) == SAME


def test_sync_killed_again_and_again_gets_through_without_asking_twice(syncs: Campaign, server: SandboxProcess) -> None:
    store = syncs.copy("again")
    random = Random(4)
    before = server.requests()
    for _ in range(3):
        syncs.interrupt(store, random, STEP)
    done = run("sync", store, *syncs.arguments)
    after = server.requests()
    assert done["error"] == ""
    assert picture_of(store).differences(syncs.expected) == SAME
    # Three fifths of the mails, the others, contacts and appointments; each run asks for the last page of each folder.
    received = MAILS * 3 // 5
    pages = -(-received // PAGE) + -((received - MAILS) // PAGE) + 1 + 1
    runs = 4
    asked = after["SyncFolderItems"] - before["SyncFolderItems"]
    assert pages <= asked <= pages + 4 * runs


def test_import_repeated_changes_nothing(imports: Campaign) -> None:
    store = imports.copy("twice")
    run("import", store, *imports.arguments)
    again = run("import", store, *imports.arguments)
    assert (again["new"], again["known"], again["quarantined"]) == (0, imports.total, [])
    assert picture_of(store).differences(imports.expected) == SAME


def test_sync_repeated_fetches_nothing(syncs: Campaign, server: SandboxProcess) -> None:
    store = syncs.copy("twice")
    run("sync", store, *syncs.arguments)
    before = server.requests()
    again = run("sync", store, *syncs.arguments)
    after = server.requests()
    assert (again["new"], again["known"], again["error"]) == (0, 0, "")
    assert after["GetItem"] == before["GetItem"]
    assert after["SyncFolderItems"] == before["SyncFolderItems"] + 5
    assert picture_of(store).differences(syncs.expected) == SAME
