"""The fields of a record that is made of a mail: what it is about, and what its sender's signature says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mail_sync.mime.plain import visible, visible_line
from mail_sync.mime.subjects import bare_subject

#: Fields of a contact or a lead -> parts of a signature, the first that is there.
_SIGNED: dict[str, dict[str, tuple[str, ...]]] = {
    "contact": {"job_title": ("title",), "phone": ("phone",), "mobile": ("mobile",), "street": ("street",)},
    "lead": {"job_title": ("title",), "phone": ("phone", "mobile"), "company": ("company",)},
}
_TITLE = 200  # characters of a title


@dataclass(frozen=True, slots=True)
class FromMail:
    """What can be made of a mail. `new_text` is what its writer wrote now, without the signature.

    `name` and `email` are the sender's, `signed` the parts of their signature (see store.linking.facts.SignatureField);
    `contact`, `account` and `product` are what it is or may be regarding, however whoever asks names records; `queue`
    is where it waits, of the kind `queue_kind`; `owner` is who is to decide.
    """

    subject: str
    new_text: str
    email: str
    name: str
    signed: Mapping[str, str]
    contact: Any = None
    account: Any = None
    product: Any = None
    company: str = ""
    queue: Any = None
    queue_kind: str = ""
    owner: Any = None


def prefilled(kind: str, mail: FromMail) -> dict[str, Any]:
    """The values of a new case, lead, contact or opportunity by field name; what is not known is left out."""
    values = {"case": _case, "lead": _lead, "contact": _contact, "opportunity": _opportunity}[kind](mail)
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def heading(mail: FromMail) -> str:
    """What it is about: its subject without what mail programs put in front, else how it begins."""
    subject = visible_line(bare_subject(mail.subject))
    first = next((line.strip() for line in mail.new_text.splitlines() if line.strip()), "")
    return (subject or visible_line(first) or f"Mail from {mail.name or mail.email}")[:_TITLE]


def _case(mail: FromMail) -> dict[str, Any]:
    return {
        "title": heading(mail),
        "status": "new",
        "priority": "normal",
        "account": mail.account,
        "contact": mail.contact,
        "product": mail.product,
        "origin": "email",
        "queue": mail.queue if mail.queue_kind == "case" else None,
        "owner": mail.owner,
        "description": _text(mail),
    }


def _opportunity(mail: FromMail) -> dict[str, Any]:
    return {
        "title": heading(mail),
        "account": mail.account,
        "contact": mail.contact,
        "stage": "qualify",
        "status": "open",
        "owner": mail.owner,
        "description": _text(mail),
    }


def _lead(mail: FromMail) -> dict[str, Any]:
    return {
        **_person("lead", mail),
        "company": visible_line(mail.signed.get("company", "") or mail.company),
        "topic": heading(mail),
        "status": "new",
        "source": "email",
        "queue": mail.queue if mail.queue_kind == "lead" else None,
        "owner": mail.owner,
        "description": _text(mail),
    }


def _contact(mail: FromMail) -> dict[str, Any]:
    return {**_person("contact", mail), "account": mail.account}


def _person(kind: str, mail: FromMail) -> dict[str, Any]:
    signed = {name: _first(mail.signed, parts) for name, parts in _SIGNED[kind].items()}
    name = mail.name if "@" not in mail.name else ""
    title = name or mail.signed.get("name", "")
    local = mail.email.partition("@")[0]
    return {
        "title": visible_line(title or local),
        **signed,
        "city": visible_line(mail.signed.get("city", "")),
        "emails": (mail.email,) if mail.email else (),
    }


def _first(signed: Mapping[str, str], parts: Sequence[str]) -> str:
    return visible_line(next((signed[part] for part in parts if signed.get(part)), ""))


def _text(mail: FromMail) -> str:
    return visible(mail.new_text).strip()
