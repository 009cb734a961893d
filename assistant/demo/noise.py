"""Mail around the conversations: newsletters, automatic answers, bounces, junk, and a few dangerous curiosities."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from assistant.demo.calendar_words import back_into_hours, day_words, working_day_after
from assistant.demo.cast import Cast, Person, read_texts
from assistant.demo.conversations import Letter, guest, signature
from assistant.demo.delivery import deliver
from assistant.demo.folder import DemoFolder
from assistant.demo.mail import Post, message_id, trace
from assistant.demo.mime_parts import file_part, mailbox, multipart, text_part, unstructured, wire


class Noise:
    """Writes the noise and counts it; all of it is dated before `now`."""

    def __init__(self, cast: Cast, out: DemoFolder, post: Post, now: datetime) -> None:
        self._cast, self._out, self._post, self._now = cast, out, post, now
        self._texts = read_texts("noise.toml")
        self.mails = 0
        self.threads = 0

    def write(self, letters: Sequence[Letter]) -> None:
        """Everything; `letters` are the conversations, some of which get an automatic answer."""
        self._newsletters()
        self._absences(letters)
        for row in self._texts["bounce"]:
            self._bounce(row)
        self._junk()
        self._sealed()
        self._hostile()
        self._drafts()

    def _newsletters(self) -> None:
        for row in self._texts["newsletter"]:
            for n, (subject, text) in enumerate(reversed(row["issues"])):
                rng = random.Random(f"news {row['email']} {n}")
                at = self._now - timedelta(days=n * row["every"], minutes=rng.randint(15, 300))
                self._newsletter(row, subject, text, at.replace(second=rng.randrange(60), microsecond=0), n)

    def _newsletter(self, row: dict[str, Any], subject: str, text: str, at: datetime, number: int) -> None:
        domain = row["email"].partition("@")[2]
        page = (
            f'<html><body><table width="600"><tr><td style="background:#0b3d66;color:#fff"><h1>{row["name"]}</h1></td>'
            f"</tr><tr><td><h2>{subject}</h2><p>{text}</p>"
            f'<img src="https://pixel.{domain}/o.gif?n={number}" width="1" height="1">'
            f'<p><a href="https://{domain}/u">Unsubscribe</a></p></td></tr></table></body></html>'
        )
        mark = f"news-{number}-{at:%Y%m%d}"
        headers = [
            ("From", mailbox(row["name"], row["email"])),
            ("To", mailbox(row["name"], f"subscribers@{domain}")),
            ("Subject", unstructured(subject)),
            ("Date", format_datetime(at)),
            ("Message-ID", f"<{mark}@{domain}>"),
            ("List-Id", row["list"]),
            ("List-Unsubscribe", f"<mailto:unsubscribe@{domain}>, <https://{domain}/u>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "bulk"),
        ]
        body = multipart("alternative", [text_part(f"{subject}\n\n{text}\n"), text_part(page, "html")], f"=_{mark}")
        boxes = [self._cast.staff[key].email for key in row["to"]]
        file = self._out.save("mail", "eml", trace(row["email"], boxes[0], at) + wire(headers, body))
        for box in boxes:
            read = self._now - at > timedelta(days=3)
            self._out.place(file, mailbox=box, folder="inbox", received=at, read=read)
        self._count()

    def _absences(self, letters: Sequence[Letter]) -> None:
        """Automatic answers to some of our mails to customers."""
        ours = [
            letter
            for letter in letters
            if letter.sender.domain == self._cast.domain
            and letter.sender in {self._cast.staff[key] for key in self._cast.mailboxes}
            and letter.to[0].domain != self._cast.domain
            and letter.at < self._now - timedelta(hours=1)
        ]
        for letter in ours[:: len(ours) // 9]:
            who = letter.to[0]
            at = (letter.at + timedelta(seconds=41)).astimezone(who.zone)
            subject, text = self._texts["auto"][who.lang]
            back = day_words(working_day_after(at.date(), 5), who.lang)
            answer = Letter(
                key=f"{letter.key}-auto",
                thread=letter.thread,
                sender=who,
                to=(letter.sender,),
                cc=(),
                subject=subject.format(subject=letter.subject),
                text=text.format(day=back),
                signature=signature(who),
                lang=who.lang,
                at=at,
                parent=letter,
                flags=frozenset({"auto"}),
            )
            deliver(answer, self._post, self._out, self._cast, now=self._now, last=False)
            self.mails += 1

    def _bounce(self, row: dict[str, Any]) -> None:
        """A mail to an address that does not exist, and what the other server reported (RFC 3464)."""
        sender = self._cast.staff[row["sender"]]
        wrong = guest({"name": row["to"], "email": row["to"]})
        rng = random.Random(f"bounce {row['to']}")
        at = back_into_hours(self._now - timedelta(days=row["days"], minutes=rng.randrange(300)), sender.zone, rng)
        letter = Letter(
            key=f"b-{row['to']}",
            thread=f"b-{row['to']}",
            sender=sender,
            to=(wrong,),
            cc=(),
            subject=row["subject"],
            text=row["text"],
            signature=signature(sender),
            lang="en",
            at=at.replace(microsecond=0),
        )
        deliver(letter, self._post, self._out, self._cast, now=self._now, last=False)
        self._report(letter, letter.at + timedelta(seconds=7))
        self.mails += 1
        self._count()

    def _report(self, letter: Letter, at: datetime) -> None:
        failed, host = letter.to[0].email, f"mx1.{letter.to[0].domain}"
        reason = f"550 5.1.1 <{failed}>: Recipient address rejected: User unknown"
        words = (
            f"Delivery has failed to these recipients:\n\n{failed}\nThe address was not found at {host}.\n\n{reason}\n"
        )
        original = (
            f"From: {mailbox(letter.sender.name, letter.sender.email)}\r\nTo: {failed}\r\n"
            f"Subject: {unstructured(letter.subject)}\r\nDate: {format_datetime(letter.at)}\r\n"
            f"Message-ID: {message_id(letter)}\r\n"
        )
        status = (
            f"Reporting-MTA: dns; smtp.{letter.sender.domain}\r\nArrival-Date: {format_datetime(letter.at)}\r\n\r\n"
            f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            f"Remote-MTA: dns; {host}\r\nDiagnostic-Code: smtp; {reason}\r\n"
        )
        mark = random.Random(f"report {failed}").randbytes(10).hex()
        daemon = f"postmaster@{letter.sender.domain}"
        text = (
            f"From: Mail Delivery System <{daemon}>\r\nTo: {letter.sender.email}\r\n"
            f"Subject: {unstructured('Undeliverable: ' + letter.subject)}\r\nDate: {format_datetime(at)}\r\n"
            f"Message-ID: <{mark}@{letter.sender.domain}>\r\nIn-Reply-To: {message_id(letter)}\r\n"
            f"References: {message_id(letter)}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"\r\n\r\n'
            f"--{mark}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
            f"--{mark}\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
            f"--{mark}\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n--{mark}--\r\n"
        )
        data = b"Return-Path: <>\r\n" + text.encode()
        file = self._out.save("mail", "eml", data)
        self._out.place(
            file, mailbox=letter.sender.email, folder="inbox", received=at, item_class="REPORT.IPM.Note.NDR"
        )

    def _junk(self) -> None:
        for n, row in enumerate(self._texts["junk"]):
            at = self._now - timedelta(days=1 + n * 11, minutes=37 * n + 12)
            to = self._cast.staff["anna" if n % 2 else "support"]
            headers = [
                ("From", mailbox(row["name"], row["email"])),
                ("To", to.email),
                ("Subject", unstructured(row["subject"])),
                ("Date", format_datetime(at.replace(microsecond=0))),
                ("Message-ID", f"<junk-{n}-{at:%Y%m%d%H%M}@{row['email'].partition('@')[2]}>"),
            ]
            self._drop(wire(headers, text_part(row["text"])), to, "junkemail", at, row["email"], read=False)

    def _sealed(self) -> None:
        """A mail enveloped with S/MIME (RFC 8551, 3.3), which only its recipient's key would open."""
        sender, to = self._cast.accounts["bluebird"].people[2], self._cast.staff["anna"]
        at = (self._now - timedelta(days=3, hours=2)).astimezone(sender.zone).replace(microsecond=0)
        secret = random.Random("sealed").randbytes(900)
        # ContentInfo: SEQUENCE { envelopedData 1.2.840.113549.1.7.3, [0] OCTETS }
        oid = bytes.fromhex("06092a864886f70d010703")
        inner = (
            b"\xa0\x82" + (len(secret) + 4).to_bytes(2, "big") + b"\x04\x82" + len(secret).to_bytes(2, "big") + secret
        )
        envelope = b"\x30\x82" + (len(oid) + len(inner)).to_bytes(2, "big") + oid + inner
        part = file_part(envelope, "application/pkcs7-mime", "smime.p7m")
        part.set_param("smime-type", "enveloped-data")
        part.set_param("name", "smime.p7m")
        headers = self._plain_headers(sender, to, "Annex, for your eyes", at, "sealed")
        self._drop(wire(headers, part), to, "inbox", at, sender.email, read=True, item_class="IPM.Note.SMIME")

    def _hostile(self) -> None:
        """A subject with markup and terminal escapes, as a careless screen would obey them."""
        to = self._cast.staff["support"]
        sender = guest({"name": "[red]Admin[/red]", "email": "it-helpdesk@passw0rd-reset.example", "mailer": "gmail"})
        at = (self._now - timedelta(days=1, hours=3)).replace(microsecond=0)
        subject = "[bold]URGENT[/bold] \x1b[2J\x1b[31mclick now\x1b[0m \x1b]0;owned\x07 \u202eexe.ecivni"
        headers = self._plain_headers(sender, to, subject, at, "hostile")
        body = text_part("Dear user,\x1b[1A\x1b[2K your mailbox is [blink]full[/blink].\n")
        self._drop(wire(headers, body), to, "inbox", at, sender.email, read=False)

    def _plain_headers(
        self, sender: Person, to: Person, subject: str, at: datetime, mark: str
    ) -> list[tuple[str, str]]:
        return [
            ("From", mailbox(sender.name, sender.email)),
            ("To", mailbox(to.name, to.email)),
            ("Subject", unstructured(subject)),
            ("Date", format_datetime(at)),
            ("Message-ID", f"<{mark}.{at:%Y%m%d%H%M}@{sender.domain}>"),
        ]

    def _drafts(self) -> None:
        """Two mails Anna has not sent yet, and an old one she threw away."""
        anna, accounts = self._cast.staff["anna"], self._cast.accounts
        rows = (
            (
                "drafts",
                accounts["corviglia"].people[0],
                "Sixty doors for Davos",
                "Sixty doors, and Capuns for the fitters?",
                4,
            ),
            ("drafts", accounts["kaamos"].people[0], "Pond, coffee, dates", "I could come on either", 20),
            ("deleteditems", self._cast.staff["claire"], "Slogan ideas", "'We go up in the world.' No? No.", 400),
        )
        for folder, to, subject, text, hours in rows:
            at = (self._now - timedelta(hours=hours)).replace(microsecond=0)
            headers = self._plain_headers(anna, to, subject, at, f"{folder}.{hours}")
            file = self._out.save("mail", "eml", wire(headers, text_part(text)))
            self._out.place(file, mailbox=anna.email, folder=folder, received=at)
            self._count()

    def _drop(
        self,
        data: bytes,
        to: Person,
        folder: str,
        at: datetime,
        sender: str,
        *,
        read: bool,
        item_class: str = "IPM.Note",
    ) -> None:
        file = self._out.save("mail", "eml", trace(sender, to.email, at) + data)
        self._out.place(file, mailbox=to.email, folder=folder, received=at, read=read, item_class=item_class)
        self._count()

    def _count(self) -> None:
        self.mails += 1
        self.threads += 1
