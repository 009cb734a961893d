"""Syncs, with and without trouble, and what befalls the server as a whole."""

from __future__ import annotations

from datetime import timedelta

from tests.force.history import contacts
from tests.force.history.trouble import KINDS, Trouble
from tests.force.history.world import World


def sync(world: World) -> None:
    client = world.random.choice(world.clients)
    world.pass_time(minutes=world.random.choice((1, 20)))
    world.sync(client, world.random.choice(client.addresses))


def troubled_sync(world: World) -> None:
    client = world.random.choice(world.clients)
    address = world.random.choice(client.addresses)
    world.pass_time(minutes=world.random.choice((1, 20)))
    kind = world.random.choice(KINDS)
    after = world.random.random() < 0.5

    def meddle() -> None:
        before = set(world.ledger.edits)
        contacts.there_edit(world)
        if kind == "stale":  # a server that takes stale keys lets nobody know what was overwritten
            world.ledger.settled |= set(world.ledger.edits) - before

    at = world.random.randint(1, 40)
    world.told.append(f"  {kind} at {at}")
    world.sync(client, address, Trouble(kind, at, after, meddle))


def night(world: World) -> None:
    client = world.random.choice(world.clients)
    world.pass_time(hours=12)
    world.reconcile(client, world.random.choice(client.addresses))


def wait(world: World) -> None:
    world.pass_time(minutes=world.random.choice((1, 5, 60)))


def back_up(world: World) -> None:
    address = world.random.choice(world.addresses)
    world.backups[address] = (world.server.snapshot(address), set(world.ledger.edits))


def restore(world: World) -> None:
    """The server is as it was; what nobody had synced since is lost with it."""
    if not world.backups:
        return
    address = world.random.choice(sorted(world.backups))
    backup, known = world.backups[address]
    world.server.restore(address, backup)
    world.ledger.settled |= set(world.ledger.edits) - known


def skew(world: World) -> None:
    world.server.set_skew(timedelta(minutes=world.random.choice((-600, -3, 0, 3, 600))))


STEPS = {sync: 12, troubled_sync: 12, night: 1, wait: 2, back_up: 1, restore: 1, skew: 1}
