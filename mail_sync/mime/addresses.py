"""Address headers (RFC 5322 section 3.4) and message ids, read the way people's clients really write them."""

from __future__ import annotations

import re

from mail_sync.message import Address
from mail_sync.mime.words import decode_header, unfold

MAX_ADDRESSES = 5_000
MAX_ADDRESS_BYTES = 1_000  # of one mailbox with its name; the rest of a longer one is not looked at

_SIMPLE = re.compile(rb'\s*(?:"([^"\\]*)"|([^"<>@,;:()\\]*?))\s*<\s*([^\s<>@,;:()"\\]+@[^\s<>@,;:()"\\]+)\s*>\s*\Z')
_BARE = re.compile(rb"\s*([^\s<>@,;:()\"\\]+@[^\s<>@,;:()\"\\]+)\s*\Z")
_ANGLE = re.compile(rb"<([^<>]*)>?")
_COMMENT = re.compile(rb"\(((?:[^()\\]|\\.)*)\)")
_LOOSE = re.compile(rb"[^\s<>,;:()\[\]\"'=?]+@[^\s<>,;:()\"'=?]+")
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_ROUTE = re.compile(rb"^@[^:]*:")
_MAILTO = re.compile(rb"^(?:mailto|smtp):", re.IGNORECASE)
_GROUP = re.compile(rb'^\s*(?:"[^"]*"|[^"<>@,;:()]*):')
_UNDISCLOSED = re.compile(r"undisclosed[- ]recipients?\b", re.IGNORECASE)
_ID = re.compile(rb"<([^<>]*)>")
_WRITER = re.compile(rb"\bfrom\b[^<>]{0,200}<[^<>]{0,200}>(?=[^<]{0,200}<)", re.IGNORECASE)


def parse_addresses(value: bytes) -> tuple[tuple[Address, ...], str]:
    """All mailboxes in a header value and what had to be repaired. Empty groups give no address."""
    simple = _simple(value)
    if simple is not None:
        return (simple,), ""
    value = unfold(value)
    found: list[Address] = []
    defect = ""
    for piece in _names_joined(_split(value)):
        for one in _one_by_one(piece):
            address = _simple(one) or _address(one)
            if address is not None and not _UNDISCLOSED.match(address.name):
                found.append(address)
                defect = defect or ("" if address.email else "an address without an @")
        if len(found) >= MAX_ADDRESSES:
            return tuple(found), f"more than {MAX_ADDRESSES} addresses, the rest was left out"
    if b"=?" in value and not any(address.email for address in found):
        whole = decode_header(value)[0]
        if "@" in whole and "=?" not in whole:  # the sender encoded the address along with the name
            return parse_addresses(whole.encode())[0], "an encoded address"
    return tuple(found), defect


def _simple(piece: bytes) -> Address | None:
    if len(piece) > MAX_ADDRESS_BYTES:
        return None
    match = _SIMPLE.match(piece)
    if match:
        name = match[1] if match[1] is not None else match[2]
        return Address(_email(match[3]), _name(name))
    match = _BARE.match(piece)
    return Address(_email(match[1])) if match else None


def _split(value: bytes) -> list[bytes]:
    """Cuts at commas and semicolons outside quotes, comments and angle brackets; group names are dropped."""
    pieces: list[bytes] = []
    last_quote, last_close, last_angle = value.rfind(b'"'), value.rfind(b")"), value.rfind(b">")
    begun = index = depth = 0
    quoted = angled = False
    while index < len(value):
        char = value[index]
        if char == 0x5C:  # backslash
            index += 1
        elif char == 0x22 and not depth:
            # A lone quote must not swallow the rest of the recipients.
            quoted = not quoted and index < last_quote
        elif quoted:
            pass
        elif char == 0x28:
            depth += index < last_close
        elif char == 0x29 and depth:
            depth -= 1
        elif depth:
            pass
        elif char == 0x3C:
            angled = index < last_angle
        elif char == 0x3E:
            angled = False
        elif char in b",;" and not angled:
            pieces.append(value[begun:index])
            begun = index + 1
        index += 1
    pieces.append(value[begun:])
    pieces = [piece if len(piece) <= MAX_ADDRESS_BYTES else piece.strip()[:MAX_ADDRESS_BYTES] for piece in pieces]
    return [_GROUP.sub(b"", piece) if b":" in piece else piece for piece in pieces]


