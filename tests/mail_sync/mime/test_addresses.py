from __future__ import annotations

import pytest

from mail_sync.message import Address
from mail_sync.mime.addresses import message_ids, parse_addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@example.org", [("a@example.org", "")]),
        ("Jane Doe <JANE@Example.org>", [("jane@example.org", "Jane Doe")]),
        ('"Jane \\"J\\" Doe" <a@example.org>', [("a@example.org", 'Jane "J" Doe')]),
        ("Doe, Jane <a@example.org>, Bob <b@example.org>", [("a@example.org", "Doe, Jane"), ("b@example.org", "Bob")]),
        ("a@example.org; b@example.org", [("a@example.org", ""), ("b@example.org", "")]),
        ("a@example.org (Jane Doe)", [("a@example.org", "Jane Doe")]),
        ("Jane Doe a@example.org", [("a@example.org", "Jane Doe")]),
        ("'a@example.org' <a@example.org>", [("a@example.org", "")]),
        ('"a@example.org" <b@example.org>', [("b@example.org", "a@example.org")]),
        ("<mailto:a@example.org>", [("a@example.org", "")]),
        ("<@route,@two:a@example.org>", [("a@example.org", "")]),
        ("Jane <a @ example.org>", [("a@example.org", "Jane")]),
        ("undisclosed-recipients:;", []),
        (
            "Team: a@example.org, b@example.org;, c@example.org",
            [("a@example.org", ""), ("b@example.org", ""), ("c@example.org", "")],
        ),
        ("root", [("", "root")]),
        ("", []),
        (",,;", []),
        ("=?utf-8?q?J=C3=B6rg?= <a@example.org>", [("a@example.org", "Jörg")]),
        ("=?utf-8?q?J=C3=B6rg_=3Ca=40example=2Eorg=3E?=", [("a@example.org", "Jörg")]),
        ('"=?utf-8?q?M=C3=BCller,_J=C3=B6rg?=" <a@example.org>', [("a@example.org", "Müller, Jörg")]),
        ('"unclosed <a@example.org>, b@example.org', [("a@example.org", "unclosed"), ("b@example.org", "")]),
    ],
)
def test_addresses_are_read_in_odd_syntax(value: str, expected: list[tuple[str, str]]) -> None:
    assert parse_addresses(value.encode())[0] == tuple(Address(email, name) for email, name in expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@x> <b@x>", ("a@x", "b@x")),
        ("<a@x>\n\t<b@x>", ("a@x", "b@x")),
        ("<a@x><b@x><a@x>", ("a@x", "b@x")),
        ("a@x b@x", ("a@x", "b@x")),
        ('Your message of "Mon" <a@x>', ("a@x",)),
        ("Message from jane@example.org of Monday", ()),
        ('Message from\n "Jane Roe"\n <jane@example.org> of\n "Mon, 2 Nov." <a@x> <b@x>', ("a@x", "b@x")),
        ('Your message from "Mon" <a@x>', ("a@x",)),
        ("", ()),
    ],
)
def test_message_ids_are_found_among_prose(value: str, expected: tuple[str, ...]) -> None:
    assert message_ids(value.encode()) == expected
