"""Cases 1 to 12 and 14: mail that arrives twice, moves, goes, comes back, and is sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mail_sync.provider import Folder, FolderRole, ItemKind
from store.errors import Invalid
from store.linking.by_hand import set_link
from store.mail.acts import delete_mail, items_of
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.sync.mailboxes import add_mailbox
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, START, US, Death, DyingStore, Killed
from tests.cases.desk import BEN, DEAL, Desk, written

CUSTOMERS = Folder("f-customers", "Inbox/Customers", FolderRole.OTHER, ItemKind.EMAIL)


def choose_folders(desk: Desk, *names: str) -> None:
    """Anna has these folders read as well."""
    with desk.world.store.write() as tx:
        settings = {"folders": ["Inbox", "Sent Items", *names]}
        add_mailbox(tx, address=US, provider="exchange", settings=settings, now=START)


@pytest.fixture
def filed(desk: Desk) -> Desk:
    """Anna files mail in a folder of her own, which is read."""
    desk.box.add_folder(CUSTOMERS)
    choose_folders(desk, CUSTOMERS.path)
    return desk


def test_case_01_page_that_is_applied_twice_changes_nothing(desk: Desk) -> None:
    """The process dies at each commit in turn; every time something new waits."""
    alive = desk.world.store
    for step in range(1, 16):
        desk.arrives(mail(step, subject=f"Mail {step:02}"), sync=False)
        desk.world.store = DyingStore(alive.url, alive.engine, death=Death(step, after=step % 2 == 0))
        try:
            desk.world.sync()
        except Killed:
            pass
        finally:
            desk.world.store = alive
        desk.world.pass_time(minutes=20)
    desk.cycle(3)
    expected = [f"Mail {step:02}" for step in range(1, 16)]
    assert (desk.subjects(), desk.on_timeline()) == (expected, expected)


def test_case_02_mail_that_moves_is_the_same_and_keeps_its_links(filed: Desk) -> None:
    item = filed.arrives(mail(1, sender="stranger@else.example"))
    key = filed.detail("Snow guns").activity_id
    filed.world.do(set_link, key, filed.key(DEAL))
    filed.box.move(item, CUSTOMERS)
    filed.cycle(3)
    assert [(row.activity_id, row.buried) for row in filed.timeline(DEAL)] == [(key, False)]
    assert filed.detail("Snow guns").mailboxes == (US,)


def test_case_03_mail_that_moved_back_and_forth_between_two_cycles_is_the_same(filed: Desk) -> None:
    item = filed.arrives(mail(1))
    for _ in range(2):
        item = filed.box.move(item, CUSTOMERS).item_id
        item = filed.box.move(item, filed.folder(FolderRole.INBOX)).item_id
    filed.cycle(3)
    (row,) = filed.timeline()
    assert (row.buried, filed.subjects()) == (False, ["Snow guns"])


def test_case_04_mail_deleted_in_outlook_stays_on_the_timeline_and_says_so(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    desk.box.remove(item)
    desk.cycle(3)
    assert [(row.subject, row.buried) for row in desk.timeline()] == [("Snow guns", True)]
    assert desk.subjects() == []


def test_case_04_mail_deleted_here_goes_to_deleted_items_and_only_where_that_is_allowed(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    key = desk.detail("Snow guns").activity_id
    with desk.world.store.read() as tx:
        items = items_of(tx, key, by=desk.actor())
    with pytest.raises(Invalid):
        desk.world.do(delete_mail, items)
    assert desk.box.item(item).folder_id == desk.folder(FolderRole.INBOX).folder_id
    with desk.world.store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", settings={"may_delete": True}, now=START)
    desk.world.do(delete_mail, items)
    desk.cycle(3)
    assert len(desk.box.items(desk.folder(FolderRole.DELETED))) == 1
    assert [row.subject for row in desk.timeline()] == ["Snow guns"]


def test_case_05_mail_restored_after_its_deletion_is_the_same(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    key = desk.detail("Snow guns").activity_id
    desk.box.remove(item)
    desk.cycle(3)
    desk.arrives(mail(1))
    assert [(row.activity_id, row.buried) for row in desk.timeline()] == [(key, False)]
    assert desk.detail("Snow guns").activity_id == key


def test_case_06_mail_in_several_mailboxes_is_one_mail(desk: Desk) -> None:
    ben = desk.colleague()
    raw = mail(1, to=f"{US}, {BEN}")
    desk.arrives(raw, sync=False)
    ben.deliver(ben.box.folder(FolderRole.INBOX), raw)
    desk.cycle(2)
    assert [row.subject for row in desk.timeline()] == ["Snow guns"]
    assert desk.detail("Snow guns").activity_id == desk.detail("Snow guns", BEN).activity_id


def test_case_06_blind_copies_are_seen_by_their_sender_only(desk: Desk) -> None:
    """The sender's copy names them, the recipient's does not, and both are one mail."""
    ben = desk.colleague()
    raw = mail(1, sender=US, to=f"{BEN}, {JANE}", headers={"Bcc": "boss@else.example"})
    desk.arrives(raw, FolderRole.SENT, sync=False)
    ben.deliver(ben.box.folder(FolderRole.INBOX), mail(1, sender=US, to=f"{BEN}, {JANE}"))
    desk.cycle(2)
    seen = [[each.email for each in desk.detail("Snow guns", who).parties if each.role == "bcc"] for who in (US, BEN)]
    assert seen == [["boss@else.example"], []]


def test_case_07_same_message_id_with_different_content_keeps_both(desk: Desk) -> None:
    long, other = (
        "The pump of gun four leaks since the weekend. " * 5,
        "Lunch on Friday? I know a place by the lake. " * 5,
    )
    desk.arrives(mail(1, subject="First", body=long))
    desk.arrives(mail(1, subject="Second", body=other))
    assert desk.subjects() == ["First", "Second"]


def test_case_07_a_footer_added_by_a_list_makes_no_second_mail(desk: Desk) -> None:
    ben = desk.colleague()
    desk.arrives(mail(1, body="The pump leaks."), sync=False)
    footed = mail(1, body="The pump leaks.").rstrip() + b"\n--\nlist footer\n"
    ben.deliver(ben.box.folder(FolderRole.INBOX), footed)
    desk.cycle()
    assert [row.subject for row in desk.timeline()] == ["Snow guns"]


def without_message_id(raw: bytes) -> bytes:
    return b"\n".join(line for line in raw.split(b"\n") if not line.startswith(b"Message-ID"))


def test_case_08_mail_without_a_message_id_is_one_mail_wherever_it_lies(filed: Desk) -> None:
    ben = filed.colleague()
    raw = without_message_id(mail(1))
    item = filed.arrives(raw)
    ben.deliver(ben.box.folder(FolderRole.INBOX), raw)
    filed.box.move(item, CUSTOMERS)
    filed.cycle(3)
    assert [(row.subject, row.buried) for row in filed.timeline()] == [("Snow guns", False)]


def test_case_08_sent_mail_that_the_server_renamed_is_known_by_its_stamp(desk: Desk) -> None:
    desk.world.server.renames = True
    desk.sends()
    desk.cycle(2)
    assert (desk.on_timeline(DEAL), desk.subjects()) == (["Offer"], ["Offer"])


def test_case_09_sent_mail_comes_back_once(desk: Desk) -> None:
    desk.sends()
    desk.cycle()
    desk.arrives(desk.world.server.mailed[0].raw)
    desk.cycle()
    assert desk.on_timeline(DEAL) == ["Offer"]
    assert ("Ten snow guns", "linked", "sent") in desk.links("Offer")


@pytest.mark.parametrize("done", [True, False])
def test_case_10_sending_with_an_unknown_outcome_is_looked_up_and_never_repeated(desk: Desk, done: bool) -> None:
    uid = desk.sends()
    faults = desk.world.provider.faults
    desk.world.provider.before_send = lambda _: faults.lose_replies() if done else faults.lose_requests()
    desk.cycle(3)
    mailed = [one.recipients for one in desk.world.server.mailed]
    assert (mailed, desk.world.state(uid)) == (([(JANE,)], "done") if done else ([], "unsure"))
    assert desk.on_timeline(DEAL) == (["Offer"] if done else [])


def test_case_11_draft_is_no_mail_until_it_is_sent(desk: Desk) -> None:
    raw = written(1, sender=US, to=JANE)
    draft = desk.arrives(raw, FolderRole.DRAFTS, is_draft=True)
    in_inbox = desk.arrives(written(2, sender=US, to=JANE), is_draft=True)
    desk.cycle()
    assert (desk.subjects(), desk.on_timeline()) == ([], [])
    desk.box.move(draft, desk.folder(FolderRole.SENT), is_draft=False)
    desk.box.change(in_inbox, is_read=True)
    desk.cycle(2)
    assert (desk.subjects(), desk.on_timeline()) == (["Snow guns"], ["Snow guns"])


def test_case_12_read_flag_alone_is_followed_without_reading_the_mail_again(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    version = desk.detail("Snow guns").version
    desk.world.provider.fetched.clear()
    desk.world.provider.mark_read(item)
    desk.cycle()
    (row,) = desk.inbox()
    assert (row.is_read, desk.world.provider.fetched, desk.world.open_acts()) == (True, [], [])
    assert desk.detail("Snow guns").version == version


def test_case_14_renamed_folder_keeps_its_mail(filed: Desk) -> None:
    filed.box.add(CUSTOMERS, mail(1))
    filed.cycle()
    filed.world.provider.fetched.clear()
    filed.box.rename_folder(CUSTOMERS, "Inbox/Kunden")
    filed.cycle(3)
    assert ([row.buried for row in filed.timeline()], filed.world.provider.fetched) == ([False], [])


def test_case_14_mail_of_a_deleted_folder_is_moved_and_not_lost(filed: Desk) -> None:
    item = filed.box.add(CUSTOMERS, mail(1)).item_id
    filed.cycle()
    filed.box.move(item, filed.folder(FolderRole.INBOX))
    filed.box.remove_folder(CUSTOMERS)
    filed.cycle(3)
    assert [(row.subject, row.buried) for row in filed.timeline()] == [("Snow guns", False)]
    with filed.world.store.read() as tx:
        assert len(tx.execute(select(MailboxItem.id).where(MailboxItem.holds == "email")).all()) == 1
        assert {row.state for row in tx.execute(select(Link.state))} == {"linked"}
