"""Small pictures and papers for attachments, made from nothing: PNG (W3C PNG, 2nd ed.) and PDF 1.4."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Sequence

_SKY, _SNOW, _ROCK, _INK, _RED, _GREEN = range(6)
_PALETTE = bytes((214, 232, 245, 252, 252, 255, 96, 108, 122, 24, 52, 94, 204, 51, 45, 60, 150, 90))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows: Sequence[bytes]) -> bytes:
    """A palette picture from rows of palette indices, all of one length."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    parts = (_chunk(b"IHDR", head), _chunk(b"PLTE", _PALETTE), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def logo() -> bytes:
    """The company's mark: two white peaks, 96 x 40, the same bytes on every mail."""
    rows = []
    for y in range(40):
        row = bytearray([_INK] * 96)
        for centre, top in ((34, 6), (60, 14)):
            reach = max(0, y - top)
            shade = _SNOW if reach < 14 else _ROCK
            for x in range(max(0, centre - reach), min(96, centre + reach)):
                row[x] = shade
        rows.append(bytes(row))
    return png(rows)


def screenshot(rng: random.Random) -> bytes:
    """A control panel with a title bar and bars of measured values, one of them in the red; 240 x 150."""
    heights = [rng.randint(20, 90) for _ in range(10)]
    bad = rng.randrange(10)
    rows = [bytes([_INK] * 240)] * 14
    for y in range(14, 150):
        row = bytearray([_SNOW if y % 24 else _SKY] * 240)
        for n, height in enumerate(heights):
            if 140 - height < y < 140:
                row[12 + n * 22 : 26 + n * 22] = bytes([_RED if n == bad else _GREEN] * 14)
        rows.append(bytes(row))
    return png(rows)


def photo(rng: random.Random) -> bytes:
    """A slope with lift towers against the sky, 240 x 150."""
    ridge, height = [], rng.randint(30, 70)
    for _ in range(240):
        height = min(110, max(15, height + rng.choice((-1, 0, 0, 1, 1))))
        ridge.append(height)
    towers = rng.sample(range(10, 230), 4)
    rows = []
    columns = [bytes([_SKY] * top + [_ROCK] * 6 + [_SNOW] * (144 - top)) for top in ridge]
    for y, values in enumerate(zip(*columns, strict=True)):
        row = bytearray(values)
        for x in towers:
            if ridge[x] - 12 < y < ridge[x] + 10:
                row[x : x + 2] = bytes([_INK, _INK])
        rows.append(bytes(row))
    return png(rows)


def pdf(lines: Sequence[str]) -> bytes:
    """A one-page A4 paper with the lines of text, the first as its title (ISO 32000-1, 7.5)."""
    shown = [line.encode("cp1252", "replace").translate(None, b"\\()") for line in lines]
    text = b"BT /F1 18 Tf 56 780 Td (" + shown[0] + b") Tj /F1 11 Tf 0 -12 Td "
    text += b"".join(b"0 -18 Td (" + line + b") Tj " for line in shown[1:]) + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
