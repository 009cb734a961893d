"""Reading a kept source again, in whichever form it came."""

from __future__ import annotations

from mail_sync.message import Message
from mail_sync.mime.reader import read_message
from mail_sync.providers.files.msg import read_msg

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file, MS-CFB 2.2: Outlook's .msg


def read_source(raw: bytes) -> Message:
    """The mail again, out of the bytes that were stored with it. Raises Unreadable."""
    return read_msg(raw) if raw.startswith(_OLE) else read_message(raw)
