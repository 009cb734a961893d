from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.mime.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two  words\n here</p>", "One\n\nTwo words here"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>a<li>b</ul><ol><li>x<li>y</ol>", "- a\n- b\n\n1. x\n2. y"),
        ("<ol><li>a<ol><li>b</ol><li>c</ol>", "1. a\n\n1. b\n\n2. c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a b\nc d"),
        ("<a href='https://example.org/x'>here</a>", "here <https://example.org/x>"),
        ("<a href='https://example.org/'>example.org</a>", "example.org"),
        ("<a href='mailto:a@example.org'>a@example.org</a>", "a@example.org"),
        ("<a href='javascript:x()'>here</a>", "here"),
        ("<p>new</p><blockquote><p>old</p><blockquote>older</blockquote></blockquote>", "new\n\n> old\n>\n> > older"),
        ("<style>p{}</style><script>x</script><title>t</title><p>shown</p>", "shown"),
        ("<div style='display:none'>preheader</div><p>shown</p><p hidden>no</p>", "shown"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<img src=x alt='Logo'>&nbsp;text", "[Logo] text"),
        ("<h1>Head</h1>text<hr>after", "Head\n\ntext\n\n--------------------\n\nafter"),
        ("&lt;b&gt; &amp; &#8364;", "<b> & €"),
        ("", ""),
    ],
)
def test_html_becomes_readable_text(html: str, expected: str) -> None:
    assert html_to_text(html) == expected


def test_deep_nesting_does_not_overflow() -> None:
    assert html_to_text("<div>" * 20_000 + "deep") in ("deep", "")


@given(st.text(st.sampled_from("<>/abp=\"' divtrl&;#x0") | st.characters(), max_size=300))
def test_any_text_is_read(html: str) -> None:
    assert "\0" not in html_to_text(html)
