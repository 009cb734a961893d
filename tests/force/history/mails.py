"""What people do with mail, in Outlook and here."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

from sqlalchemy import select

from assistant.composing import new_draft
from mail_sync.provider import FolderRole, MailMarks, RemoteMessage
from store.actor import actor_for
from store.errors import Invalid
from store.history.operations import undo
from store.mail.acts import archive_mail, categorise_mail, delete_mail, mark_mail
from store.mail.composing import Recipient, queue_mail, save_draft
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from tests.force.history.world import GUS, OURS, Client, World, folder_of, mails_in

_READ = (FolderRole.INBOX, FolderRole.ARCHIVE)


def arrive(world: World) -> None:
    """Gus writes to one of us, or to both at once."""
    world.born += 1
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = GUS, ", ".join(OURS), f"Question {world.born}"
    mail["Date"] = world.now
    mail["Message-ID"] = f"<question{world.born}@fabrikam.example>"
    mail.set_content(f"What about {world.born}?")
    for address in world.random.sample(OURS, world.random.randint(1, 2)):
        world.server.deliver(address, mail.as_bytes())


def _any_there(world: World) -> tuple[str, FolderRole, RemoteMessage] | None:
    address, role = world.random.choice(world.addresses), world.random.choice((*_READ, FolderRole.INBOX))
    with world.outlook(address) as connected:
        found = sorted(mails_in(connected, role), key=lambda each: each.message.subject)
    return (address, role, world.random.choice(found)) if found else None


def there_mark(world: World) -> None:
    found = _any_there(world)
    if found is None:
        return
    address, _, mail = found
    marks = (
        MailMarks(is_read=not mail.is_read),
        MailMarks(flagged=not mail.flagged),
        MailMarks(categories=(*mail.categories, f"c{world.random.randint(1, 5)}")),
    )
    with world.outlook(address) as connected:
        connected.mail.mark(mail.item_id, world.random.choice(marks))


def there_file(world: World) -> None:
    """Into the archive and back, or to Deleted Items."""
    found = _any_there(world)
    if found is None:
        return
    address, role, mail = found
    with world.outlook(address) as connected:
        if world.random.random() < 0.2:
            connected.mail.delete(mail.item_id)
            return
        to = FolderRole.INBOX if role is FolderRole.ARCHIVE else FolderRole.ARCHIVE
        connected.mail.move(mail.item_id, folder_of(connected, to))


def _any_here(world: World) -> tuple[Client, str, int] | None:
    client = world.random.choice(world.clients)
    address = world.random.choice(client.addresses)
    with client.store.read() as tx:
        held = (MailboxItem.holds == "email", MailboxItem.gone_at.is_(None), Mailbox.address == address)
        query = select(MailboxItem.id).join(Mailbox, Mailbox.id == MailboxItem.mailbox_id).where(*held)
        keys = list(tx.execute(query.order_by(MailboxItem.id)).scalars())
    return (client, address, world.random.choice(keys)) if keys else None


def here_mark(world: World) -> None:
    found = _any_here(world)
    if found is None:
        return
    client, address, key = found
    name = world.random.choice(("is_read", "flagged"))
    world.do(client, mark_mail, [key], who=address, **{name: world.random.random() < 0.5})


def here_categorise(world: World) -> None:
    found = _any_here(world)
    if found is None:
        return
    client, address, key = found
    add, remove = (f"c{world.random.randint(1, 5)}" for _ in range(2))
    world.do(client, categorise_mail, [key], add=[add], remove=[remove], who=address)


def here_file(world: World) -> None:
    found = _any_here(world)
    if found is None:
        return
    client, address, key = found
    try:
        world.do(client, world.random.choice((archive_mail, archive_mail, delete_mail)), [key], who=address)
    except Invalid as error:
        world.told.append(f"  refused: {error}")


def here_undo(world: World) -> None:
    """What was done to a mail last is taken back at once."""
    found = _any_here(world)
    if found is not None:
        client, address, key = found
        done = world.do(client, mark_mail, [key], flagged=True, who=address)
        world.do(client, undo, done, who=address)


def here_send(world: World) -> None:
    client = world.random.choice(world.clients)
    address = world.random.choice(client.addresses)
    with client.store.write() as tx:
        by = actor_for(tx, address)
        begun = new_draft(tx, to=[Recipient(GUS)], by=by)
        world.born += 1
        written = replace(begun, subject=f"Offer {world.born}", text="Here it is.")
        queue_mail(tx, save_draft(tx, written, by=by, now=world.now), by=by, now=world.now)


STEPS = {
    arrive: 10,
    there_mark: 6,
    there_file: 4,
    here_mark: 5,
    here_categorise: 5,
    here_file: 4,
    here_undo: 2,
    here_send: 5,
}
