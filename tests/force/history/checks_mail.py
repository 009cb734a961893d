"""What must hold of mail once both sides are at rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy

from sqlalchemy import func, select

from mail_sync.provider import FolderRole
from store.schema.mail import Email
from store.schema.outbox import Outgoing
from store.schema.people import Folder
from tests.force.history.world import GUS, Client, World, items_of, mails_in

_READ = {FolderRole.INBOX: "inbox", FolderRole.ARCHIVE: "archive"}


def mail_sides(world: World, client: Client, address: str) -> Iterator[str]:
    """Folders, marks and categories are the same on both sides."""
    here = items_of(client, address, "email")
    with client.store.read() as tx:
        roles = {row.id: row.role for row in tx.execute(select(Folder.id, Folder.role))}
    there: set[str] = set()
    for role, name in _READ.items():
        with world.outlook(address) as connected:
            mails = mails_in(connected, role)
        for mail in mails:
            there.add(mail.item_id)
            item = here.get(mail.item_id)
            if item is None or item.gone_at is not None:
                yield f"{client.name} does not know {mail.message.subject} in {name} of {address}"
                continue
            ours = (roles.get(item.folder_id), item.is_read, item.flagged, _folded(item.categories))
            theirs = (name, mail.is_read, mail.flagged, _folded(mail.categories))
            if ours != theirs:
                yield f"{mail.message.subject}: {ours} in {client.name}, {theirs} in {address}"
    for remote_id, item in here.items():
        stands = item.gone_at is None and item.buried_at is None and roles.get(item.folder_id) in _READ.values()
        if stands and remote_id not in there and not world.kept:
            yield f"{client.name} believes that {address} holds the mail {remote_id}"


def mail_twins(client: Client) -> Iterator[str]:
    """One mail is stored once, however many mailboxes hold it."""
    with client.store.read() as tx:
        query = select(Email.message_id, func.count()).group_by(Email.message_id).having(func.count() > 1)
        for message_id, count in tx.execute(query):
            yield f"{client.name} has mail {message_id} {count} times"


def sending_wrongs(world: World) -> Iterator[str]:
    """What was sent reached its recipient once; what was not, never."""
    got = Counter(
        str(message_from_bytes(each.raw, policy=policy.default)["Subject"])
        for each in world.server.mailed()
        if each.recipient == GUS
    )
    for client in world.clients:
        with client.store.read() as tx:
            columns = (Outgoing.summary, Outgoing.payload, Outgoing.state)
            rows = tx.execute(select(*columns).where(Outgoing.verb == "send_mail"))
            for row in rows:
                count = got[row.payload.get("subject", "")]
                least, most = {"done": (1, 1), "unsure": (0, 1)}.get(row.state, (0, 0))
                if not least <= count <= most:
                    yield f"{client.name}: {row.summary} is {row.state} and was delivered {count} times"


def _folded(names: object) -> list[str]:
    assert isinstance(names, list | tuple)
    return sorted(str(name).casefold() for name in names)
