"""Cases 13 and 15 to 26: what a mail is, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from mail_sync.provider import Folder, FolderRole, ItemKind
from store.actor import SYSTEM
from store.queries.activities import attachment_chunks
from store.records.writing import create_record
from store.sync.mailboxes import add_mailbox
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, START, US
from tests.cases.desk import BEN, DEAL, Desk, with_parts, written

STRANGER = "stranger@else.example"
BOUNCE = b"""\
From: MAILER-DAEMON@mail.example
To: anna@alpine.example
Subject: Undelivered
Date: Mon, 02 Mar 2026 12:00:00 +0000
Message-ID: <bounce@mail.example>
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; nobody@fabrikam.example
Action: failed
Status: 5.1.1
--b
Content-Type: text/rfc822-headers

Message-ID: <m1@mail.example>
--b--
"""
INVITATION = b"""\
BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
BEGIN:VEVENT
UID:visit@fabrikam.example
DTSTAMP:20260302T090000Z
DTSTART:20260310T090000Z
DTEND:20260310T100000Z
SUMMARY:Visit
ORGANIZER:mailto:jane@fabrikam.example
ATTENDEE:mailto:anna@alpine.example
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def linked(desk: Desk, subject: str) -> list[str]:
    return [title for title, state, _ in desk.links(subject) if state == "linked"]


def test_case_13_category_tracks_and_taking_it_off_untracks(desk: Desk) -> None:
    item = desk.arrives(mail(1, sender=STRANGER))
    desk.world.provider.edit(item, categories=("Blue", f"regarding: {DEAL.lower()}"))
    desk.cycle()
    assert linked(desk, "Snow guns") == ["Ten snow guns"]
    desk.world.provider.edit(item, categories=("Blue",))
    desk.cycle()
    assert (linked(desk, "Snow guns"), desk.box.item(item).categories) == ([], ("Blue",))
    assert desk.world.open_acts() == []


def test_case_15_folders_stay_out_by_what_they_are_for_and_not_by_name(desk: Desk) -> None:
    desk.box.add_folder(Folder("f-1", "Boîte de réception/Junk Email", FolderRole.OTHER, ItemKind.EMAIL))
    spam = desk.box.add_folder(Folder("f-2", "Kunden", FolderRole.JUNK, ItemKind.EMAIL))
    feeds = desk.box.add_folder(Folder("f-3", "Nachrichten", FolderRole.EXCLUDED, ItemKind.EMAIL))
    with desk.world.store.write() as tx:
        chosen = {"folders": ["Inbox", "Boîte de réception/Junk Email"]}
        add_mailbox(tx, address=US, provider="exchange", settings=chosen, now=START)
    named_like_junk = next(each for each in desk.box.folders() if each.folder_id == "f-1")
    desk.box.add(named_like_junk, mail(1, subject="A customer's"))
    desk.box.add(spam, mail(2, subject="Spam"))
    desk.box.add(feeds, mail(3, subject="Feed"))
    for role in (FolderRole.JUNK, FolderRole.DELETED):
        desk.box.add(desk.folder(role), mail(4, subject="Thrown away"))
    desk.cycle()
    assert desk.subjects() == ["A customer's"]


def test_case_16_bounce_belongs_to_the_mail_that_did_not_arrive_and_makes_no_contact(desk: Desk) -> None:
    desk.arrives(mail(1, sender=US, to="nobody@fabrikam.example"), FolderRole.SENT)
    desk.arrives(BOUNCE)
    bounce = desk.detail("Undelivered")
    assert (bounce.noise, linked(desk, "Undelivered")) == ("bounce", [])
    assert {(row.rule, row.state) for row in bounce.links} == {("answers", "suggested")}
    assert desk.found("nobody") != []
    assert not desk.exists("MAILER-DAEMON@mail.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Auto_Response_Suppress": "All"},
        {"Precedence": "auto_reply"},
    ],
)
def test_case_17_automatic_answer_is_flagged_linked_to_nothing_and_never_answered(
    desk: Desk, headers: dict[str, str]
) -> None:
    desk.arrives(written(1, subject="I am away", **headers))
    assert (desk.detail("I am away").noise, linked(desk, "I am away")) == ("auto_reply", [])
    assert (desk.world.server.mailed, desk.world.open_acts()) == ([], [])


