"""What people decide about links stands, reaches as far as they said, and is taken back as one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from assistant.linking.new_topic import looks_like_new_topic
from assistant.linking.worker import link_pending
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.linking.by_hand import remove_link, set_link
from store.linking.pending import reopen_all
from store.linking.refusals import (
    allow_domain,
    allow_message,
    allow_sender,
    refuse_domain,
    refuse_message,
    refuse_sender,
)
from store.linking.relinking import link_thread, unlink_thread
from store.linking.splitting import join_thread, split_thread
from store.linking.thread_refusals import allow_thread, refuse_thread
from store.queries.lessons import exclusions
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email
from store.schema.records import Record
from tests.assistant.linking.mails import NOW, US, links_by_mail, take_in
from tests.assistant.linking.mails import plain_mail as mail

GUNS, LEAK = "Ten snow guns", "Gun 4 leaks"
QUIET = "Hello again"  # a subject that fits no record


def do(store: Store, act: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """Carry an act out, then link whatever waits."""
    with store.write() as tx:
        done = act(tx, *values, by=SYSTEM, now=NOW, **named)
    link_pending(store, now=NOW)
    return done


def mail_key(store: Store, number: int) -> int:
    with store.read() as tx:
        return tx.execute(select(Email.id).where(Email.message_id == f"m{number}@mail.example")).scalar_one()


def record_key(store: Store, title: str) -> int:
    with store.read() as tx:
        return tx.execute(select(Record.id).where(Record.title == title)).scalar_one()


def _examine_again(store: Store) -> None:
    with store.write() as tx:
        reopen_all(tx)
    link_pending(store, now=NOW)


def first_of(store: Store, number: int) -> str:
    """The title of what a mail is regarding first of all, '' for nothing."""
    links = links_by_mail(store).get(f"m{number}@mail.example", [])
    return next((title for title, state, _, primary in links if state == "linked" and primary), "")


def _linked(store: Store, number: int) -> set[str]:
    links = links_by_mail(store).get(f"m{number}@mail.example", [])
    return {title for title, state, _, _ in links if state == "linked"}


def _proposed(store: Store, number: int) -> set[str]:
    """What a mail is linked to or suggested for."""
    links = links_by_mail(store).get(f"m{number}@mail.example", [])
    return {title for title, state, _, _ in links if state != "rejected"}


def _by_thread(store: Store, number: int) -> set[str]:
    """The titles that the thread of a mail speaks for."""
    found = select(Record.title, Link.evidence).join(Link, Link.record_id == Record.id)
    with store.read() as tx:
        rows = tx.execute(found.where(Link.activity_id == mail_key(store, number), Link.state != "rejected")).all()
    return {row.title for row in rows if any(one["rule"].startswith("thread") for one in row.evidence)}


def test_choosing_another_record_rejects_what_a_rule_said_instead(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042")])
    do(store, set_link, mail_key(store, 1), record_key(store, GUNS))
    links = links_by_mail(store)["m1@mail.example"]
    assert [link for link in links if link[0] in (GUNS, LEAK)] == [
        (LEAK, "rejected", "person", False),
        (GUNS, "linked", "person", True),
    ]
    assert "Jane Roe" in _linked(store, 1)


def test_choosing_another_record_leaves_what_a_person_linked_before(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET)])
    do(store, set_link, mail_key(store, 1), record_key(store, LEAK))
    do(store, set_link, mail_key(store, 1), record_key(store, GUNS))
    assert (first_of(store, 1), {GUNS, LEAK} <= _linked(store, 1)) == (GUNS, True)


def test_rejection_is_not_passed_on_to_answers_over_an_older_mail(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042"), mail(2, subject=QUIET, answers=1)])
    assert LEAK in _proposed(store, 2)
    do(store, remove_link, mail_key(store, 2), record_key(store, LEAK))
    take_in(store, [mail(3, subject=QUIET, answers=2, references=[1, 2])])
    assert (_by_thread(store, 2), _by_thread(store, 3)) == ({"Fabrikam", "Jane Roe"}, {"Fabrikam", "Jane Roe"})
    assert LEAK in _linked(store, 1)


def test_whole_thread_is_relinked_but_for_what_people_decided_otherwise(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET), *(mail(n, subject=QUIET, answers=n - 1) for n in (2, 3, 4))])
    do(store, set_link, mail_key(store, 2), record_key(store, LEAK))
    do(store, refuse_message, mail_key(store, 3))
    do(store, link_thread, mail_key(store, 4), record_key(store, GUNS))
    assert [first_of(store, number) for number in (1, 2, 3, 4)] == [GUNS, LEAK, "", GUNS]
    take_in(store, [mail(5, subject=QUIET, answers=4)])
    assert GUNS in _linked(store, 5)


def test_relinked_thread_is_undone_as_one_act(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042"), mail(2, subject=QUIET, answers=1)])
    before = links_by_mail(store)
    uid = do(store, link_thread, mail_key(store, 1), record_key(store, GUNS))
    assert (first_of(store, 1), first_of(store, 2)) == (GUNS, GUNS)
    do(store, undo, uid)
    assert links_by_mail(store) == before


def test_unlinked_thread_keeps_the_record_off_later_replies_and_nothing_else(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042"), mail(2, subject=QUIET, answers=1)])
    uid = do(store, unlink_thread, mail_key(store, 2), record_key(store, LEAK))
    take_in(store, [mail(3, subject="Re: CAS-01042", answers=2)])
    assert [_proposed(store, number) & {LEAK} for number in (1, 2, 3)] == [set(), set(), set()]
    assert "Jane Roe" in _linked(store, 3)
    do(store, undo, uid)
    assert [LEAK in _linked(store, number) for number in (1, 3)] == [True, True]


def test_mail_that_is_not_relevant_is_regarding_nothing_until_it_is_allowed(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042")])
    before = links_by_mail(store)
    do(store, refuse_message, mail_key(store, 1))
    _examine_again(store)
    assert links_by_mail(store) == {}
    do(store, allow_message, mail_key(store, 1))
    assert links_by_mail(store) == before
    with store.write() as tx, pytest.raises(Invalid, match="Nobody said"):
        allow_message(tx, mail_key(store, 1), by=SYSTEM, now=NOW)


def test_answers_to_a_mail_that_is_not_relevant_inherit_nothing_over_it(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042"), mail(2, subject=QUIET, answers=1)])
    do(store, refuse_message, mail_key(store, 2))
    take_in(store, [mail(3, subject=QUIET, answers=2, references=[1, 2])])
    assert _by_thread(store, 3) == set()


def test_sender_is_never_linked_and_links_of_people_stay(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET), mail(2, subject=QUIET), mail(3, sender=US, to="jane@fabrikam.example")])
    before = links_by_mail(store)
    do(store, set_link, mail_key(store, 2), record_key(store, GUNS))
    uid = do(store, refuse_sender, "Jane@Fabrikam.example")
    take_in(store, [mail(4, subject="CAS-01042")])
    assert [_proposed(store, number) for number in (1, 2, 3, 4)] == [set(), {GUNS}, set(), set()]
    do(store, undo, uid)
    assert links_by_mail(store)["m1@mail.example"] == before["m1@mail.example"]
    do(store, refuse_sender, "jane@fabrikam.example")
    do(store, allow_sender, "jane@fabrikam.example")
    assert LEAK in _linked(store, 4)


def test_domain_is_never_linked_but_mail_to_others_besides_is(store: Store) -> None:
    take_in(store, [mail(1, sender="bob@fabrikam.example"), mail(2, sender=US, to="bob@fabrikam.example, x@y.example")])
    do(store, refuse_domain, "fabrikam.example")
    assert (_proposed(store, 1), "Fabrikam" in _linked(store, 2)) == (set(), True)
    with store.read() as tx:
        assert [(each.kind, each.value) for each in exclusions(tx, by=SYSTEM)] == [("domain", "fabrikam.example")]
    do(store, allow_domain, "fabrikam.example")
    assert "Fabrikam" in _linked(store, 1)


def test_domain_where_anybody_may_have_a_mailbox_cannot_be_refused(store: Store) -> None:
    with store.write() as tx, pytest.raises(Invalid, match="name the address"):
        refuse_domain(tx, "gmail.com", by=SYSTEM, now=NOW)


QUOTED = """I have been thinking about it.

