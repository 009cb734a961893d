"""Mail that is not shared any more: of what no mailbox shows, only who wrote to whom and when is kept.

Its text, source, files and words for searching are removed for good. When it is shared again it is read like a new one
(see store.mail.adding.add_emails): an empty digest of its text says that its content is missing.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from store import blobs
from store.chunks import chunked
from store.linking.clues import forget_clues
from store.schema.activities import Activity, Attachment
from store.schema.mail import Email
from store.search import remove_documents

#: Instead of the digest of a text.
PURGED = b""


def purge_mails(tx: Connection, activity_ids: Collection[int]) -> None:
    """Remove the content of these mails; other activities and those purged before are left alone."""
    for portion in chunked(activity_ids):
        columns = (Activity.id, Activity.text_blob_id, Activity.html_blob_id, Email.source_blob_id)
        whole = (Activity.id.in_(portion), Email.text_digest != PURGED)
        rows = tx.execute(select(*columns).join(Email, Email.id == Activity.id).where(*whole)).all()
        _purge(tx, {row.id: {key for key in row[1:] if key is not None} for row in rows})


def _purge(tx: Connection, content: dict[int, set[int]]) -> None:
    if not content:
        return
    keys = sorted(content)
    mine = Attachment.activity_id.in_(keys)
    blob_ids = {blob_id for each in content.values() for blob_id in each}
    blob_ids.update(tx.execute(select(Attachment.blob_id).where(mine)).scalars())
    remove_documents(tx, activity_ids=keys)
    forget_clues(tx, keys)
    tx.execute(delete(Attachment).where(mine))
    tx.execute(
        update(Activity)
        .where(Activity.id.in_(keys))
        .values(preview="", attachments=0, mentions=[], text_blob_id=None, html_blob_id=None)
    )
    tx.execute(update(Email).where(Email.id.in_(keys)).values(text_digest=PURGED, new_text_size=0, source_blob_id=None))
    blobs.drop_unused(tx, blob_ids)
