"""What every mail provider must do when it sends mail: once, whole, and to be found again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mail_sync.errors import ItemGone, OutcomeUnknown, SendRefused
from mail_sync.message import Address
from mail_sync.mime.reader import read_message
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail
from mail_sync.provider import FolderRole, MailProvider, RemoteMessage
from tests.mail_sync.providers.contract import World, the

US = "sales@alpine.example"
THEM = "ben@alpine.example"

MAIL = OutgoingMail(
    sender=Address(US, "Sales"),
    to=(Address(THEM, "Ben"), Address("ada@engines.example", "Ada Byron")),
    cc=(Address("carl@engines.example"),),
    bcc=(Address("boss@alpine.example", "Boss"),),
    subject="Re: Offer für 2026",
    text="Good morning\n\nAda",
    in_reply_to="offer-2@engines.example",
    references=("offer-1@engines.example", "offer-2@engines.example"),
    headers=(("X-Priority-Reason", "quarter end"),),
)

FILES = (
    OutgoingAttachment("Angebot.pdf", "application/pdf", 8, lambda: b"%PDF-1.7"),
    OutgoingAttachment("Größe.txt", "text/plain", 5, lambda: b"large"),
)


def message(provider: MailProvider, item_id: str) -> RemoteMessage:
    """The mail with this id."""
    (got,) = provider.fetch_messages([item_id])
    assert isinstance(got, RemoteMessage)
    return got


def where(provider: MailProvider, stamp: str) -> list[FolderRole]:
    """The kinds of folders in which the stamp is found."""
    return [one.role for one in provider.find_stamped(stamp)]


class SendingContract:
    """Inherit, and provide the fixture `world`."""

    def test_a_draft_is_whole_and_stamped_and_mails_nobody(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        written = provider.save_draft(MAIL, "stamp-1")
        got = message(provider, written.item_id)
        assert (got.is_draft, got.stamp, got.change_key) == (True, "stamp-1", written.change_key)
        sent = got.message
        assert (sent.subject, sent.text.strip().splitlines()[0]) == (MAIL.subject, "Good morning")
        assert ([one.email for one in sent.to], [one.email for one in sent.cc], [one.email for one in sent.bcc]) == (
            [THEM, "ada@engines.example"],
            ["carl@engines.example"],
            ["boss@alpine.example"],
        )
        assert (sent.in_reply_to, sent.references) == ((MAIL.in_reply_to,), MAIL.references)
        assert where(provider, "stamp-1") == [FolderRole.DRAFTS]
        assert world.inbox_of(THEM) == []

    def test_a_sent_mail_lies_in_sent_items_with_our_stamp_and_the_draft_is_gone(self, world: World) -> None:
        world.add_mailbox("boss@alpine.example")
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        provider.send_draft(draft)
        (found,) = provider.find_stamped("stamp-1")
        got = message(provider, found.item_id)
        assert (found.role, found.change_key, got.stamp) == (FolderRole.SENT, got.change_key, "stamp-1")
        assert (got.is_draft, got.is_read) == (False, True)
        assert (the(FolderRole.DRAFTS, provider).total, the(FolderRole.SENT, provider).total) == (0, 1)

    def test_a_mail_arrives_once_with_its_thread_and_our_mark_and_without_bcc(self, world: World) -> None:
        world.add_mailbox("boss@alpine.example")
        world.add_mailbox(THEM)
        provider = world.connect()
        provider.send_draft(provider.save_draft(MAIL, "stamp-1"))
        for address in (THEM, "boss@alpine.example"):
            (raw,) = world.inbox_of(address)
            got = read_message(raw)
            assert (got.stamp, got.in_reply_to, got.references) == ("stamp-1", (MAIL.in_reply_to,), MAIL.references)
            assert (got.sender and got.sender.email, got.bcc) == (US, ())
            assert got.message_id
            assert b"X-Priority-Reason: quarter end" in raw

    def test_attachments_arrive_byte_for_byte(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(replace(MAIL, attachments=FILES), "stamp-1")
        assert where(provider, "stamp-1") == [FolderRole.DRAFTS]
        provider.send_draft(draft)
        (raw,) = world.inbox_of(THEM)
        got = {one.filename: b"".join(one.chunks()) for one in read_message(raw).attachments}
        assert got == {file.filename: file.read() for file in FILES}

    def test_html_comes_with_its_pictures(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        picture = OutgoingAttachment("logo.png", "image/png", 4, lambda: b"\x89PNG", inline=True, content_id="logo@1")
        html = '<p>Good <b>morning</b> <img src="cid:logo@1"></p>'
        provider.send_draft(provider.save_draft(replace(MAIL, html=html, attachments=(picture,)), "stamp-1"))
        (raw,) = world.inbox_of(THEM)
        got = read_message(raw)
        assert html in got.html
        assert [(one.content_id, one.inline) for one in got.attachments] == [("logo@1", True)]

    def test_a_calendar_part_goes_beside_the_text(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        invitation = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
        answer = replace(MAIL, calendar=invitation, calendar_method="REPLY")
        provider.send_draft(provider.save_draft(answer, "stamp-1"))
        (raw,) = world.inbox_of(THEM)
        (calendar,) = read_message(raw).calendars
        assert "METHOD:REPLY" in calendar
        assert where(provider, "stamp-1") == [FolderRole.SENT]

    def test_a_mail_without_recipients_is_refused_and_stays_a_draft(self, world: World) -> None:
        provider = world.connect()
        draft = provider.save_draft(replace(MAIL, to=(), cc=(), bcc=()), "stamp-1")
        with pytest.raises(SendRefused):
            provider.send_draft(draft)
        assert where(provider, "stamp-1") == [FolderRole.DRAFTS]

    def test_a_sender_that_is_not_ours_is_refused(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.refuse_sender()
        with pytest.raises(SendRefused):
            provider.send_draft(draft)
        assert world.inbox_of(THEM) == []

    def test_a_draft_that_somebody_changed_is_not_sent(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.categorise(draft.item_id, "Wait")
        with pytest.raises(SendRefused):
            provider.send_draft(draft)
        assert world.inbox_of(THEM) == []

    def test_a_draft_that_is_gone_is_not_sent(self, world: World) -> None:
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.delete(draft.item_id)
        with pytest.raises(ItemGone):
            provider.send_draft(draft)

    def test_a_mail_whose_answer_is_lost_was_sent_and_is_found_in_sent_items(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.lose_reply()
        with pytest.raises(OutcomeUnknown):
            provider.send_draft(draft)
        assert where(provider, "stamp-1") == [FolderRole.SENT]
        assert len(world.inbox_of(THEM)) == 1
        assert world.slept == []

    def test_a_mail_that_never_left_is_found_in_drafts(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.lose_request()
        with pytest.raises(OutcomeUnknown):
            provider.send_draft(draft)
        assert where(provider, "stamp-1") == [FolderRole.DRAFTS]
        assert world.inbox_of(THEM) == []

    def test_a_busy_server_sends_once(self, world: World) -> None:
        world.add_mailbox(THEM)
        provider = world.connect()
        draft = provider.save_draft(MAIL, "stamp-1")
        world.throttle_writes(5)
        provider.send_draft(draft)
        assert (world.slept, len(world.inbox_of(THEM))) == ([5], 1)
