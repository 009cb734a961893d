"""Mails are read for what is asked and promised, whatever arrives first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import insert, select, update

from store.engine import Store, open_store
from store.following.acts import delegate, dismiss, mark_done, snooze, write_reminder
from store.following.keeping import happened
from store.following.settings import save_settings
from store.following.values import wall_in
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.queries.follow_ups import follow_ups
from store.records.merging import merge_records
from store.records.writing import delete_record, edit_record
from store.schema.activities import Activity, Appointment
from store.schema.people import OwnAddress, User
from store.schema.records import Record
from tests.assistant.following.scene import ANNA, DAY, JANE, MONDAY, TOM, Scene
from tests.store.builders import World
from tests.store.scenes import add_user


@pytest.fixture
def scene(sqlite_store: Store) -> Scene:
    return Scene(sqlite_store)


ASKS = "Hello Jane,\n\ncould you send me the drawings of the hall?\n\nAnna"
AUTOMATIC = {"subject": "Automatic reply: Snow guns", "Auto_Submitted": "auto-replied"}


def test_a_question_comes_back_after_three_working_days_and_goes_with_the_answer(scene: Scene) -> None:
    scene.sends(1, ASKS)
    assert scene.hours() == [("awaiting_reply", 73.0)]  # Thursday, the same hour
    assert scene.told("sentence", "customer_id", "facts") == [
        (
            "could you send me the drawings of the hall?",
            scene.fabrikam,
            {"who": "Jane Roe", "subject": "Snow guns", "on": "2026-03-02"},
        )
    ]
    scene.hears(27, "Here they are.", answers=1)
    assert (scene.hours(), scene.closed()) == ([], [("awaiting_reply", "Jane Roe answered")])


def test_a_promise_comes_back_early_on_its_day_and_goes_when_its_file_was_sent(scene: Scene) -> None:
    scene.sends(1, "Hello Jane,\n\nI will send you the offer by Friday.\n\nAnna")
    assert scene.hours() == [("promise", 96.0)]  # Friday, 9:00
    scene.sends(26, "Jane, one more thing: the hall has to be dry.", answers=1)
    assert [facts["since"] for (facts,) in scene.told("facts")] == ["2026-03-03"]  # that alone keeps no promise
    scene.sends(30, "Have a look.", answers=1, attached="Offer.pdf")
    assert scene.closed() == [("promise", "You sent Offer.pdf")]


def test_what_arrives_first_makes_no_difference(tmp_path: Path, empty_file: Path) -> None:
    def seen(order: Sequence[int]) -> str:
        with closing(open_store(str(copy(empty_file, tmp_path / f"{order}.db")))) as store:
            scene = Scene(store)
            mails = [
                scene.raw(1, ASKS),
                scene.raw(4, "I am out of office until 16 March.", sender=JANE, to=ANNA, answers=1, **AUTOMATIC),
                scene.raw(26, "Jane, could you also tell me how high it is?", answers=1),
                scene.raw(27, "I will ask Tom on Wednesday.", sender=TOM, to=ANNA, answers=1),
            ]
            for place in order:
                scene.arrive(mails[place], at=30)
            return repr(sorted([*scene.told("kind", "due_at", "facts", "sentence")], key=repr))

    in_order = seen((0, 1, 2, 3))
    assert [seen(order) for order in ((3, 2, 1, 0), (1, 3, 0, 2))] == [in_order] * 2


def test_an_answer_that_came_before_its_question_leaves_nothing_open(scene: Scene) -> None:
    scene.arrive(scene.raw(3, "Here they are.", sender=JANE, to=ANNA, answers=1))
    scene.arrive(scene.raw(1, ASKS))
    assert scene.told("kind", states=("open", "proposed", "closed")) == []


def test_old_mail_of_a_first_sync_asks_nothing(scene: Scene) -> None:
    scene.arrive(scene.raw(1, ASKS), at=31 * 24)
    assert scene.hours() == []


def test_the_report_of_our_own_server_tells_that_a_mail_bounced(scene: Scene) -> None:
    scene.sends(1, "Here are the drawings.")
    report = (
        b"From: postmaster@alpine.example\r\nTo: anna@alpine.example\r\nSubject: Undeliverable: Snow guns\r\n"
        b"Date: Mon, 02 Mar 2026 10:06:00 +0000\r\nMessage-ID: <report@alpine.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
        b"Your message to jane@fabrikam.example couldn't be delivered.\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;alpine.example\r\n\r\n"
        b"Final-Recipient: rfc822;jane@fabrikam.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m1@mail.example>\r\n\r\n--b--\r\n"
    )
    scene.arrive(report)
    assert [facts["bounced"] for (facts,) in scene.told("facts")] == ["jane@fabrikam.example"]
    scene.sends(2, "What is for lunch is a secret.", subject="Lunch")
    assert scene.closed() == []
    scene.sends(3, "Here are the drawings.")  # not as an answer: Outlook sends again what did not arrive
    assert scene.closed() == [("awaiting_reply", "You wrote to them again")]


def test_what_is_written_in_the_name_of_a_shared_mailbox_is_its_writers(scene: Scene) -> None:
    with scene.store.write() as tx:
        tx.execute(insert(OwnAddress).values(email="support@alpine.example"))
    scene.sends(1, ASKS, sender="support@alpine.example", Sender=ANNA)
    assert scene.told("user_id") == [(scene.anna.user_id,)]


def test_of_a_mail_that_is_private_now_nothing_is_told_to_whom_it_was_given(scene: Scene) -> None:
    scene.sends(1, ASKS)
    with scene.store.write() as tx:
        bo = add_user(tx, "bo")
        uid = tx.execute(select(User.uid).where(User.id == bo.user_id)).scalar_one()
        delegate(tx, scene.told("id")[0][0], uid, by=scene.anna, now=scene.now)
    said = []
    for private in (False, True):
        with scene.store.write() as tx:
            tx.execute(update(Activity).values(private=private))
            (row,) = follow_ups(tx, by=bo)
        said.append((row.text, row.sentence, row.facts["subject"]))
    assert said == [("Snow guns", "could you send me the drawings of the hall?", "Snow guns"), ("", "", "private")]


def test_a_colleague_answers_for_whoever_was_asked_only_where_that_is_wanted(scene: Scene) -> None:
    scene.sends(1, ASKS)
    scene.hears(3, "Jane is busy, I will look for them.", sender=TOM, answers=1)
    assert [facts["colleague"] for kind, facts in scene.told("kind", "facts") if kind == "awaiting_reply"] == [
        "Tom Fry"
    ]
    with scene.store.write() as tx:
        save_settings(tx, {"colleagues": "on"}, zone="UTC", by=scene.anna)
    scene.read()
    assert scene.closed() == [("awaiting_reply", "Tom Fry answered")]


def test_what_a_person_says_a_mail_is_about_changes_whose_follow_up_it_is(scene: Scene) -> None:
    scene.sends(1, ASKS)
    contoso = scene.record("account", title="Contoso")
    with scene.store.write() as tx:
        activity_id = tx.execute(select(Activity.id)).scalar_one()
        operation = set_link(tx, activity_id, contoso, by=scene.anna, now=scene.now)
    scene.read()
    assert scene.told("record_id", "customer_id") == [(contoso, contoso)]
    with scene.store.write() as tx:
        undo(tx, operation, by=scene.anna, now=scene.now)
    scene.read()
    assert scene.told("customer_id") == [(scene.fabrikam,)]


def test_follow_ups_go_to_the_record_that_stays_and_come_back_with_one_that_was_deleted(scene: Scene) -> None:
    scene.sends(1, ASKS)
    contoso, stays = scene.record("account", title="Contoso"), scene.record("account", title="Contoso Ltd")
    with scene.store.write() as tx:
        activity_id = tx.execute(select(Activity.id)).scalar_one()
        set_link(tx, activity_id, contoso, by=scene.anna, now=scene.now)
        write_reminder(
            tx, "Call", wall_in(MONDAY + 3 * DAY, "UTC"), "UTC", record_id=contoso, by=scene.anna, now=scene.now
        )
    about = []
    for act in (partial(delete_record, record_id=contoso), partial(merge_records, winner_id=stays, loser_id=contoso,
                                                                   choices={})):  # fmt: skip
        with scene.store.write() as tx:
            done = act(tx, by=scene.anna, now=scene.now)
        scene.read()
        about += scene.told("customer_id")
        with scene.store.write() as tx:
            undo(tx, done, by=scene.anna, now=scene.now)
        scene.read()
        assert scene.told("record_id", "customer_id") == [(contoso, contoso)] * 2
    assert about == [(scene.fabrikam,), (contoso,), (stays,), (stays,)]


def test_a_meeting_that_is_booked_closes_it_until_it_is_cancelled(scene: Scene) -> None:
    scene.sends(1, ASKS)
    with scene.store.write() as tx:
        world = World(tx)
        begins, booked = MONDAY + 2 * DAY, MONDAY + DAY / 2
        visit = world.activity("appointment", "Visit", at=begins, created_at=booked)
        walls = {"start_wall": f"{begins:%Y-%m-%dT%H:%M}", "end_wall": f"{begins:%Y-%m-%dT%H:%M}"}
        tx.execute(insert(Appointment).values(id=visit, identity="visit", ical_uid="visit", **walls))
        world.party(visit, "required", "jane@fabrikam.example")
        world.link(visit, scene.fabrikam)
        happened(tx, [visit])
    scene.read()
    assert scene.closed() == [("awaiting_reply", "A meeting is booked with them: Visit")]
    with scene.store.write() as tx:
        tx.execute(update(Appointment).values(status="cancelled"))
        happened(tx, [visit])
    scene.read()
    assert scene.hours() == [("awaiting_reply", 73.0)]


def test_what_a_person_did_about_it_stands_whatever_is_read_again(scene: Scene) -> None:
    with scene.store.write() as tx:
        save_settings(tx, {"confirm": "on"}, zone="UTC", by=scene.anna)
    scene.sends(1, "Hello Jane,\n\ncould you send me the drawings? I will send you the offer by Friday.\n\nAnna")
    assert scene.told("kind", "state") == [("awaiting_reply", "open"), ("promise", "proposed")]
    ids = [key for (key,) in scene.told("id")]
    with scene.store.write() as tx:
        snooze(tx, ids[0], MONDAY + 9 * DAY, by=scene.anna, now=scene.now)
        dismiss(tx, ids[1], by=scene.anna, now=scene.now)
    scene.hears(2, "I am out of office until 16 March.", answers=1, **AUTOMATIC)
    assert scene.told("kind", "state", "snoozed_until", states=("open", "dismissed")) == [
        ("awaiting_reply", "open", MONDAY + 9 * DAY),
        ("promise", "dismissed", None),
    ]
    with scene.store.write() as tx:
        done = mark_done(tx, ids[0], by=scene.anna, now=scene.now)
    scene.hears(3, "Here they are.", answers=1)
    with scene.store.write() as tx:
        undo(tx, done, by=scene.anna, now=scene.now)
    scene.read()
    assert scene.closed() == [("awaiting_reply", "Jane Roe answered")]


def test_an_offer_goes_with_its_deal_and_a_promise_to_whom_bought_stays(scene: Scene) -> None:
    deal = scene.record("opportunity", title="Ten snow guns", account=scene.fabrikam, stage="propose")
    with scene.store.read() as tx:
        number = tx.execute(select(Record.number).where(Record.id == deal)).scalar_one()
    how = {"subject": f"Ten snow guns [{number}]", "attached": "Offer.pdf"}
    scene.sends(1, "Our offer is attached. I will call you on Friday.", **how)
    assert [kind for (kind,) in scene.told("kind")] == ["offer", "promise"]
    with scene.store.write() as tx:
        edit_record(tx, deal, {"stage": "won"}, by=scene.anna, now=scene.now + DAY)
    scene.read()
    assert ([kind for (kind,) in scene.told("kind")], scene.closed()) == (
        ["promise"],
        [("offer", "The opportunity was won")],
    )
