"""What a file is, by its first bytes and only then by its name: names lie, and mail often has none."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from mail_sync.mime.reader import is_mail
from mail_sync.providers.files.mbox import ENVELOPE

HEAD_BYTES = 65_536
IGNORED_NAMES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX", ".git", "maildirfolder", "maildirsize"})


class Kind(StrEnum):
    MAIL = "eml"
    OUTLOOK = "msg"
    CALENDAR = "ics"
    CONTACTS = "vcf"
    TABLE = "csv"
    MBOX = "mbox"  # taken apart by iter_sources, never handed out
    ARCHIVE = "archive"  # likewise
    UNKNOWN = "unknown"


_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_TAR_MAGIC_AT = 257
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_PST_MAGIC = b"!BDN"
_LIKELY_TEXT = re.compile(rb"\A(?:\xef\xbb\xbf|\s)*BEGIN:(VCALENDAR|VCARD)", re.IGNORECASE)


def kind_of(name: str, head: bytes) -> tuple[Kind, str]:
    """The kind of a file that begins with `head`, and for an unknown one the reason in words."""
    suffix = PurePath(name).suffix.lower()
    if not head:
        return Kind.UNKNOWN, "it is empty"
    if head.startswith(_OLE_MAGIC):
        if suffix in (".msg", "", ".oft"):
            return Kind.OUTLOOK, ""
        return Kind.UNKNOWN, f"it is an old Office file ({suffix}), not an Outlook mail"
    if head.startswith(_ARCHIVE_MAGIC) or head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return Kind.ARCHIVE, ""
    if head.startswith(_PST_MAGIC):
        return Kind.UNKNOWN, "it is an Outlook data file (.pst); export its folders as .msg or .eml first"
    begun = _LIKELY_TEXT.match(head)
    if begun:
        return (Kind.CALENDAR if begun[1].upper() == b"VCALENDAR" else Kind.CONTACTS), ""
    if suffix in TABLE_SUFFIXES:
        return Kind.TABLE, ""
    if suffix != ".eml" and ENVELOPE.match(head):
        return Kind.MBOX, ""
    if is_mail(head):
        return Kind.MAIL, ""
    if suffix in (".ics", ".ical", ".vcf", ".vcard"):  # damaged at the beginning; their readers know how to recover
        return (Kind.CALENDAR if suffix in (".ics", ".ical") else Kind.CONTACTS), ""
    return Kind.UNKNOWN, "it is no mail, calendar, contact card or table"
