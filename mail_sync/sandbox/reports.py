"""Mails that a server writes itself: delivery reports (RFC 3464) and automatic replies (RFC 3834)."""

from __future__ import annotations

import email.utils
from datetime import datetime
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText

from mail_sync.sandbox.compose import POLICY, MailSource
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.facts.mail import Address, Head
from mail_sync.sandbox.model import Mailbox

OOF_CLASS = "IPM.Note.Rules.OofTemplate.Microsoft"
SERVER = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"


def not_delivered(data: bytes, address: str, author: Mailbox, message_id: str, now: datetime) -> bytes:
    """The report to the author of a mail that an address of this server does not exist."""
    original = mail.read_head(data)
    domain = author.address.rpartition("@")[2]
    report = MIMEMultipart("report", boundary=f"_{message_id[1:33]}_", report_type="delivery-status")
    report["From"] = email.utils.formataddr(("Microsoft Outlook", f"{SERVER}@{domain}"))
    report["To"] = author.address
    report["Date"] = email.utils.format_datetime(now.replace(microsecond=0))
    report["Subject"] = f"Undeliverable: {original.get('Subject')}"
    report["Message-ID"] = message_id
    if original.get("Message-ID"):
        report["In-Reply-To"] = report["References"] = original.get("Message-ID")
    report["Auto-Submitted"] = "auto-replied"
    report["X-MS-Exchange-Message-Is-Ndr"] = ""
    said = (
        f"Delivery has failed to these recipients or groups:\n\n{address}\nThe email address you entered couldn't be "
        "found. Please check the recipient's email address and try to resend the message.\n"
    )
    report.attach(MIMEText(said, "plain", "utf-8"))
    report.attach(_status(address, domain))
    report.attach(_embedded(data))
    return report.as_bytes(policy=POLICY)


def _status(address: str, domain: str) -> Message:
    """The machine's words (RFC 3464 section 2): one block for the server, one for the recipient."""
    server, recipient = Message(), Message()
    server["Reporting-MTA"] = f"dns;mail.{domain}"
    recipient["Final-Recipient"] = f"rfc822;{address}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.10"
    recipient["Diagnostic-Code"] = (
        "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    )
    made = MIMENonMultipart("message", "delivery-status")
    made.set_payload([server, recipient])
    return made


def _embedded(data: bytes) -> Message:
    made = MIMENonMultipart("message", "rfc822")
    made.set_payload([mail.PARSER.parsebytes(data)])
    return made


def read(data: bytes, to: Address, owner: Mailbox, message_id: str, now: datetime) -> bytes:
    """The confirmation that a mail was read (RFC 8098)."""
    original = mail.read_head(data)
    report = MIMEMultipart("report", boundary=f"_{message_id[1:33]}_", report_type="disposition-notification")
    report["From"] = email.utils.formataddr((owner.name, owner.address))
    report["To"] = email.utils.formataddr((to.name, to.email))
    report["Date"] = email.utils.format_datetime(now.replace(microsecond=0))
    report["Subject"] = f"Read: {original.get('Subject')}"
    report["Message-ID"] = message_id
    report["In-Reply-To"] = report["References"] = original.get("Message-ID")
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText("Your message was read.\n", "plain", "utf-8"))
    said = MIMENonMultipart("message", "disposition-notification")
    said.set_payload(
        f"Final-Recipient: rfc822;{owner.address}\r\nOriginal-Message-ID: {original.get('Message-ID')}\r\n"
        "Disposition: automatic-action/MDN-sent-automatically; displayed\r\n"
    )
    report.attach(said)
    return report.as_bytes(policy=POLICY)


def automatic_reply(original: Head, to: Address, owner: Mailbox, text: str, message_id: str, now: datetime) -> bytes:
    """The answer of somebody who is away."""
    source = MailSource()
    source.put_people("From", [Address(owner.name, owner.address)])
    source.put_people("To", [to])
    source.put("Subject", f"Automatic reply: {original.get('Subject')}")
    source.put("Date", email.utils.format_datetime(now.replace(microsecond=0)))
    source.put("Message-ID", message_id)
    source.put("In-Reply-To", original.get("Message-ID"))
    source.put("References", original.get("Message-ID"))
    source.put("Auto-Submitted", "auto-generated")
    source.put("X-Auto-Response-Suppress", "All")
    source.put("X-MS-Exchange-Generated-Message-Source", "Mailbox Rules Agent")
    source.put("MIME-Version", "1.0")
    source.parts.text = text
    return source.data()
