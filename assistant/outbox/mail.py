"""Sending a mail at most once: drafting, drafted, sending, done; each stage is committed before the next step.

The mail is saved as a draft that carries its stamp, then the draft is sent. Whoever finds the stage "sending" does not
know whether the request got through and looks for the stamp: in Sent Items it was sent. Anywhere else nothing proves
that it was not, so a person decides after a while. (A server may deliver, raise an error and leave the draft there.)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, select

from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Dropped, Failed, Later, Outcome, Unsure
from mail_sync.errors import BrokenReply, ItemGone, MailboxRefused, MailboxUnavailable, OutcomeUnknown, SendRefused
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail
from mail_sync.outgoing_payload import from_payload
from mail_sync.provider import FolderRole, MailProvider, Stamped, Written
from store import blobs
from store.engine import Store
from store.outbox.delivery import DRAFTED, DRAFTING, RECALLED, SENDING, OutboxRow, forget_recall, is_recalled, place_of
from store.queries.scheduling.told import why_no_reminder
from store.schema.outbox import OutgoingFile

NOT_FOUND = (
    "Nobody can say whether this mail was sent: the connection broke and it is not in Sent Items. Look there, or ask, "
    "before you send it again"
)
_DRAFT_GONE = "The draft was deleted in Outlook before it was sent, so it was not sent"


def send_mail(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Send the mail of a row, going on from the stage it reached."""
    if row.stage == SENDING:
        return _look(delivery, row)
    with delivery.store.read() as tx:
        reason = why_no_reminder(tx, row.outgoing_id, now=delivery.clock())
    if reason:
        if row.stage:
            remove_drafts(delivery.mail, row.uid)
        return Dropped(reason)
    if row.stage == DRAFTED:
        return _resume(delivery, row)
    if row.stage == DRAFTING:
        found = delivery.mail.find_stamped(row.uid)
        if _was_sent(found):
            return Done()
        draft = _only_draft(delivery.mail, found)
        if draft is not None:
            return _send(delivery, row, draft)
    elif row.stage == RECALLED:
        remove_drafts(delivery.mail, row.uid)
    row = delivery.reach(row, DRAFTING)
    return _send(delivery, row, delivery.mail.save_draft(_mail(delivery, row), row.uid))


def drop_draft(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Delete what is left in Drafts of a mail that will not be sent as it stands there."""
    stamp = str(row.payload.get("stamp", ""))
    with delivery.store.read() as tx:
        recalled = is_recalled(tx, stamp)
    if not recalled:
        return Dropped("the mail is on its way again")
    remove_drafts(delivery.mail, stamp)
    with delivery.store.write() as tx:
        forget_recall(tx, stamp)
    return Done()


def remove_drafts(mail: MailProvider, stamp: str) -> None:
    """Move every draft with this stamp to Deleted Items."""
    _delete(mail, _drafts(mail.find_stamped(stamp)))


def _resume(delivery: Delivery, row: OutboxRow) -> Outcome:
    """The draft was saved by an earlier attempt and its change key is not known any more."""
    found = delivery.mail.find_stamped(row.uid)
    if _was_sent(found):
        return Done()
    draft = _only_draft(delivery.mail, found)
    return Failed(f"{_DRAFT_GONE}.") if draft is None else _send(delivery, row, draft)


def _send(delivery: Delivery, row: OutboxRow, draft: Written) -> Outcome:
    row = delivery.reach(row, DRAFTED, draft.item_id)
    row = delivery.about_to_mail(row)
    try:
        delivery.mail.send_draft(draft)
    except (OutcomeUnknown, ItemGone, BrokenReply):
        return _look(delivery, row)
    except SendRefused as error:
        delivery.reach(row, RECALLED)
        return Failed(error.sentence)
    except (MailboxUnavailable, MailboxRefused):
        delivery.reach(row, DRAFTED)  # it was certainly not sent
        raise
    if row.attempts > 1:
        remove_drafts(delivery.mail, row.uid)
    return Done()


def _look(delivery: Delivery, row: OutboxRow) -> Outcome:
    found = delivery.mail.find_stamped(row.uid)
    if _was_sent(found):
        _delete(delivery.mail, _drafts(found))
        return Done("It was sent, although the connection broke meanwhile.")
    if delivery.still_looking(row):
        return Later("The connection broke while it was being sent; it is being looked for", LOOK_AGAIN)
    return Unsure(f"{NOT_FOUND}.")


def _was_sent(found: Sequence[Stamped]) -> bool:
    return any(each.role is FolderRole.SENT for each in found)


def _drafts(found: Sequence[Stamped]) -> list[Stamped]:
    return [each for each in found if each.role is FolderRole.DRAFTS]


def _only_draft(mail: MailProvider, found: Sequence[Stamped]) -> Written | None:
    """One draft with the stamp; a request that was repeated may have left several."""
    drafts = _drafts(found)
    _delete(mail, drafts[1:])
    return Written(drafts[0].item_id, drafts[0].change_key) if drafts else None


def _delete(mail: MailProvider, drafts: Sequence[Stamped]) -> None:
    for draft in drafts:
        try:
            mail.delete(draft.item_id)
        except ItemGone:
            continue


def _mail(delivery: Delivery, row: OutboxRow) -> OutgoingMail:
    with delivery.store.read() as tx:
        files = _files(tx, delivery.store, row.outgoing_id)
        answered = place_of(tx, row.item_id)
    answers = "" if answered is None or answered.gone else answered.remote_id
    return from_payload(row.payload, attachments=files, answers=answers)


def _files(tx: Connection, store: Store, outgoing_id: int) -> list[OutgoingAttachment]:
    columns = (OutgoingFile.filename, OutgoingFile.media_type, OutgoingFile.size, OutgoingFile.blob_id)
    rows = tx.execute(select(*columns).where(OutgoingFile.outgoing_id == outgoing_id).order_by(OutgoingFile.position))
    return [
        OutgoingAttachment(row.filename, row.media_type, row.size, partial(_content, store, row.blob_id))
        for row in rows
    ]


def _content(store: Store, blob_id: int) -> bytes:
    with store.read() as tx:
        return blobs.read(tx, blob_id)