> The nozzle of the third machine froze again last night and we had to stop the whole line.
> Could your technician come on Thursday morning with a new heating element for it?
> We also need the protocol of the last inspection for the insurance company in Graz.
"""
SAID = QUOTED.replace("> ", "").replace("I have been thinking about it.\n\n", "")


def test_untracked_thread_stays_off_for_late_replies_that_only_quote_it(store: Store) -> None:
    take_in(store, [mail(1, subject="The nozzle", body=SAID)])
    uid = do(store, refuse_thread, mail_key(store, 1))
    take_in(store, [mail(2, subject="The nozzle", answers=1), mail(3, subject="Thursday", body=QUOTED)])
    assert links_by_mail(store) == {}
    do(store, undo, uid)
    assert all("Jane Roe" in _linked(store, number) for number in (1, 2, 3))


def test_thread_stays_refused_when_another_thread_is_found_to_be_part_of_it(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET), mail(5, subject=QUIET, answers=4)])
    do(store, refuse_thread, mail_key(store, 5))
    take_in(store, [mail(6, subject=QUIET, answers=5, references=[1])])
    assert (_proposed(store, 5), _proposed(store, 6)) == (set(), set())
    do(store, allow_thread, mail_key(store, 1))
    assert all("Jane Roe" in _linked(store, number) for number in (1, 5, 6))


def test_refused_thread_keeps_what_was_rejected_before(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042")])
    do(store, remove_link, mail_key(store, 1), record_key(store, LEAK))
    do(store, refuse_thread, mail_key(store, 1))
    do(store, allow_thread, mail_key(store, 1))
    assert (_proposed(store, 1) & {LEAK}, "Jane Roe" in _linked(store, 1)) == (set(), True)


def test_split_mail_and_its_answers_no_longer_inherit_from_before(store: Store) -> None:
    take_in(
        store,
        [
            mail(1, subject="OPP-00231"),
            mail(2, subject="Christmas party", answers=1),
            mail(3, subject="Re: Christmas party", answers=2, references=[1, 2]),
        ],
    )
    before = links_by_mail(store)
    uid = do(store, split_thread, mail_key(store, 2))
    assert (GUNS in _by_thread(store, 2) | _by_thread(store, 3)) is False
    assert GUNS in _linked(store, 1)
    do(store, undo, uid)
    assert links_by_mail(store) == before
    do(store, split_thread, mail_key(store, 2))
    do(store, join_thread, mail_key(store, 2))
    assert links_by_mail(store) == before


def test_topics_of_a_split_thread_are_relinked_and_refused_apart(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET), mail(2, subject=QUIET, answers=1), mail(3, subject=QUIET, answers=2)])
    do(store, split_thread, mail_key(store, 2))
    do(store, link_thread, mail_key(store, 3), record_key(store, GUNS))
    assert [first_of(store, number) == GUNS for number in (1, 2, 3)] == [False, True, True]
    do(store, refuse_thread, mail_key(store, 1))
    take_in(store, [mail(4, subject=QUIET, answers=3), mail(5, subject=QUIET, answers=1)])
    assert [bool(_linked(store, number)) for number in (1, 2, 3, 4, 5)] == [False, True, True, True, False]


def test_split_is_offered_for_an_answer_with_a_new_subject_and_no_quotation(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET), mail(2, subject="Re: Hello again", answers=1), mail(3, answers=1)])
    with store.read() as tx:
        keys = tx.execute(select(Email.id).order_by(Email.id)).scalars()
        offered = [looks_like_new_topic(tx, key, by=SYSTEM) for key in keys]
    assert offered == [False, False, True]
    do(store, split_thread, mail_key(store, 3))
    with store.read() as tx:
        assert looks_like_new_topic(tx, mail_key(store, 3), by=SYSTEM) is False


def test_refusal_of_a_thread_from_before_still_holds(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET)])
    with store.write() as tx:
        thread_id = tx.execute(select(Email.thread_id)).scalar_one()
        values = {"uid": "old", "scope": "thread", "subject": str(thread_id), "created_at": NOW}
        tx.execute(insert(LinkRefusal).values(**values))
        reopen_all(tx)
    take_in(store, [mail(2, subject=QUIET, answers=1)])
    assert links_by_mail(store) == {}
    do(store, allow_thread, mail_key(store, 2))
    assert "Jane Roe" in _linked(store, 1)


def test_mail_is_split_off_once(store: Store) -> None:
    take_in(store, [mail(1, subject=QUIET)])
    do(store, split_thread, mail_key(store, 1))
    with store.write() as tx, pytest.raises(Invalid, match="already"):
        split_thread(tx, mail_key(store, 1), by=SYSTEM, now=NOW)