def _names_joined(pieces: list[bytes]) -> list[bytes]:
    """Puts `Doe, John <j@x.org>` together again: a piece without an address belongs to the name that follows."""
    joined: list[bytes] = []
    held = b""
    for piece in pieces:
        if not piece.strip():
            continue
        if b"@" not in piece and b"<" not in piece and b"=?" not in piece and b"(" not in piece:
            if held:
                joined.append(held)
            held = piece
        elif held and b"<" in piece and piece.split(b"<")[0].strip() and b"@" not in piece.split(b"<")[0]:
            joined.append(held + b"," + piece)
            held = b""
        else:
            joined.extend((held, piece) if held else (piece,))
            held = b""
    if held:
        joined.append(held)
    return joined


def _one_by_one(piece: bytes) -> list[bytes]:
    """Cuts `Jo <jo@x.org> Al <al@x.org>`, where the commas were forgotten."""
    if piece.count(b"<") < 2 or b'"' in piece:
        return [piece]
    ends = [match.end() for match in _ANGLE.finditer(piece) if b"@" in match[1]]
    return (
        [piece[low:high] for low, high in zip([0, *ends[:-1]], [*ends[:-1], len(piece)], strict=True)]
        if ends
        else [piece]
    )


def _address(piece: bytes) -> Address | None:
    """One mailbox in odd syntax; the email is '' where there is none, None where there is nothing at all."""
    angles = [match for match in _ANGLE.finditer(piece) if b"@" in match[1]] or list(_ANGLE.finditer(piece))
    if angles:
        inner = angles[-1]
        name = piece[: inner.start()] + b" " + piece[inner.end() :]
        email = _spaceless(_ROUTE.sub(b"", inner[1]))
    else:
        name, email = piece, b""
    if not email or b"@" not in email:
        loose = _LOOSE.search(name)
        if loose:
            name, email = name[: loose.start()] + b" " + name[loose.end() :], loose[0]
    comments = b" ".join(_COMMENT.findall(name))
    bare = _COMMENT.sub(b" ", name).strip()
    shown = _name(bare) or _name(comments)
    if b"@" not in email:
        shown = shown or _name(email)
        return Address("", shown) if shown else None
    return Address(_email(email), "" if shown.lower() == _email(email) else shown)


def _spaceless(email: bytes) -> bytes:
    return email if b'"' in email else re.sub(rb"\s+", b"", email)


def _email(email: bytes) -> str:
    email = _MAILTO.sub(b"", email.strip().strip(b"'").rstrip(b"."))
    return decode_header(email)[0].lower()


def _name(name: bytes) -> str:
    name = name.strip()
    if name[:1] == b'"' and name[-1:] == b'"' and len(name) > 1:
        name = name[1:-1]
    if b"\\" in name:
        name = _QUOTED_PAIR.sub(rb"\1", name)
    text = " ".join(decode_header(name)[0].split()).strip('"').strip()
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "'" else text


def message_id(value: bytes) -> str:
    """One id without brackets; folding white space inside it is removed. '' where there is none."""
    ids = message_ids(value)
    if ids:
        return ids[0]
    text = _id_text(value)
    return text.strip("<>")


def message_ids(value: bytes) -> tuple[str, ...]:
    """The ids of References or In-Reply-To, in order, each once. Old clients put prose around them; bare words count
    only where every word could be an id, because prose names mail addresses too. MH puts the writer's address first:
    "Message from Jane <jane@example.org> of Monday <id>"."""
    text = _id_text(value, b" ")
    found = _ID.findall(_WRITER.sub(b"", text.encode()))
    if not found:
        words = text.strip("<>").replace(",", " ").split()
        found = [word.encode() for word in words] if all("@" in word for word in words) else []
    ids = (re.sub(rb"\s+", b"", one).decode() for one in found)
    return tuple(dict.fromkeys(one for one in ids if one))


def _id_text(value: bytes, fold: bytes = b"") -> str:
    return decode_header(value.replace(b"\r", b"").replace(b"\n", fold))[0]
