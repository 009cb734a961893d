"""What stands in an answer before anybody writes a word: subject, recipients, quotation, thread headers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mail_sync.message import Address
from mail_sync.mime.subjects import without_prefixes


class Answering(StrEnum):
    REPLY = "reply"
    REPLY_ALL = "reply_all"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that is answered or forwarded. `sent_at` is in the zone of whoever answers; `references` oldest first,
    Message-IDs without angle brackets."""

    message_id: str
    subject: str
    sender: Address
    sent_at: datetime
    text: str
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipients:
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The beginning of an answer; the sender's words go in front of `quotation`."""

    subject: str
    recipients: Recipients = field(default_factory=Recipients)
    quotation: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


#: Message-IDs kept of a long thread: the first, which started it, and the latest (RFC 5322 section 3.6.4 has no limit,
#: header lines have one of 998 characters and gateways cut long ones).
MOST_REFERENCES = 15

_LONGEST_SUBJECT = 500  # characters


def answer_subject(subject: str, how: Answering) -> str:
    """The subject with one prefix, whatever stood there in whatever language: "AW: Re[2]: Offer" -> "Re: Offer"."""
    prefix = "Fwd" if how is Answering.FORWARD else "Re"
    return f"{prefix}: {without_prefixes(subject)}"[:_LONGEST_SUBJECT].rstrip()


def answer_recipients(original: Original, how: Answering, is_ours: Callable[[str], bool]) -> Recipients:
    """Whom an answer goes to: where the sender wants it, everybody else in copy, never ourselves.

    Whoever answers their own mail goes on writing to those it went to. `is_ours` knows the answering mailbox's own
    addresses, not those of colleagues.
    """
    if how is Answering.FORWARD:
        return Recipients()
    from_us = is_ours(original.sender.email)
    asked = original.to if from_us else original.reply_to or (original.sender,)
    to = _without(asked, is_ours, ()) or _once(asked)
    if how is Answering.REPLY:
        return Recipients(to)
    others = () if from_us else original.to
    return Recipients(to, _without((*others, *original.cc), is_ours, {address.email for address in to}))


def answer_to(original: Original, how: Answering, is_ours: Callable[[str], bool]) -> Answer:
    """Everything that an answer to this mail begins with."""
    subject = answer_subject(original.subject, how)
    if how is Answering.FORWARD:
        # A forward goes to people who know nothing of the thread, but still belongs to it (exchange.md, case 19).
        return Answer(subject, Recipients(), forwarded(original), "", thread_references(original))
    return Answer(
        subject,
        answer_recipients(original, how, is_ours),
        quoted(original),
        original.message_id,
        thread_references(original),
    )


def thread_references(original: Original) -> tuple[str, ...]:
    """The References of an answer: those of the original and the original itself, at most `MOST_REFERENCES`."""
    ids = tuple(dict.fromkeys(one for one in (*original.references, original.message_id) if one))
    return ids if len(ids) <= MOST_REFERENCES else (ids[0], *ids[-MOST_REFERENCES + 1 :])


def quoted(original: Original) -> str:
    """The original as a quotation below an answer."""
    head = f"On {original.sent_at:%a, %d %b %Y at %H:%M}, {_shown(original.sender)} wrote:"
    lines = original.text.strip("\n").split("\n")
    return "\n".join([head, *(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)])


def forwarded(original: Original) -> str:
    """The original as it stands in a forward, its headers in front."""
    headers = [
        ("From", _shown(original.sender)),
        ("Date", f"{original.sent_at:%a, %d %b %Y at %H:%M %z}".rstrip()),
        ("Subject", " ".join(original.subject.split())),
        ("To", _listed(original.to)),
        ("Cc", _listed(original.cc)),
    ]
    lines = [f"{name}: {value}" for name, value in headers if value]
    return "\n".join(["---------- Forwarded message ----------", *lines, "", original.text.strip("\n")])


def composed_text(signature: str, quotation: str) -> str:
    """An empty answer: room to write, the signature (its separator as in RFC 3676 section 4.3), the quotation."""
    parts = [""]
    if signature.strip():
        parts.append(f"-- \n{signature.strip()}")
    if quotation:
        parts.append(quotation)
    return "\n\n".join(parts) + "\n" if len(parts) > 1 else ""


def _without(
    addresses: Iterable[Address], is_ours: Callable[[str], bool], taken: Collection[str]
) -> tuple[Address, ...]:
    return tuple(one for one in _once(addresses) if not is_ours(one.email) and one.email not in taken)


def _once(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple({one.email: one for one in reversed(list(addresses)) if one.email}.values())[::-1]


def _shown(address: Address) -> str:
    return f"{address.name} <{address.email}>" if address.name else address.email


def _listed(addresses: Iterable[Address]) -> str:
    return ", ".join(_shown(address) for address in addresses)
