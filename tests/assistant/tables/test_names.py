from __future__ import annotations

import pytest

from assistant.tables.names import meant, name_key, plain_key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Contoso Ltd.", "CONTOSO", True),
        ("Contoso GmbH & Co. KG", "contoso", True),
        ("The Contoso Company, Inc.", "Contoso", True),
        ("Rossi S.p.A.", "Rossi", True),
        ("Müller AG", "Mueller AG", False),
        ("Contoso North", "Contoso South", False),
        ("Alpine Group", "Alpine", False),
        ("AG", "SA", False),
    ],
)
def test_name_key_ignores_case_punctuation_and_legal_form(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


def test_meant_finds_the_one_that_leads_clearly() -> None:
    products = {plain_key(name): name for name in ("GTX Pro", "GTX Plus Pro", "GTX Basic", "GTX Plus Basic")}
    assert meant(plain_key("GTXPro"), products) == "GTX Pro"
    assert meant(plain_key("GTX Plus Basik"), products) == "GTX Plus Basic"
    assert meant(plain_key("MG Special"), products) is None
