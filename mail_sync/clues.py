"""What linking reads of the text of one mail or meeting: new words, signature and its parts, marks of lines. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mail_sync.marks import marks
from mail_sync.mime.quotes import ReplyParts, reply_parts
from mail_sync.mime.signature_fields import closing_fields, signature_fields
from mail_sync.mime.subjects import is_forward
from store.linking.facts import SignatureField

READER_VERSION = 1  # raised whenever the same text yields other clues; what older versions read is read anew

MOST_NEW_TEXT = 4_000  # characters
MOST_SIGNATURE = 2_000
MOST_PASSED_ON = 2_000
MOST_MENTIONED = 10  # addresses
MOST_OWN_MARKS = 40
MOST_QUOTED_MARKS = 80
MOST_TEXT = 200_000  # characters that are looked at

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


@dataclass(frozen=True, slots=True)
class Clues:
    """`new_text` is the beginning of what the writer wrote now. `own_marks` are known by whoever quotes it,
    `quoted_marks` those of the earlier mails that it quotes itself (see mail_sync.marks). `passed_on` is the beginning
    of a forwarded mail, `mentioned` are the e-mail addresses written in it and in the new text."""

    new_text: str = ""
    signature: str = ""
    fields: tuple[SignatureField, ...] = ()
    own_marks: tuple[int, ...] = ()
    quoted_marks: tuple[int, ...] = ()
    forwarded: bool = False
    passed_on: str = ""
    mentioned: tuple[str, ...] = ()


def read_clues(subject: str, text: str, new_text_size: int) -> Clues:
    """The clues of one mail or meeting. `new_text_size` is how many characters its writer wrote anew, as stored with
    it; where that is the whole text, nothing is quoted and no signature was set off."""
    text = text[:MOST_TEXT]
    whole = new_text_size >= len(text.rstrip("\n"))
    parts = ReplyParts(new_text=text) if whole else reply_parts(text)
    fields = signature_fields(parts.signature) if parts.signature else closing_fields(parts.new_text)
    forwarded = parts.forwarded or is_forward(subject)
    return Clues(
        new_text=parts.new_text[:MOST_NEW_TEXT],
        signature=parts.signature[:MOST_SIGNATURE],
        fields=tuple(SignatureField(each.field, each.value, each.quote) for each in fields),
        own_marks=marks(parts.new_text, MOST_OWN_MARKS),
        quoted_marks=_quoted_marks(parts.quoted),
        forwarded=forwarded,
        passed_on=parts.quoted[:MOST_PASSED_ON] if forwarded else "",
        mentioned=_addresses(parts.new_text[:MOST_NEW_TEXT] + "\n" + (parts.quoted if forwarded else "")),
    )


def _addresses(text: str) -> tuple[str, ...]:
    found = (address.lower() for address in _ADDRESS.findall(text[: MOST_NEW_TEXT + MOST_PASSED_ON]))
    return tuple(dict.fromkeys(found))[:MOST_MENTIONED]


def _quoted_marks(quoted: str) -> tuple[int, ...]:
    return marks(quoted, MOST_QUOTED_MARKS) if quoted.strip() else ()
