"""Earlier mails are known by the words that a mail quotes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from mail_sync.clues import Clues
from store.engine import Store
from store.linking import quotations
from store.linking.clues import store_clues
from store.queries.linking.gather import gather
from store.schema.activities import Activity
from tests.store.builders import NOW, World


def test_mail_with_the_most_marks_in_common_is_quoted_first_with_its_line(store: Store) -> None:
    with store.write() as tx:
        first, second, answer = _mails(tx, 3)
        _say(tx, first, own=(1, 2), new_text="The pump leaks")
        _say(tx, second, own=(3,))
        _say(tx, answer, quoted=(1, 2, 3, 4))
        quoted = gather(tx, [answer], line_of=lambda text, marks: f"{text} {sorted(marks)}").facts[0].quoted
    assert [(each.mail.activity_id, each.lines, round(each.share, 2), each.quote) for each in quoted] == [
        (first, 2, 0.67, "The pump leaks [1, 2]"),
        (second, 1, 0.33, ""),
    ]


def test_later_private_and_deleted_mail_is_not_quoted(store: Store) -> None:
    with store.write() as tx:
        private, deleted, answer, later = _mails(tx, 4)
        for key in (private, deleted, later):
            _say(tx, key, own=(1,))
        _say(tx, answer, quoted=(1,))
        tx.execute(update(Activity).where(Activity.id == private).values(private=True))
        tx.execute(update(Activity).where(Activity.id == deleted).values(deleted_at=NOW))
        assert gather(tx, [answer]).facts[0].quoted == ()


def test_words_that_many_mails_say_are_a_witness_for_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotations, "MOST_WITH_MARK", 20)
    with store.write() as tx:
        *sayers, answer = _mails(tx, 9)
        for key in sayers:
            _say(tx, key, own=(1,))
        _say(tx, sayers[0], own=(1, 2))
        _say(tx, answer, quoted=(1, 2))
        quoted = gather(tx, [answer]).facts[0].quoted
    assert [(each.mail.activity_id, each.lines) for each in quoted] == [(sayers[0], 1)]


def test_a_mark_of_very_many_mails_is_not_even_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotations, "MOST_WITH_MARK", 3)
    with store.write() as tx:
        first, second, third, answer = _mails(tx, 4)
        for key in (first, second, third):
            _say(tx, key, own=(1,))
        _say(tx, answer, quoted=(1,))
        assert gather(tx, [answer]).facts[0].quoted == ()


def _mails(tx: Connection, count: int) -> list[int]:
    world = World(tx)
    return [world.email(f"Mail {number}", at=NOW + timedelta(hours=number)) for number in range(count)]


def _say(
    tx: Connection, key: int, *, own: tuple[int, ...] = (), quoted: tuple[int, ...] = (), new_text: str = ""
) -> None:
    from store import blobs

    blob = blobs.content(b"x")
    tx.execute(update(Activity).where(Activity.id == key).values(text_blob_id=blobs.put(tx, [blob])[blob.sha256]))
    store_clues(tx, {key: Clues(new_text=new_text, own_marks=own, quoted_marks=quoted)}, 1)
