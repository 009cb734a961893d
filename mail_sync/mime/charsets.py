"""Bytes to text, whatever the label says.

Mail labels lie: cp1252 goes out as us-ascii or iso-8859-1, GB18030 as gb2312, UTF-8 as anything. The label is
followed where the bytes agree with it; where they do not, the likeliest reading wins and a defect says so.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

# Supersets decode everything their label promises and what senders really put under it
# (WHATWG Encoding Standard, section 4.2, does the same for the web).
_SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
_ALIASES = {
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ansi_x3.110-1983": "cp1252",
    "ansi": "cp1252",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-big5": "big5hkscs",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-user-defined": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "windows-31j": "cp932",
    "dos-874": "cp874",
}
_UNKNOWN = frozenset(
    {"", "x-unknown", "unknown", "unknown-8bit", "8bit", "default", "default_charset", "none", "binary"}
)
_STATEFUL = ("utf-7", "utf-16", "utf-32", "iso2022", "hz")  # ASCII bytes do not mean ASCII text in these
_SINGLE_BYTE = ("cp125", "iso8859", "mac_", "cp437", "cp850", "koi8")
_CONTROL_CODECS = frozenset({"undefined", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "mbcs", "oem"})
_GUESSABLE = frozenset(
    {"big5", "big5hkscs", "gb18030", "gb2312", "gbk", "cp949", "euc_kr", "euc_jp", "cp932", "shift_jis"}
)
_GUESSABLE_CYRILLIC = frozenset({"cp1251", "koi8_r", "koi8_u"})
_GUESS_BYTES = 16_384
_GUESS_NEEDS_HIGH_BYTES = 24  # below that, any guess is luck

_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=512)
def codec_for(label: str) -> str | None:
    """The Python codec that reads text sent under this label; None when the label says nothing or is unknown."""
    wanted = label.strip(" \t\"'").lower().removeprefix("charset=")
    if wanted in _UNKNOWN:
        return None
    wanted = _ALIASES.get(wanted, wanted)
    for name in (wanted, wanted.replace("windows", "cp").replace("-", ""), wanted.removeprefix("x-")):
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError, UnicodeError):
            continue
        if not getattr(found, "_is_text_encoding", True) or found.name in _CONTROL_CODECS:
            return None  # "base64" or "rot13" are codecs for Python, not charsets
        return _SUPERSETS.get(found.name, found.name)
    return None


def decode_text(data: bytes, label: str) -> tuple[str, str]:
    """`data` as text and what had to be assumed ('' when the label was right). Never raises."""
    codec = codec_for(label)
    if data.isascii() and (codec is None or not codec.startswith(_STATEFUL)) and b"\x1b" not in data:
        return data.decode("ascii"), "" if codec or not label else f"unknown charset {label[:40]!r}"
    if codec is None:
        text, used = _without_label(data)
        return text, "" if used == "utf-8" and not label else f"charset {label[:40] or 'not given'}, read as {used}"
    if codec.startswith(_SINGLE_BYTE):
        # Text in a single-byte charset that is valid UTF-8 by chance does not occur outside tests.
        try:
            return data.decode("utf-8"), f"charset {label[:40]} is really utf-8"
        except UnicodeDecodeError:
            return _single_byte(data, codec)
    try:
        return data.decode(codec), ""
    except (UnicodeError, ValueError):
        return _after_failure(data, codec, label)


def _single_byte(data: bytes, codec: str) -> tuple[str, str]:
    try:
        return data.decode(codec), ""
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), f"bytes that {codec} does not have"


def _after_failure(data: bytes, codec: str, label: str) -> tuple[str, str]:
    """The label is wrong or the text damaged: a few bad bytes are damage, many mean another charset."""
    damaged = data.decode(codec, "replace")
    high = sum(1 for byte in data[:_GUESS_BYTES] if byte >= 0x80) or 1
    if damaged[:_GUESS_BYTES].count("\ufffd") * 10 <= high:
        return damaged, f"bytes that {label[:40]} does not have"
    text, used = _without_label(data)
    return text, f"charset {label[:40]} is wrong, read as {used}"


def _without_label(data: bytes) -> tuple[str, str]:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(codec, "replace"), codec
    if b"\x1b$" in data or b"\x1b(J" in data:  # the escape sequences of ISO-2022-JP (RFC 1468)
        return data.decode("iso2022_jp_ext", "replace"), "iso-2022-jp"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if codec := _guess(data[:_GUESS_BYTES]):
        return data.decode(codec, "replace"), codec
    return data.decode("cp1252", "replace"), "cp1252"


def _guess(sample: bytes) -> str:
    """A codec for long non-western text; '' where a guess would be luck and cp1252 is the best bet."""
    high = sum(1 for byte in sample if byte >= 0x80)
    if high < _GUESS_NEEDS_HIGH_BYTES or high * 5 < len(sample):
        return ""
    from charset_normalizer import from_bytes  # 40 ms to import, wanted by one mail in thousands

    best = from_bytes(sample, threshold=0.3).best()
    found = best.encoding if best else ""
    return found if found in _GUESSABLE or found in _GUESSABLE_CYRILLIC else ""


def clean(text: str) -> str:
    """Text as the normal form promises it: NFC, no NUL, no lone surrogate, lines ended by a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", text)
