from __future__ import annotations

import re

import pytest

from mail_sync.mime.sanitise import sanitise_html

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def body(html: str, **images: tuple[str, bytes]) -> str:
    found = re.search(r"<body>(.*)</body>", sanitise_html(html, images), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p onclick='x()'>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ("<style>p{}</style><p style='color:red;position:fixed'>Hi</p>", '<p style="color:red">Hi</p>'),
        ("<img src='https://t.example/p.gif'>", f'<img src="{PIXEL}">'),
        ("<img src='data:image/svg+xml,<svg/>'>", f'<img src="{PIXEL}">'),
        ("<img srcset='https://t.example/p.gif 2x'>", "<img>"),
        ("<div style='background:url(https://t.example)'>x</div>", "<div>x</div>"),
        (
            "<table background='https://t.example'><tr><td>x</td></tr></table>",
            "<table><tbody><tr><td>x</td></tr></tbody></table>",
        ),
        ("<iframe src='https://t.example'></iframe><form action='x'><input></form>", ""),
        ("<meta http-equiv=refresh content='0;url=https://t.example'>x", "x"),
        ("<a href='javascript:x()'>x</a>", '<a rel="noopener noreferrer nofollow">x</a>'),
    ],
)
def test_nothing_runs_and_nothing_is_loaded(html: str, expected: str) -> None:
    assert body(html) == expected


def test_links_survive() -> None:
    assert body("<a href='https://example.org/'>x</a>") == (
        '<a href="https://example.org/" rel="noopener noreferrer nofollow">x</a>'
    )


def test_inline_images_are_embedded() -> None:
    assert body("<img src='cid:logo'>", logo=("image/png", b"abc")) == '<img src="data:image/png;base64,YWJj">'
    assert body("<img src='cid:logo'>", logo=("image/svg+xml", b"<svg/>")) == f'<img src="{PIXEL}">'


def test_document_forbids_loading_by_policy() -> None:
    assert "default-src 'none'" in sanitise_html("x")
