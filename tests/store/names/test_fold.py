"""Names become keys: legal forms, scripts, marks, titles and particles do not tell names apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.names.fold import company_key, parse_company, person_key, person_tokens
from store.names.nicknames import LANGUAGES, are_one_name, other_names, share_full_name


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Fabrikam GmbH & Co. KG", "fabrikam"),
        ("Fabrikam Ges.m.b.H.", "fabrikam"),
        ("Fabrikam Gesellschaft mit beschränkter Haftung", "fabrikam"),
        ("Contoso S.r.l.", "contoso"),
        ("Contoso S. p. A.", "contoso"),
        ("Ørsted A/S", "orsted"),
        ("Skanska AB (publ)", "skanska"),
        ("Nokia Oyj", "nokia"),
        ("Kovács és Társa Kft.", "kovacs es tarsa"),
        ("Firma Kowalski Sp. z o.o. Sp. k.", "kowalski"),
        ("Alpha B.V.", "alpha"),
        ("Škoda Auto a.s.", "skoda auto"),
        ("Gradnja d.o.o.", "gradnja"),
        ("Koç Holding A.Ş.", "koc holding"),
        ("Yıldız San. ve Tic. Ltd. Şti.", "yildiz"),
        ("Grupo Bimbo S.A.B. de C.V.", "grupo bimbo"),
        ("Silva & Filhos, Lda", "silva filhos"),
        ("ООО «Ромашка»", "romashka"),
        ("Παπαδόπουλος Α.Ε.", "papadopoulos"),
        ("株式会社日立製作所", "日立製作所"),
        ("㈱ソニー", "ソニー"),
        ("北京科技有限公司", "北京科技"),
        ("삼성전자 주식회사", "삼성전자"),
        ('שטראוס בע"מ', "שטראוס"),
        ("Contoso GmbH Deutschland", "contoso deutschland"),
        ("Mueller und Soehne GmbH", "muller sohne"),
        ("Müller & Söhne", "muller sohne"),
        ("L'Oréal S.A.", "loreal"),
        ("Quest Value Bros.", "quest value brothers"),
        ("The Company Ltd", "company"),
        ("AG", "ag"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_company_key_is_the_name_without_form_marks_and_script(name: str, key: str) -> None:
    assert company_key(name) == key


def test_parse_company_tells_the_forms_it_took_off() -> None:
    assert parse_company("Fabrikam GmbH & Co. KG").forms == ("cokg", "gmbh")


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Dr. Berg, Anna-Lena", ("anna", "lena", "berg")),
        ("Anna Berg, MBA", ("anna", "berg")),
        ("Prof. Dr.-Ing. Hans Mueller", ("hans", "muller")),
        ("Ludwig van Beethoven", ("ludwig", "beethoven")),
        ("Jack Ma", ("jack", "ma")),
        ("Van Nguyen", ("van", "nguyen")),
        ("J. R. Smith", ("j", "r", "smith")),
        ("O'Brien, Seán", ("sean", "obrien")),
        ("María del Carmen García", ("maria", "carmen", "garcia")),
        ("Сергей Кузнецов", ("sergei", "kuznetsov")),
        ("Νίκος Παπαδόπουλος", ("nikos", "papadopoulos")),
        ("王小明", ("王小明",)),
        ("", ()),
    ],
)
def test_person_tokens_are_given_names_first_without_titles_and_particles(name: str, tokens: tuple[str, ...]) -> None:
    assert person_tokens(name) == tokens


@given(st.text(max_size=300))
def test_keys_are_made_of_any_text_and_keep_themselves_as_they_are(text: str) -> None:
    for key in (company_key(text), person_key(text)):
        assert key == " ".join(key.split())


def test_nicknames_are_known_in_many_languages() -> None:
    pairs = [("bob", "robert"), ("sepp", "josef"), ("kasia", "katarzyna"), ("paco", "francisco"), ("beppe", "giuseppe"),
             ("lasse", "lars"), ("dima", "dmitrii"), ("honza", "jan"), ("pisti", "istvan"), ("ze", "jose")]  # fmt: skip
    assert [pair for pair in pairs if not are_one_name(*pair)] == []
    assert share_full_name("bob", "rob")
    assert not are_one_name("anna", "bernd")


def test_other_names_lead_from_short_to_full_and_back() -> None:
    assert "katarzyna" in other_names("kasia")
    assert "kasia" in other_names("katarzyna")
    assert other_names("zzz") == frozenset()


def test_every_table_of_nicknames_is_read() -> None:
    from store.names.tables import _data

    assert set(_data("nicknames")) == set(LANGUAGES)
