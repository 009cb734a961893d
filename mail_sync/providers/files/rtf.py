"""The RTF body that Outlook keeps (MS-OXRTFCP) as readable text."""

from __future__ import annotations

import struct

MAX_RTF_CHARS = 4_000_000


def rtf_to_text(compressed: bytes) -> str:
    """Text of a compressed RTF body; '' where it is damaged beyond reading. HTML wrapped in RTF gives its text."""
    from compressed_rtf.compressed_rtf import decompress  # wanted only by Outlook files without another body
    from striprtf.striprtf import rtf_to_text as strip

    try:
        rtf = decompress(compressed).rstrip(b"\0")  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, struct.error, TypeError, AttributeError):
        return ""
    try:
        return str(strip(rtf.decode("latin-1")[:MAX_RTF_CHARS], errors="replace")).strip()  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError, TypeError, RecursionError):
        return ""