@pytest.mark.parametrize(
    ("headers", "noise"),
    [
        ({"List_Id": "<news.fabrikam.example>"}, "list"),
        ({"List_Unsubscribe": "<mailto:off@fabrikam.example>"}, "bulk"),
        ({"Precedence": "bulk"}, "bulk"),
    ],
)
def test_case_18_mass_mail_is_linked_only_where_somebody_tracks_it(
    desk: Desk, headers: dict[str, str], noise: str
) -> None:
    item = desk.arrives(written(1, subject="News", **headers))
    assert (desk.detail("News").noise, linked(desk, "News")) == (noise, [])
    desk.world.provider.edit(item, categories=(f"Regarding: {DEAL}",))
    desk.cycle()
    assert "Ten snow guns" in linked(desk, "News")


def test_case_19_thread_that_goes_on_among_others_is_suggested_and_not_linked(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    desk.world.provider.edit(item, categories=(f"Regarding: {DEAL}",))
    desk.cycle()
    desk.arrives(mail(2, answers=1, references=(1,), sender=STRANGER, to=US, subject="WG: Snow guns"))
    desk.arrives(mail(3, answers=1, references=(1,), subject="RE: Snow guns"))
    assert (linked(desk, "WG: Snow guns"), "Ten snow guns" in linked(desk, "RE: Snow guns")) == ([], True)


@pytest.mark.parametrize(
    ("media_type", "opaque"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime"),
        ("application/x-microsoft-rpmsg-message; name=message.rpmsg", "rights"),
    ],
)
def test_case_20_protected_mail_keeps_its_bytes_and_shows_its_headers_only(
    desk: Desk, media_type: str, opaque: str
) -> None:
    raw = protected(media_type)
    item = desk.arrives(raw)
    detail = desk.detail("Secret terms")
    assert (detail.details["opaque"], detail.text) == (opaque, "")
    desk.world.provider.edit(item, categories=("Blue",))
    desk.cycle()
    assert desk.box.item(item).content == raw


def protected(media_type: str) -> bytes:
    lines = (
        f"From: {JANE}",
        f"To: {US}",
        "Subject: Secret terms",
        "Date: Mon, 02 Mar 2026 10:00:00 +0000",
        "Message-ID: <secret@mail.example>",
        "MIME-Version: 1.0",
        *(
            (f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64", "", "MIAGCSqGSIb3DQEHA6CAMIACAQAx")
            if "pkcs7" in media_type
            else (
                "Content-Type: multipart/mixed; boundary=b",
                "",
                "--b",
                f"Content-Type: {media_type}",
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename=message.rpmsg",
                "",
                "dmFsdWU=",
                "--b--",
            )
        ),
        "",
    )
    return "\n".join(lines).encode()


def test_case_21_broken_winmail_dat_keeps_the_mail_and_the_raw_file(desk: Desk) -> None:
    broken = b"\x78\x9f\x3e\x22" + b"\xff" * 200
    desk.arrives(with_parts(1, "Rich", (broken, "application/ms-tnef", {"filename": "winmail.dat"})))
    detail = desk.detail("Rich")
    assert [(each.filename, each.size) for each in detail.attachments] == [("winmail.dat", len(broken))]
    with desk.world.store.read() as tx:
        assert b"".join(attachment_chunks(tx, detail.activity_id, 0, by=desk.actor())) == broken


def test_case_22_invitation_by_mail_and_its_calendar_entry_are_one_appointment(desk: Desk) -> None:
    desk.arrives(with_parts(1, "Invitation", (INVITATION, "text/calendar", {"params": {"method": "REQUEST"}})))
    desk.cycle()
    desk.visits("visit@fabrikam.example", "Visit")
    desk.cycle(2)
    assert [row.title for row in desk.agenda()] == ["Visit"]


def test_case_23_large_file_is_kept_once_and_read_piece_by_piece(desk: Desk) -> None:
    large = bytes(range(256)) * 8192  # 2 MiB
    file = (large, "application/octet-stream", {"filename": "plan.bin"})
    desk.arrives(with_parts(1, "First", file))
    desk.arrives(with_parts(2, "Second", file))
    first, second = (desk.detail(subject).attachments[0] for subject in ("First", "Second"))
    assert (first.size, first.blob_id) == (len(large), second.blob_id)
    with desk.world.store.read() as tx:
        chunks = list(attachment_chunks(tx, desk.detail("First").activity_id, 0, by=desk.actor()))
    assert (b"".join(chunks) == large, len(chunks) > 1) == (True, True)


def test_case_24_private_mail_never_comes_in(desk: Desk) -> None:
    desk.arrives(written(1, subject="Doctor", Sensitivity="Private"))
    assert (desk.subjects(), desk.found("Doctor")) == ([], [])


def test_case_25_pictures_of_the_text_are_told_from_files(desk: Desk) -> None:
    logo = (b"\x89PNG logo", "image/png", {"filename": "logo.png", "cid": "<logo@x>", "disposition": "inline"})
    offer = (b"%PDF-1.7 offer", "application/pdf", {"filename": "offer.pdf"})
    desk.arrives(with_parts(1, "Offer", logo, offer))
    detail = desk.detail("Offer")
    assert sorted((each.filename, each.inline) for each in detail.attachments) == [
        ("logo.png", True),
        ("offer.pdf", False),
    ]
    assert [row.attachments for row in desk.inbox()] == [1]


def test_case_26_addresses_are_compared_without_case_and_names_and_with_their_tags(desk: Desk) -> None:
    with desk.world.store.write() as tx:
        values = {"title": "Tagged", "emails": ["sales+guns@wingtip.example"]}
        create_record(tx, "contact", values, by=SYSTEM, now=START)
    desk.arrives(mail(1, sender='"Roe, Jane" <JANE@Fabrikam.Example>', subject="Case"))
    desk.arrives(mail(2, sender="sales@wingtip.example", subject="No tag"))
    desk.arrives(mail(3, sender="Sales+Guns@wingtip.example", subject="Tag"))
    desk.colleague()
    desk.arrives(mail(4, sender=BEN, subject="Between us"))
    assert [linked(desk, each) for each in ("Case", "No tag", "Tag", "Between us")] == [
        ["Fabrikam", "Jane Roe"],
        [],
        ["Tagged"],
        [],
    ]


def test_case_26_unresolvable_internal_address_is_nobody(desk: Desk) -> None:
    message = EmailMessage()
    message["Subject"], message["Message-ID"], message["To"] = "Legacy", "<legacy@x>", US
    message.set_content("x")
    raw = b"From: /O=ALPINE/OU=EX/CN=RECIPIENTS/CN=BEN\n" + message.as_bytes()
    desk.arrives(raw)
    detail = desk.detail("Legacy")
    assert [each.email for each in detail.parties if each.role == "from"] in ([], [""])
    assert linked(desk, "Legacy") == []


def test_case_24_mail_that_becomes_private_loses_its_content_and_gets_it_back(desk: Desk) -> None:
    terms = (b"%PDF secret terms", "application/pdf", {"filename": "terms.pdf"})
    raw = with_parts(1, "Terms", terms)
    item = desk.arrives(raw)
    detail = desk.detail("Terms")
    desk.box.change(item, content=b"Sensitivity: Private\n" + raw)
    desk.cycle(3)
    assert (desk.subjects(), desk.found("Terms"), desk.on_timeline()) == ([], [], [])
    assert desk.held(b"secret terms") == []
    desk.box.change(item, content=raw)
    desk.cycle(2)
    again = desk.detail("Terms")
    assert (again.activity_id, again.text, again.attachments[0].filename, again.private) == (
        detail.activity_id,
        detail.text,
        "terms.pdf",
        False,
    )
    assert (desk.found("Terms"), desk.on_timeline()) == (["Terms"], ["Terms"])


def test_case_24_mail_that_another_mailbox_shares_stays(desk: Desk) -> None:
    ben = desk.colleague()
    item = desk.arrives(mail(1), sync=False)
    ben.deliver(ben.box.folder(FolderRole.INBOX), mail(1))
    desk.cycle()
    desk.box.change(item, content=b"Sensitivity: Private\n" + mail(1))
    desk.cycle(2)
    assert (desk.subjects(), desk.subjects(BEN)) == ([], ["Snow guns"])
    assert desk.detail("Snow guns", BEN).text.startswith("Hello")


def test_case_24_where_private_mail_is_kept_it_follows_its_mark(desk: Desk) -> None:
    with desk.world.store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", capture={"private_items": False}, now=START)
    item = desk.arrives(mail(1))
    seen = []
    for content in (b"Sensitivity: Private\n" + mail(1), mail(1)):
        desk.box.change(item, content=content)
        desk.cycle()
        seen.append((desk.detail("Snow guns").private, desk.on_timeline()))
    assert seen == [(True, []), (False, ["Snow guns"])]


def test_case_24_appointment_that_becomes_private_is_only_busy(desk: Desk) -> None:
    item = desk.visits("visit@x", "Doctor", description="About the knee")
    desk.cycle()
    desk.box.change(item, content=replace(desk.box.item(item).content, sensitivity="private"))
    desk.cycle(2)
    assert ([row.title for row in desk.agenda()], desk.found("Doctor"), desk.found("knee")) == (["Busy"], [], [])
    assert desk.held(b"About the knee") == []
    desk.box.change(item, content=replace(desk.box.item(item).content, sensitivity="normal"))
    desk.cycle(2)
    assert [row.title for row in desk.agenda()] == ["Doctor"]
