"""What is kept of texts for linking, and that nothing is kept of what may not be known."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from mail_sync.clues import Clues
from store import blobs
from store.engine import Store
from store.linking.clues import forget_clues, missing_clues, store_clues
from store.linking.facts import SignatureField
from store.mail.withheld import purge_mails
from store.schema.activities import Activity
from store.schema.knowledge import Clue, TextMark
from store.schema.mail import Email
from store.sync.items import hide_unheld
from tests.store.builders import NOW, World

READ = Clues(
    new_text="The pump leaks",
    fields=(SignatureField("name", "Jane Roe", "Jane Roe"),),
    own_marks=(5, 3),
    quoted_marks=(7,),
)


def test_texts_are_missing_until_this_version_read_them(store: Store) -> None:
    with store.write() as tx:
        mail = _mail(tx, "The pump leaks\n\n> Hello")
        assert [(each.text, each.new_text_size) for each in missing_clues(tx, [mail], 1)] == [
            ("The pump leaks\n\n> Hello", 14)
        ]
        store_clues(tx, {mail: READ}, 1)
        assert missing_clues(tx, [mail], 1) == []
        assert [each.activity_id for each in missing_clues(tx, [mail], 2)] == [mail]


def test_clues_are_kept_with_their_marks_and_mails_that_say_something_new_are_told(store: Store) -> None:
    with store.write() as tx:
        mail = _mail(tx, "x")
        assert store_clues(tx, {mail: READ}, 1) == {mail}
        assert store_clues(tx, {mail: READ}, 1) == frozenset()
        assert store_clues(tx, {mail: Clues(own_marks=(5, 9))}, 2) == {mail}
        assert _marks(tx) == [(5, False), (9, False)]
        assert tx.execute(select(Clue.reader_version, Clue.new_text)).all() == [(2, "")]


@pytest.mark.parametrize("column", [{"private": True}, {"deleted_at": NOW}, {"text_blob_id": None}])
def test_nothing_is_read_or_kept_of_what_is_private_deleted_or_purged(store: Store, column: dict[str, object]) -> None:
    with store.write() as tx:
        mail = _mail(tx, "secret")
        tx.execute(update(Activity).where(Activity.id == mail).values(column))
        assert missing_clues(tx, [mail], 1) == []
        assert store_clues(tx, {mail: READ}, 1) == frozenset()
        assert (tx.execute(select(Clue.id)).all(), _marks(tx)) == ([], [])


def test_purging_a_mail_forgets_its_clues(store: Store) -> None:
    with store.write() as tx:
        mail = _mail(tx, "secret")
        store_clues(tx, {mail: READ}, 1)
        purge_mails(tx, [mail])
        assert (tx.execute(select(Clue.id)).all(), _marks(tx)) == ([], [])


def test_what_no_mailbox_holds_any_more_is_forgotten(store: Store) -> None:
    with store.write() as tx:
        mail = _mail(tx, "secret")
        store_clues(tx, {mail: READ}, 1)
        hide_unheld(tx, [mail])
        assert (tx.execute(select(Clue.id)).all(), _marks(tx)) == ([], [])


def test_forgotten_clues_are_missing_again(store: Store) -> None:
    with store.write() as tx:
        mail = _mail(tx, "x")
        store_clues(tx, {mail: READ}, 1)
        forget_clues(tx, [mail])
        assert [each.activity_id for each in missing_clues(tx, [mail], 1)] == [mail]


def _mail(tx: Connection, text: str) -> int:
    mail = World(tx).email("Pump")
    content = blobs.content(text.encode())
    blob_id = blobs.put(tx, [content])[content.sha256]
    tx.execute(update(Activity).where(Activity.id == mail).values(text_blob_id=blob_id))
    tx.execute(update(Email).where(Email.id == mail).values(new_text_size=14))
    return mail


def _marks(tx: Connection) -> list[tuple[int, bool]]:
    return [
        (row.mark, row.quoted) for row in tx.execute(select(TextMark.mark, TextMark.quoted).order_by(TextMark.mark))
    ]
