from __future__ import annotations

import pytest

from store.domains import is_free_mail, parse_domain, parse_email, registrable_domain
from store.errors import Invalid


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("mail.contoso.co.uk", "contoso.co.uk"),
        ("ada@Mail.Contoso.COM", "contoso.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", ""),
        ("192.168.1.1", ""),
        ("co.uk", ""),
        ("", ""),
        ("-x.com", ""),
    ],
)
def test_registrable_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_parse_domain_takes_web_addresses() -> None:
    assert parse_domain("https://www.contoso.com/about?x=1") == "contoso.com"
    with pytest.raises(Invalid):
        parse_domain("contoso")


def test_parse_email_lowers_and_unwraps() -> None:
    assert parse_email("Ada L. <Ada@Contoso.com>") == "ada@contoso.com"
    for text in ("ada", "ada@", "a b@c.de", "@contoso.com"):
        with pytest.raises(Invalid):
            parse_email(text)


def test_is_free_mail_knows_the_big_ones_and_no_company() -> None:
    assert [is_free_mail(domain) for domain in ("gmail.com", "GMX.de", "contoso.com")] == [True, True, False]
