"""Teaching linking: what a lesson would do is told before, and is done when it is applied."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from assistant.linking.previewing import offered_patterns, preview_lesson
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.linking.internal import link_internal
from store.linking.lessons import forget_lesson, teach
from store.linking.reexamining import examine_again
from store.queries.lessons import lessons
from store.schema.activities import Activity
from store.schema.links import Link
from tests.assistant.linking.mails import NOW, US, links_by_mail, take_in
from tests.assistant.linking.mails import plain_mail as mail
from tests.assistant.linking.test_decisions import GUNS, LEAK, QUIET, do, first_of, mail_key, record_key

STRANGER = "Sam <sam@partner.example>"


def _taught(store: Store) -> list[tuple[str, str]]:
    with store.read() as tx:
        return [(each.value, each.record.title) for each in lessons(tx, by=SYSTEM)]


def test_preview_tells_what_applying_does_and_stores_nothing(store: Store) -> None:
    take_in(store, [mail(n, sender=STRANGER, subject=QUIET) for n in (1, 2, 3)])
    account = record_key(store, "Fabrikam")
    do(store, set_link, mail_key(store, 2), record_key(store, GUNS))
    before = links_by_mail(store)
    with store.read() as tx:
        offered = [(each.kind, each.value) for each in offered_patterns(tx, mail_key(store, 2), account, by=SYSTEM)]
        preview = preview_lesson(tx, "domain", "partner.example", account, by=SYSTEM)
        told = [(move.subject, move.before, move.after and move.after.title) for move in preview.moves]
    assert offered[:2] == [("address", "sam@partner.example"), ("domain", "partner.example")]
    assert (preview.fits, preview.count, told) == (3, 2, [(QUIET, None, "Fabrikam")] * 2)
    assert (links_by_mail(store), _taught(store)) == (before, [])
    do(store, teach, "domain", "partner.example", account)
    assert links_by_mail(store) == before
    do(store, teach, "domain", "partner.example", account, apply=True)
    assert [first_of(store, number) for number in (1, 2, 3)] == ["Fabrikam", GUNS, "Fabrikam"]


def test_lesson_is_undone_with_what_it_moved(store: Store) -> None:
    take_in(store, [mail(1, sender=STRANGER, subject=QUIET)])
    before = links_by_mail(store)
    uid = do(store, teach, "address", "sam@partner.example", record_key(store, "Jane Roe"), apply=True)
    assert first_of(store, 1) == "Jane Roe"
    undone = do(store, undo, uid)
    assert (links_by_mail(store), _taught(store)) == (before, [])
    do(store, undo, undone)
    assert first_of(store, 1) == "Jane Roe"


def test_forgotten_lesson_no_longer_speaks_and_forgetting_is_undone(store: Store) -> None:
    take_in(store, [mail(1, sender=STRANGER, subject="Falcon project")])
    do(store, teach, "phrase", "Falcon Project", record_key(store, GUNS), apply=True)
    assert first_of(store, 1) == GUNS
    with store.read() as tx:
        (row,) = lessons(tx, by=SYSTEM)
    uid = do(store, forget_lesson, row.uid)
    assert (first_of(store, 1), _taught(store)) == ("", [])
    do(store, undo, uid)
    assert (first_of(store, 1), _taught(store)) == (GUNS, [("falcon project", GUNS)])


def test_address_stands_for_what_was_taught_last_and_a_phrase_for_several(store: Store) -> None:
    for title in ("Jane Roe", "Fabrikam", "Fabrikam"):
        do(store, teach, "address", "sam@partner.example", record_key(store, title))
    for title in (GUNS, LEAK):
        do(store, teach, "phrase", "falcon", record_key(store, title))
    assert _taught(store) == [("falcon", LEAK), ("falcon", GUNS), ("sam@partner.example", "Fabrikam")]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("domain", "gmail.com"), ("phrase", "--"), ("address", "nobody"), ("smell", "of roses"), ("name", "X")],
)
def test_what_stands_for_nobody_is_not_taught(store: Store, kind: str, value: str) -> None:
    with store.write() as tx, pytest.raises(Invalid):
        teach(tx, kind, value, 1, by=SYSTEM, now=NOW)


def test_unknown_lesson_is_not_found(store: Store) -> None:
    with store.write() as tx, pytest.raises(NotFound):
        forget_lesson(tx, "nothing", by=SYSTEM, now=NOW)


def test_internal_mail_is_linked_where_people_want_it(store: Store) -> None:
    take_in(store, [mail(1, sender=US, to="ben@alpine.example", subject="OPP-00231: prices")])
    assert {link[1] for link in links_by_mail(store).get("m1@mail.example", [])} <= {"suggested"}
    do(store, link_internal, True)
    assert first_of(store, 1) == GUNS
    do(store, link_internal, False)
    assert first_of(store, 1) == ""


def test_past_mail_is_examined_again_since_a_day(store: Store) -> None:
    take_in(store, [mail(1), mail(30)])
    with store.write() as tx:
        times = sorted(tx.execute(select(Activity.occurred_at)).scalars())
        tx.execute(delete(Link))
        assert examine_again(tx, times[1], by=SYSTEM, now=NOW) == 1
    take_in(store, [])
    do(store, examine_again, times[1])
    assert list(links_by_mail(store)) == ["m30@mail.example"]
