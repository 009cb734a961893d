"""A mail to send as the JSON that the outbox keeps (verb send_mail); its files stand in rows of their own.

```
{"sender": [email, name], "to": [[email, name], ...], "cc": ..., "bcc": ..., "reply_to": ..., "subject": "", "text": "",
 "html": "", "message_id": "", "in_reply_to": "", "references": ["", ...], "headers": [[name, value], ...],
 "calendar": "", "calendar_method": "", "importance": "normal"}
```
What is empty may be missing. The mail that is answered is the item of the outbox row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mail_sync.message import Address
from mail_sync.outgoing import OutgoingAttachment, OutgoingMail

_LISTS = ("to", "cc", "bcc", "reply_to")
_TEXTS = ("subject", "text", "html", "message_id", "in_reply_to", "calendar_method")


def to_payload(mail: OutgoingMail) -> dict[str, Any]:
    """Everything but the attachments and `answers`."""
    payload: dict[str, Any] = {"sender": [mail.sender.email, mail.sender.name], "importance": mail.importance}
    for name in _LISTS:
        payload[name] = [[address.email, address.name] for address in getattr(mail, name)]
    for name in _TEXTS:
        payload[name] = getattr(mail, name)
    payload["references"] = list(mail.references)
    payload["headers"] = [list(header) for header in mail.headers]
    payload["calendar"] = mail.calendar.decode("utf-8", "replace")
    return {name: value for name, value in payload.items() if value}


def from_payload(
    payload: Mapping[str, Any], *, attachments: Iterable[OutgoingAttachment] = (), answers: str = ""
) -> OutgoingMail:
    """The mail that a payload holds. `answers` is the server's id of the mail it answers."""
    sender, to, cc, bcc, reply_to = (addresses_in(payload, name) for name in ("sender", *_LISTS))
    return OutgoingMail(
        sender=sender[0] if sender else Address(""),
        to=to,
        cc=cc,
        bcc=bcc,
        reply_to=reply_to,
        subject=str(payload.get("subject", "")),
        text=str(payload.get("text", "")),
        html=str(payload.get("html", "")),
        message_id=str(payload.get("message_id", "")),
        in_reply_to=str(payload.get("in_reply_to", "")),
        references=tuple(map(str, payload.get("references", ()))),
        answers=answers,
        headers=tuple((str(name), str(value)) for name, value in payload.get("headers", ())),
        attachments=tuple(attachments),
        calendar=str(payload.get("calendar", "")).encode(),
        calendar_method=str(payload.get("calendar_method", "")),
        importance=str(payload.get("importance", "normal")),
    )


def addresses_in(payload: Mapping[str, Any], name: str) -> tuple[Address, ...]:
    """The addresses under one name of a payload; the sender is one address and not a list."""
    found = payload.get(name) or ()
    pairs = [found] if name == "sender" and found else found
    return tuple(Address(str(email), str(shown)) for email, shown in pairs)
