"""After a history: nothing goes wrong any more, people answer what they are asked, and both sides come to rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from calendar_sync.conflicts import resolve_conflict
from store.actor import SYSTEM
from store.errors import StoreError
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.sync.missing import asked_folders
from store.sync.questions import Choice, answer_question
from tests.force.history.world import Client, World

MOST_ROUNDS = 25


class NeverQuiet(AssertionError):
    """The sides go on writing to each other."""


def heal(world: World) -> None:
    """Sync everything until a whole round changes nothing. Raises NeverQuiet.

    What a comparison read ahead of the change feed, and what was gone again before the feed told of it, the feed never
    tells; where one was made the next night's belongs to healing.
    """
    choice = world.random.choice(("mine", "theirs"))
    _come_to_rest(world, choice)
    if world.compared:
        world.pass_time(hours=24)
        for client in world.clients:
            for address in client.addresses:
                world.reconcile(client, address)
        _come_to_rest(world, choice)


def _come_to_rest(world: World, choice: str) -> None:
    before: Any = None
    for _ in range(MOST_ROUNDS):
        for client in world.clients:
            _decide(world, client, choice)
            for address in client.addresses:
                world.pass_time(minutes=40)
                world.sync(client, address)
        after = picture(world)
        if after == before:
            return
        before = after
    raise NeverQuiet(f"still changing after {MOST_ROUNDS} rounds: {after}")


def picture(world: World) -> Any:
    """What would be different if anything had happened."""
    found: list[Any] = []
    for address in world.addresses:
        with world.outlook(address) as connected:
            found += [sorted(page) for folder in connected.mail.folders() for page in connected.mail.list_ids(folder)]
    for client in world.clients:
        with client.store.read() as tx:
            columns = (Outgoing.id, Outgoing.state, Outgoing.attempts, Outgoing.last_error)
            found.append([tuple(row) for row in tx.execute(select(*columns).order_by(Outgoing.id))])
            items = select(MailboxItem.remote_id, MailboxItem.gone_at, MailboxItem.buried_at)
            found.append([tuple(row) for row in tx.execute(items.order_by(MailboxItem.id))])
            found.append([row.id for row in tx.execute(select(SyncConflict.id).where(SyncConflict.choice == ""))])
    return found


def _decide(world: World, client: Client, choice: str) -> None:
    with client.store.read() as tx:
        open_ones = list(tx.execute(select(SyncConflict.uid).where(SyncConflict.choice == "")).scalars())
        mailboxes = tx.execute(select(Mailbox.uid, Mailbox.question)).all()
        asking = [row.uid for row in mailboxes if asked_folders(row.question)]
    for uid in open_ones:
        with client.store.write() as tx:
            try:
                resolve_conflict(tx, uid, choice, by=SYSTEM, now=world.now)
            except StoreError as error:
                world.told.append(f"  conflict cannot be settled: {error}")
    for uid in asking:
        said = world.random.choice((Choice.BURY, Choice.KEEP))
        world.kept |= said is Choice.KEEP
        with client.store.write() as tx:
            answer_question(tx, uid, said, by=SYSTEM, now=world.now)
