"""What every mail provider must do when it writes contacts and marks, moves and deletes items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import Conflict, ItemGone, OutcomeUnknown, QuotaFull
from mail_sync.provider import (
    FolderRole,
    MailMarks,
    MailProvider,
    ReadFlagChanged,
    RemoteCard,
    RemoteMessage,
    Stamped,
    Written,
)
from tests.mail_sync.providers.contract import CARD, World, everything, ids, mail, the

FULL = replace(
    CARD,
    middle_name="King",
    nickname="Countess",
    department="Analysis",
    emails=(("", "ada@engines.example"), ("", "office@engines.example")),
    phones=(("work", "+43 1 234567"), ("cell", "+43 664 1")),
    website="https://engines.example/",
    note="Met in Vienna",
    categories=("Key account",),
)


def card(provider: MailProvider, item_id: str) -> RemoteCard:
    """The contact with this id."""
    (got,) = provider.fetch_contacts([item_id])
    assert isinstance(got, RemoteCard)
    return got


def contact(provider: MailProvider, content: ContactCard = FULL, stamp: str = "stamp-1") -> Written:
    """A contact that we wrote."""
    return provider.create_contact(the(FolderRole.CONTACTS, provider), content, stamp)


class WritingContract:
    """Inherit, and provide the fixture `world`."""

    def test_a_new_contact_has_all_fields_and_our_stamp(self, world: World) -> None:
        provider = world.connect()
        written = contact(provider)
        got = card(provider, written.item_id)
        assert (replace(got.card, source=b""), got.stamp, got.change_key) == (FULL, "stamp-1", written.change_key)

    def test_a_new_contact_is_told_by_the_change_feed_under_the_key_we_know(self, world: World) -> None:
        provider = world.connect()
        written = contact(provider)
        (page,) = provider.changes(the(FolderRole.CONTACTS, provider), None)
        assert [(one.item_id, getattr(one, "change_key", "")) for one in page.changes] == [
            (written.item_id, written.change_key)
        ]

    def test_addresses_beyond_the_slots_are_left_out(self, world: World) -> None:
        provider = world.connect()
        most = provider.capabilities.email_slots
        assert most is not None
        many = tuple(("", f"ada{number}@engines.example") for number in range(most + 2))
        got = card(provider, contact(provider, replace(FULL, emails=many)).item_id)
        assert got.card.emails == many[:most]
        assert got.slots["EmailAddress1"] == "ada0@engines.example"

    def test_an_update_writes_the_named_fields_and_nothing_else(self, world: World) -> None:
        provider = world.connect()
        before = contact(provider)
        wanted = replace(FULL, job_title="Chair", company="Other", categories=(), note="gone", full_name="Nobody")
        after = provider.update_contact(before.item_id, before.change_key, wanted, ["job_title", "categories"])
        got = card(provider, before.item_id)
        assert replace(got.card, source=b"") == replace(FULL, job_title="Chair", categories=())
        assert (after.item_id, after.change_key) == (before.item_id, got.change_key)
        assert after.change_key != before.change_key
        assert got.stamp == "stamp-1"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("full_name", "Ada Lovelace"),
            ("given_name", "Augusta"),
            ("family_name", "Lovelace"),
            ("middle_name", ""),
            ("nickname", ""),
            ("company", "Engines"),
            ("department", ""),
            ("website", ""),
            ("note", "Line one\nLine two & <tag>"),
            ("note", ""),
            ("birthday", None),
            ("categories", ("Key account", "Lead")),
            ("sensitivity", "private"),
            ("emails", (("", "ada@engines.example"),)),
            ("emails", ()),
            ("phones", (("work", "+43 1 234567"), ("home", "+43 1 99"))),
            ("postal", (PostalAddress("work", "Ring 2", "Vienna", "W", "", "Austria"),)),
            ("postal", (PostalAddress("home", "Ring 3", "Graz"),)),
            ("postal", ()),
        ],
    )
    def test_every_field_of_a_contact_can_be_written(self, world: World, field: str, value: object) -> None:
        provider = world.connect()
        before = contact(provider)
        wanted = replace(FULL, **{field: value})  # type: ignore[arg-type]
        provider.update_contact(before.item_id, before.change_key, wanted, [field])
        assert replace(card(provider, before.item_id).card, source=b"") == wanted

    def test_an_update_of_what_changed_since_is_a_conflict_and_writes_nothing(self, world: World) -> None:
        provider = world.connect()
        before = contact(provider)
        world.categorise(before.item_id, "Theirs")
        with pytest.raises(Conflict):
            provider.update_contact(before.item_id, before.change_key, replace(FULL, company="Ours"), ["company"])
        assert card(provider, before.item_id).card.company == FULL.company

    def test_an_update_of_what_is_gone_says_so(self, world: World) -> None:
        provider = world.connect()
        before = contact(provider)
        world.delete(before.item_id)
        with pytest.raises(ItemGone):
            provider.update_contact(before.item_id, before.change_key, FULL, ["company"])

    def test_marks_are_set_and_the_others_stay(self, world: World) -> None:
        provider = world.connect()
        item = world.deliver(the(FolderRole.INBOX, provider), mail(1))
        world.categorise(item, "Theirs")
        provider.mark(item, MailMarks(flagged=True))
        written = provider.mark(item, MailMarks(is_read=True))
        (got,) = provider.fetch_messages([item])
        assert isinstance(got, RemoteMessage)
        assert (got.is_read, got.flagged, got.categories) == (True, True, ("Theirs",))
        assert (written.item_id, written.change_key) == (item, got.change_key)
        provider.mark(item, MailMarks(is_read=False, flagged=False, categories=("Theirs", "Ours")))
        (got,) = provider.fetch_messages([item])
        assert isinstance(got, RemoteMessage)
        assert (got.is_read, got.flagged, got.categories) == (False, False, ("Theirs", "Ours"))

    def test_our_own_read_mark_comes_back_as_a_read_flag_only(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        item = world.deliver(inbox, mail(1))
        *_, last = provider.changes(inbox, None)
        provider.mark(item, MailMarks(is_read=True))
        assert everything(list(provider.changes(inbox, last.cursor))) == [ReadFlagChanged(item, True)]

    def test_a_moved_item_has_another_id_and_keeps_its_stamp(self, world: World) -> None:
        provider = world.connect()
        written = contact(provider)
        moved = provider.move(written.item_id, the(FolderRole.DELETED, provider))
        assert moved is not None
        assert moved.item_id != written.item_id
        found = provider.find_stamped("stamp-1")
        assert [(one.item_id, one.role) for one in found] == [(moved.item_id, FolderRole.DELETED)]

    def test_a_deleted_item_lies_in_deleted_items_and_stays_there(self, world: World) -> None:
        provider = world.connect()
        inbox, deleted = the(FolderRole.INBOX, provider), the(FolderRole.DELETED, provider)
        item = world.deliver(inbox, mail(1))
        provider.delete(item)
        assert the(FolderRole.INBOX, provider).total == 0
        ((found, _),) = (one for page in provider.list_ids(deleted) for one in page)
        provider.delete(found)
        assert the(FolderRole.DELETED, provider).total == 1

    def test_what_changed_since_is_not_deleted(self, world: World) -> None:
        provider = world.connect()
        written = contact(provider)
        world.categorise(written.item_id, "Theirs")
        with pytest.raises(Conflict):
            provider.delete(written.item_id, written.change_key)
        assert card(provider, written.item_id).card.categories == ("Theirs",)

    @pytest.mark.parametrize(
        "act",
        [
            lambda provider, item: provider.mark(item, MailMarks(is_read=True)),
            lambda provider, item: provider.mark(item, MailMarks(categories=("A",))),
            lambda provider, item: provider.move(item, the(FolderRole.JUNK, provider)),
            lambda provider, item: provider.delete(item),
        ],
    )
    def test_a_write_to_what_is_gone_says_so(self, world: World, act: Callable[[MailProvider, str], object]) -> None:
        provider = world.connect()
        item = world.deliver(the(FolderRole.INBOX, provider), mail(1))
        world.delete(item)
        with pytest.raises(ItemGone):
            act(provider, item)

    def test_list_ids_are_all_items_that_a_folder_holds_now(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = [world.deliver(inbox, mail(number)) for number in range(3)]
        world.delete(items[0])
        listed = [one for page in provider.list_ids(inbox) for one in page]
        fed = [(one.item_id, getattr(one, "change_key", "")) for one in everything(list(provider.changes(inbox, None)))]
        assert sorted(listed) == sorted(fed)
        assert [name for name, _ in listed] == [items[2], items[1]]

    def test_list_ids_of_a_large_folder_name_each_item_once(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        items = sorted(world.deliver(inbox, mail(number)) for number in range(1200))
        assert sorted(name for page in provider.list_ids(inbox) for name, _ in page) == items

    def test_a_stamp_that_nothing_carries_is_found_nowhere(self, world: World) -> None:
        provider = world.connect()
        contact(provider)
        assert list(provider.find_stamped("stamp-2")) == []

    def test_a_stamped_contact_is_found_with_its_key(self, world: World) -> None:
        provider = world.connect()
        written = contact(provider)
        assert list(provider.find_stamped("stamp-1")) == [
            Stamped(written.item_id, written.change_key, FolderRole.CONTACTS)
        ]

    def test_a_write_whose_answer_is_lost_was_done_and_is_found_by_its_stamp(self, world: World) -> None:
        provider = world.connect()
        contacts = the(FolderRole.CONTACTS, provider)
        world.lose_reply()
        with pytest.raises(OutcomeUnknown):
            provider.create_contact(contacts, FULL, "stamp-1")
        assert len(provider.find_stamped("stamp-1")) == 1
        assert world.slept == []

    def test_a_write_that_never_arrived_is_unknown_too_and_found_nowhere(self, world: World) -> None:
        provider = world.connect()
        contacts = the(FolderRole.CONTACTS, provider)
        world.lose_request()
        with pytest.raises(OutcomeUnknown):
            provider.create_contact(contacts, FULL, "stamp-1")
        assert list(provider.find_stamped("stamp-1")) == []

    def test_a_busy_server_is_waited_for_and_the_write_done_once(self, world: World) -> None:
        provider = world.connect()
        contacts = the(FolderRole.CONTACTS, provider)
        world.throttle_writes(7)
        provider.create_contact(contacts, FULL, "stamp-1")
        assert world.slept == [7]
        assert len(ids(list(provider.changes(contacts, None)))) == 1

    def test_a_full_mailbox_is_still_read(self, world: World) -> None:
        provider = world.connect()
        contacts = the(FolderRole.CONTACTS, provider)
        world.fill_up()
        with pytest.raises(QuotaFull):
            provider.create_contact(contacts, FULL, "stamp-1")
        assert ids(list(provider.changes(contacts, None))) == []
