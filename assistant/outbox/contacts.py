"""Carrying out edits of contacts: the server's copy is read, merged with ours, written, and looked at again.

Nothing here says what to write: when its turn comes, the act brings the copy and the contact together, so it may be
repeated at any time. A new copy is looked for by its stamp before it is made.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.outbox.elsewhere import MOVED_AWAY, holds_contact
from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Dropped, Failed, Later, Outcome
from assistant.outbox.marks import moved_away
from mail_sync.card import ContactCard
from mail_sync.card_fields import card_fields_of, from_card, from_record, rules_for, with_fields
from mail_sync.cards import content_digest
from mail_sync.directions import directions_of
from mail_sync.errors import Conflict, ItemGone
from mail_sync.merge import Deletion, FieldKind, Fields, Rule, plain, plan_deletion, same
from mail_sync.merging_cards import CardMerger, Met, Planned
from mail_sync.provider import Folder, FolderRole, Poisoned, RemoteCard, Written
from store.actor import SYSTEM
from store.outbox.delivery import OutboxRow
from store.records.cards import CardBatch
from store.sync.bases import Base, read_base
from store.sync.contact_copies import renew_copy, unlink_copy
from store.sync.contact_state import ContactItem, contact_item, restore_contact
from store.sync.written import keep_item, place_item, was_read

#: How often a copy that is edited at the same time is read and merged anew.
TRIES = 3
#: An act is tried so often before a person is told that the mailbox keeps something otherwise.
MOST_WRITTEN = 8


def put_contact(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Bring the server's copy and the contact together."""
    item = _item(delivery, row)
    if item is None or item.deleted:
        return Dropped("the contact was deleted")
    if item.buried:
        return Dropped("the mailbox holds this contact no longer")
    if item.is_new:
        return _create(delivery, row, item)
    if item.gone:
        return _gone(delivery, row, item)
    for _ in range(TRIES):
        remote = _fetch(delivery, item.remote_id)
        if remote is None:
            return _gone(delivery, row, item)
        planned = _merge(delivery, item, remote)
        if planned is None:
            return Dropped("the contact was deleted")
        if not planned.there:
            _keep(delivery, item, remote, planned.base, "")
            return Done("Both sides say the same.")
        written = _write(delivery, remote, planned.there)
        after = _fetch(delivery, written.item_id) if written is not None else None
        if after is not None and _shows(after, planned.there, _rules(delivery)):
            detail = ", ".join(sorted(planned.there))
            if _was_touched(remote, after, planned.there, _rules(delivery)):
                after = replace(after, change_key="")  # the next sync reads it, not taking it for our echo
            _keep(delivery, item, after, planned.base, detail)
            return Done()
    if row.attempts >= MOST_WRITTEN:
        return Failed("The mailbox does not keep all of this contact as it is here.")
    return Later("The contact is being edited in the mailbox at the same time.")


