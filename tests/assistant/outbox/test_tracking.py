"""Putting the category Regarding on a mail in Outlook, taking it off, and showing our links there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.intake import follow_up
from store.actor import SYSTEM
from store.history.operations import undo
from store.linking import shown as shown_links
from store.linking.by_hand import set_link
from store.linking.pending import reopen
from store.records.writing import create_record
from store.schema.links import Link, LinkRefusal
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.sync.settings import change_mail_settings
from tests.assistant.outbox.world import JANE, US, World


@pytest.fixture
def company(world: World) -> World:
    """Fabrikam with Jane and a deal."""
    with world.store.write() as tx:
        fabrikam = create_record(tx, "account", {"title": "Fabrikam"}, by=SYSTEM, now=world.now)
        values = {"title": "Jane", "emails": [JANE], "account": fabrikam.number}
        create_record(tx, "contact", values, by=SYSTEM, now=world.now)
        deal = {"title": "Snow guns", "account": fabrikam.number}
        create_record(tx, "opportunity", deal, number="OPP-00231", by=SYSTEM, now=world.now)
    return world


def _links(world: World, item: int) -> list[tuple[str, str, str]]:
    """Number, rule and who decided, primary first, of the links of a mail."""
    with world.store.read() as tx:
        rows = tx.execute(
            select(Record.number, Link.rule, Link.decided_by)
            .join(Link, Link.record_id == Record.id)
            .where(Link.activity_id == world.item(item).activity_id, Link.state == "linked")
            .order_by(Link.is_primary.desc(), Record.number)
        )
        return [(row.number, row.rule, row.decided_by) for row in rows]


def _categorise(world: World, item: int, *names: str) -> None:
    world.provider.edit(world.item(item).remote_id, categories=names)
    world.sync()


def _refusals(world: World) -> list[Any]:
    with world.store.read() as tx:
        return list(tx.execute(select(LinkRefusal.scope, LinkRefusal.user_id)).all())


def test_case_13_category_with_a_number_links_as_the_mailboxes_user(company: World) -> None:
    item = company.receive(1, sender="stranger@else.example")
    assert _links(company, item) == []
    _categorise(company, item, "Blue", "regarding: opp-00231")
    assert _links(company, item) == [("OPP-00231", "category", "user")]
    assert company.item(item).categories == ["Blue", "regarding: opp-00231"]


def test_case_13_category_taken_off_unlinks_whatever_made_the_link_and_the_thread_stays_off(company: World) -> None:
    item = company.receive(1)
    assert ("OPP-00231", "category", "user") not in _links(company, item)
    _categorise(company, item, "Regarding: OPP-00231")
    assert _links(company, item)[0] == ("OPP-00231", "category", "user")
    _categorise(company, item, "Blue")
    assert _links(company, item) == []
    assert _refusals(company) == [("thread", company.by.user_id)]
    answer = company.receive(2, answers=1)
    assert _links(company, answer) == []
    _categorise(company, item, "Regarding")
    assert (_links(company, item) != [], _refusals(company)) == (True, [])
    assert _links(company, answer) != []


def test_undo_takes_back_what_a_category_did(company: World) -> None:
    item = company.receive(1)
    before = _links(company, item)
    _categorise(company, item, "Regarding: OPP-00231")
    _categorise(company, item)
    company.do(undo)
    assert _refusals(company) == []
    assert _links(company, item)[0] == ("OPP-00231", "category", "user")
    company.do(undo)
    company.sync()
    assert _links(company, item) == before


def test_category_alone_links_noise_to_what_fits_best(company: World) -> None:
    item = company.receive(1, headers={"List-Id": "<news.fabrikam.example>"})
    assert _links(company, item) == []
    _categorise(company, item, "REGARDING")
    assert [number for number, _, _ in _links(company, item)] != []


def test_case_12_read_flag_alone_changes_no_link_and_no_echo(company: World) -> None:
    item = company.receive(1)
    before = _links(company, item)
    company.provider.mark_read(company.item(item).remote_id)
    company.provider.fetched.clear()
    company.sync()
    assert (company.item(item).is_read, company.provider.fetched) == (True, [])
    assert (_links(company, item), company.open_acts()) == (before, [])


def test_unknown_number_is_remembered_and_links_nothing_else(company: World) -> None:
    item = company.receive(1, sender="stranger@else.example")
    _categorise(company, item, "Regarding: OPP-99999")
    assert (_links(company, item), company.item(item).tracked) == ([], "OPP-99999")


@pytest.fixture
def showing(company: World) -> World:
    """A mailbox whose owner wants to see links in Outlook."""
    with company.store.write() as tx:
        tx.execute(update(Mailbox).values(settings={"show_links": True}))
    return company


def _in_outlook(world: World, item: int) -> tuple[str, ...]:
    world.deliver()
    return world.provider.box.item(world.item(item).remote_id).categories


def _deal(world: World) -> int:
    with world.store.read() as tx:
        return int(tx.execute(select(Record.id).where(Record.number == "OPP-00231")).scalar_one())


def test_link_shows_in_outlook_beside_the_categories_of_others_and_goes_with_it(showing: World) -> None:
    item = showing.receive(1, sender="stranger@else.example")
    showing.provider.edit(showing.item(item).remote_id, categories=("Blue",))
    showing.do(set_link, showing.item(item).activity_id, _deal(showing))
    assert _in_outlook(showing, item) == ("Blue", "Regarding: OPP-00231 Snow guns")
    showing.sync()
    assert (showing.open_acts(), _links(showing, item)) == ([], [("OPP-00231", "person", "user")])
    showing.do(undo)
    assert _in_outlook(showing, item) == ("Blue",)
    showing.sync()
    assert (showing.open_acts(), _links(showing, item), _refusals(showing)) == ([], [], [])


def test_links_by_rule_show_too_and_taking_them_off_in_outlook_is_a_decision(showing: World) -> None:
    item = showing.receive(1)
    shown = _in_outlook(showing, item)
    assert [name.split()[0] for name in shown] == ["Regarding:"]
    showing.sync()
    assert _links(showing, item) != []
    _categorise(showing, item)
    assert (_links(showing, item), _in_outlook(showing, item)) == ([], ())
    assert _refusals(showing) == [("thread", showing.by.user_id)]


def test_mailbox_that_did_not_ask_for_it_shows_no_links(company: World) -> None:
    item = company.receive(1)
    assert (_links(company, item) != [], _in_outlook(company, item)) == (True, ())


def test_mailbox_shows_no_record_that_its_owner_may_not_see(showing: World) -> None:
    item = showing.receive(1, sender="stranger@else.example")
    with showing.store.write() as tx:
        tx.execute(update(User).where(User.email == US).values(role="restricted"))
        set_link(tx, showing.item(item).activity_id, _deal(showing), by=SYSTEM, now=showing.now)
    assert (_links(showing, item), _in_outlook(showing, item)) == ([("OPP-00231", "person", "user")], ())
    with showing.store.write() as tx:
        tx.execute(update(Record).where(Record.number == "OPP-00231").values(owner_id=showing.by.user_id))
        shown_links.show_links(tx, [showing.item(item).activity_id], now=showing.now)
    assert _in_outlook(showing, item) == ("Regarding: OPP-00231 Snow guns",)


def test_shared_mailbox_without_an_owner_shows_links(showing: World) -> None:
    with showing.store.write() as tx:
        tx.execute(update(Mailbox).values(owner_id=None))
    item = showing.receive(1, sender="stranger@else.example")
    showing.do(set_link, showing.item(item).activity_id, _deal(showing))
    assert _in_outlook(showing, item) == ("Regarding: OPP-00231 Snow guns",)


def test_mail_that_a_person_tracks_stays_tracked_when_its_link_is_shown(showing: World) -> None:
    item = showing.receive(1, headers={"List-Id": "<news.fabrikam.example>"})
    _categorise(showing, item, "Regarding")
    shown = _in_outlook(showing, item)
    assert [name.split()[0] for name in shown] == ["Regarding:"]
    before = _links(showing, item)
    with showing.store.write() as tx:
        reopen(tx, [showing.item(item).activity_id])
    showing.sync()
    assert (before != [], _links(showing, item), _in_outlook(showing, item)) == (True, before, shown)


def _choose(world: World, **values: Any) -> None:
    with world.store.write() as tx:
        mailbox_id = tx.execute(select(Mailbox.id).where(Mailbox.provider != "files")).scalar_one()
        change_mail_settings(tx, mailbox_id, values, by=SYSTEM, now=world.now)


def _settings(world: World) -> dict[str, Any]:
    with world.store.read() as tx:
        return dict(tx.execute(select(Mailbox.settings).where(Mailbox.provider != "files")).scalar_one())


def test_links_that_exist_already_follow_in_portions_when_a_mailbox_begins_to_show_them(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_links, "PORTION", 2)
    items = [company.receive(number) for number in (1, 2, 3)]
    deal = company.receive(4, sender="stranger@else.example")
    _choose(company, show_links=True)
    shown = []
    for _ in range(3):
        follow_up(company.store, now=company.now)
        shown.append(len(company.open_acts()))
    assert shown == [2, 2, 2]  # no more than a portion waits
    in_outlook = [_in_outlook(company, item) for item in items[::-1]]
    assert [len(categories) for categories in in_outlook] == [1, 1, 0]
    follow_up(company.store, now=company.now)
    assert [name.split()[0] for name in _in_outlook(company, items[0])] == ["Regarding:"]
    assert (_in_outlook(company, deal), _settings(company)["show_links"]) == ((), True)
    assert "showing_below" not in _settings(company)
    before = [_links(company, item) for item in items]
    company.sync()
    assert (company.open_acts(), [_links(company, item) for item in items]) == ([], before)


def test_links_are_shown_no_further_when_the_mailbox_stops_to_show_them(company: World) -> None:
    item = company.receive(1)
    _choose(company, show_links=True)
    _choose(company, show_links=False)
    follow_up(company.store, now=company.now)
    assert (_in_outlook(company, item), "showing_below" in _settings(company)) == ((), False)
