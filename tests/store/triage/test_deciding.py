from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import Invalid, NotFound
from store.history.operations import undo
from store.linking.at_once import link_at_once, refuse_at_once
from store.linking.by_hand import remove_link, set_link
from store.linking.decided import DecidedLink
from store.linking.links import store_decisions
from store.linking.refusals import allow_message
from store.schema.triage import Triage
from store.triage.deciding import decide_mails, give_mails
from store.triage.standing import State
from store.triage.waiting import any_due, wake_mails
from tests.store.builders import NOW, World
from tests.store.scenes import add_user, make


class Desk:
    """A desk with a person, a case and mails that wait."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self.world = World(tx)
        self.kim = add_user(tx)
        self.mailbox_id = self.world.mailbox("support@alpine.example", self.kim.user_id)
        self.kim = Actor(self.kim.user_id, self.kim.name, self.kim.role, frozenset({self.mailbox_id}))
        self.case_id = make(tx, "case", title="Printer").record_id

    def mail(self, state: str = "undecided") -> int:
        key = self.world.email("Help", mailbox_ids=[self.mailbox_id], direction="in")
        if state:
            self.tx.execute(insert(Triage).values(activity_id=key, state=state, occurred_at=NOW))
        return key

    def states(self) -> list[str]:
        return list(self.tx.execute(select(Triage.state).order_by(Triage.activity_id)).scalars())


def test_a_mail_that_a_person_links_is_handled_and_waits_again_when_that_is_undone(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        done = set_link(tx, desk.mail(), desk.case_id, by=desk.kim, now=NOW)
        assert desk.states() == ["handled"]

        again = undo(tx, done, by=desk.kim, now=NOW)
        assert desk.states() == ["undecided"]

        undo(tx, again, by=desk.kim, now=NOW)
        assert desk.states() == ["handled"]


def test_a_mail_that_never_waited_does_not_begin_to_when_it_is_linked_and_unlinked(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mail = desk.mail(state="")
        set_link(tx, mail, desk.case_id, by=desk.kim, now=NOW)
        remove_link(tx, mail, desk.case_id, by=desk.kim, now=NOW)

        assert desk.states() == []


def test_a_mail_waits_again_when_a_person_takes_its_link_off(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mail = desk.mail()
        set_link(tx, mail, desk.case_id, by=desk.kim, now=NOW)
        remove_link(tx, mail, desk.case_id, by=desk.kim, now=NOW)

        assert desk.states() == ["undecided"]


def test_a_mail_that_is_not_relevant_is_ignored_until_it_is_relevant_after_all(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mail = desk.mail()
        refuse_at_once(tx, [mail, desk.mail()], by=desk.kim, now=NOW)
        assert desk.states() == ["ignored", "ignored"]

        allow_message(tx, mail, by=desk.kim, now=NOW)
        assert desk.states() == ["undecided", "ignored"]


def test_mails_that_linking_ties_to_open_work_are_handled_unless_somebody_decided_otherwise(
    sqlite_store: Store,
) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mails = [desk.mail(), desk.mail("pending"), desk.mail(), desk.mail()]
        decide_mails(tx, [mails[3]], State.UNDECIDED, by=desk.kim, now=NOW)
        link = DecidedLink(desk.case_id, "linked", True, 1.0, "number", ())
        store_decisions(tx, {mails[0]: [link], mails[1]: [link], mails[3]: [link]}, engine_version=1, now=NOW)
        assert desk.states() == ["handled", "pending", "undecided", "undecided"]

        store_decisions(tx, {mails[0]: []}, engine_version=1, now=NOW)
        assert desk.states() == ["undecided", "pending", "undecided", "undecided"]


@pytest.mark.parametrize(
    ("act", "states"),
    [
        (lambda desk, mails: decide_mails(desk.tx, mails, State.HANDLED, by=desk.kim, now=NOW), ["handled"] * 2),
        (lambda desk, mails: decide_mails(desk.tx, mails, State.IGNORED, by=desk.kim, now=NOW), ["ignored"] * 2),
        (
            lambda desk, mails: decide_mails(
                desk.tx, mails, State.SNOOZED, until=NOW + timedelta(hours=1), by=desk.kim, now=NOW
            ),
            ["snoozed"] * 2,
        ),
        (lambda desk, mails: link_at_once(desk.tx, mails, desk.case_id, by=desk.kim, now=NOW), ["handled"] * 2),
    ],
)
def test_what_is_decided_by_hand_is_undone_as_a_whole(
    sqlite_store: Store, act: Callable[[Desk, list[int]], str], states: list[str]
) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        done = act(desk, [desk.mail(), desk.mail()])
        assert desk.states() == states

        undo(tx, done, by=desk.kim, now=NOW)
        assert desk.states() == ["undecided", "undecided"]


def test_deciding_about_a_mail_that_never_waited_is_undone_without_a_trace(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        done = decide_mails(tx, [desk.mail(state="")], State.UNDECIDED, by=desk.kim, now=NOW)
        assert desk.states() == ["undecided"]

        undo(tx, done, by=desk.kim, now=NOW)
        assert desk.states() == []


def test_what_was_put_off_waits_again_when_its_time_has_come(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        until = NOW + timedelta(hours=1)
        decide_mails(tx, [desk.mail()], State.SNOOZED, until=until, by=desk.kim, now=NOW)

        before = until - timedelta(seconds=1)
        assert (any_due(tx, now=before), wake_mails(tx, now=before), desk.states()) == (False, 0, ["snoozed"])
        assert (any_due(tx, now=until), wake_mails(tx, now=until), desk.states()) == (True, 1, ["undecided"])


def test_a_mail_is_given_to_a_person_and_undone(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mail = desk.mail()
        done = give_mails(tx, [mail], user_id=desk.kim.user_id, by=desk.kim, now=NOW)
        assert tx.execute(select(Triage.user_id)).scalar() == desk.kim.user_id

        undo(tx, done, by=desk.kim, now=NOW)
        assert tx.execute(select(Triage.user_id)).scalar() is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": State.SNOOZED}, "Say until when to put it off."),
        ({"state": State.SNOOZED, "until": NOW}, "That time has passed; put it off until later."),
        ({"state": State.HANDLED, "until": NOW}, "Only what is put off has a time."),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_in_words(
    sqlite_store: Store, values: dict[str, Any], sentence: str
) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        with pytest.raises(Invalid) as refused:
            decide_mails(tx, [desk.mail()], by=desk.kim, now=NOW, **values)
        assert refused.value.sentence == sentence


def test_nobody_decides_about_mail_that_is_not_theirs_to_see(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        desk = Desk(tx)
        mail, other = desk.mail(), add_user(tx, "Anna Hedlund")
        with pytest.raises(NotFound):
            decide_mails(tx, [mail], State.HANDLED, by=other, now=NOW)
        with pytest.raises(NotFound):
            give_mails(tx, [mail], queue_id=7, by=SYSTEM, now=NOW)