def remove_contact(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Move the copy of a contact that was deleted here to Deleted Items, unless it was edited there meanwhile."""
    item = _item(delivery, row)
    if item is None or item.buried:
        return Dropped("the mailbox holds this contact no longer")
    if not item.deleted:
        return Dropped("the contact is there again")
    if item.is_new:
        _unlink(delivery, item, "it was deleted before the mailbox got it")
        return Done()
    remote = _fetch(delivery, item.remote_id)
    if remote is None:
        return moved_away(row)
    with delivery.store.read() as tx:
        base = read_base(tx, item.item_id)
    if plan_deletion(base.fields, _rules(delivery), theirs=from_card(remote.card), ours_to_remove=True) is (
        Deletion.RESTORE
    ):
        return _restore(delivery, item, remote)
    try:
        delivery.mail.delete(remote.item_id, remote.change_key)
    except Conflict:
        return Later("The contact was edited in the mailbox just now.")
    except ItemGone:
        return moved_away(row)
    _unlink(delivery, item, "it was deleted here")
    return Done()


def _gone(delivery: Delivery, row: OutboxRow, item: ContactItem) -> Outcome:
    """It moved, or was deleted there: then an edit made here since makes it anew, and else it is given up."""
    outcome = moved_away(row)
    if isinstance(outcome, Later):
        return outcome
    with delivery.store.write() as tx:
        base = read_base(tx, item.item_id)
        mine = from_record(item.state, item.company, base.fields)
        if plan_deletion(base.fields, _rules(delivery), mine=mine) is Deletion.UNLINK:
            unlink_copy(tx, delivery.mailbox.mailbox_id, item.item_id, "it was deleted there", now=delivery.clock())
            return outcome
    if holds_contact(delivery, item):
        _unlink(delivery, item, MOVED_AWAY)
        return Dropped(MOVED_AWAY)
    with delivery.store.write() as tx:
        renew_copy(tx, item.item_id, now=delivery.clock())
    anew = _item(delivery, row)
    return outcome if anew is None else _create(delivery, row, anew)


def _create(delivery: Delivery, row: OutboxRow, item: ContactItem) -> Outcome:
    folder = _contacts_folder(delivery)
    if folder is None:
        return Failed("This mailbox has no folder for contacts.")
    if not _was_read(delivery, folder):
        return Later("The contacts of this mailbox are read first: it may hold this one already.", LOOK_AGAIN)
    card = with_fields(ContactCard("", item.title), _mine(item))
    found = _stamped(delivery, item.stamp)
    made = found or delivery.mail.create_contact(folder, card, item.stamp)
    remote = _fetch(delivery, made.item_id)
    if remote is None:
        if row.attempts >= MOST_WRITTEN:
            return Failed("The contact was made, and the mailbox does not let it be read.")
        return Later("The contact was made and cannot be read yet.")
    with delivery.store.write() as tx:
        place_item(tx, item.item_id, folder.folder_id)
    theirs, mine = from_card(remote.card), _mine(item)
    # What the server did not take was never agreed on; of addresses, those it had room for were.
    agreed = {
        name: theirs[name]
        for name, rule in _rules(delivery).items()
        if rule.kind is FieldKind.SET or same(theirs[name], mine[name], rule)
    }
    _keep(delivery, item, remote, Base({**agreed, "account": item.state.get("account")}, dict(remote.slots)), "created")
    # One that was made before may have been edited there since.
    return put_contact(delivery, row) if found else Done()


def _was_read(delivery: Delivery, folder: Folder) -> bool:
    with delivery.store.read() as tx:
        return was_read(tx, delivery.mailbox.mailbox_id, folder.folder_id)


def _stamped(delivery: Delivery, stamp: str) -> Written | None:
    """The copy that a process made which did not live to say so."""
    for found in delivery.mail.find_stamped(stamp):
        if found.role is not FolderRole.DELETED:
            return Written(found.item_id, found.change_key)
    return None


def _contacts_folder(delivery: Delivery) -> Folder | None:
    return next((one for one in delivery.mail.folders() if one.role is FolderRole.CONTACTS), None)


def _write(delivery: Delivery, remote: RemoteCard, there: Fields) -> Written | None:
    """None where somebody was faster."""
    card = with_fields(remote.card, there)
    try:
        return delivery.mail.update_contact(remote.item_id, remote.change_key, card, card_fields_of(there))
    except Conflict:
        return None


def _shows(remote: RemoteCard, there: Fields, rules: dict[str, Rule]) -> bool:
    """Whether the copy holds what was written: a server may take a stale change key and lose half of it."""
    theirs = from_card(remote.card)
    return all(same(plain(theirs[name]), plain(value), rules[name]) for name, value in there.items())


def _was_touched(before: RemoteCard, after: RemoteCard, there: Fields, rules: dict[str, Rule]) -> bool:
    """Whether somebody edited anything else right after we wrote."""
    one, other = from_card(before.card), from_card(after.card)
    names = rules.keys() - there.keys()
    return not all(same(plain(one[name]), plain(other[name]), rules[name]) for name in names)


def _merge(delivery: Delivery, item: ContactItem, remote: RemoteCard) -> Planned | None:
    """Carry out our side; None where the contact was deleted meanwhile."""
    met = Met(item.item_id, item.record_id, remote.card, remote.slots)
    with delivery.store.write() as tx:
        now = delivery.clock()
        settings, slots = delivery.mailbox.settings, delivery.mail.capabilities.email_slots
        merger = CardMerger(tx, delivery.mailbox.mailbox_id, settings, slots, now)
        if item.content_digest == content_digest(remote.card):
            merger.remember([met])
        batch = CardBatch(tx, now)
        planned = merger.merge([met], batch, enqueue=False).get(item.item_id)
        batch.record()
    return planned


def _keep(delivery: Delivery, item: ContactItem, remote: RemoteCard, base: Base, detail: str) -> None:
    digest = content_digest(remote.card) if remote.change_key else b""
    with delivery.store.write() as tx:
        kept = replace(base, slots=dict(remote.slots))
        now = delivery.clock()
        keep_item(tx, item.item_id, remote.item_id, remote.change_key, kept, digest=digest, detail=detail, now=now)


def _restore(delivery: Delivery, item: ContactItem, remote: RemoteCard) -> Outcome:
    """An edit in the mailbox beats the deletion here: the contact is there again, with the edit."""
    with delivery.store.write() as tx:
        restore_contact(tx, item.record_id, by=SYSTEM, now=delivery.clock())
    planned = _merge(delivery, item, remote)
    if planned is not None and not planned.there:
        _keep(delivery, item, remote, planned.base, "")
    return Done("It was edited in the mailbox after it was deleted here, so it is kept.")


def _unlink(delivery: Delivery, item: ContactItem, why: str) -> None:
    with delivery.store.write() as tx:
        unlink_copy(tx, delivery.mailbox.mailbox_id, item.item_id, why, now=delivery.clock())


def _fetch(delivery: Delivery, remote_id: str) -> RemoteCard | None:
    """The copy as the server has it now; None when it is gone. Raises SyncError for one that cannot be read."""
    for found in delivery.mail.fetch_contacts([remote_id]):
        if not isinstance(found, Poisoned):
            return found
        if not isinstance(found.error, ItemGone):
            raise found.error
    return None


def _rules(delivery: Delivery) -> dict[str, Rule]:
    directions = directions_of(delivery.mailbox.settings, "contact")
    return rules_for(directions, delivery.mail.capabilities.email_slots)


def _item(delivery: Delivery, row: OutboxRow) -> ContactItem | None:
    with delivery.store.read() as tx:
        return contact_item(tx, row.item_id)


def _mine(item: ContactItem) -> dict[str, object]:
    return from_record(item.state, item.company, {})
