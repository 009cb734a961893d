"""The parts of signatures in many languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.mime.signature_fields import Field, closing_fields, signature_fields

SIGNATURES = [
    (
        "Mit freundlichen Grüßen\ni. A. Dr. Vera Lohmann\nProjektingenieurin\n\nIngenieurbüro Theissen PartG mbB\n"
        "Hafenstraße 12a, 20457 Hamburg\nTel.: +49 (0)40 555 01-23 | Fax -24\nMobil: 0171 5550123\n"
        "v.lohmann@theissen.example · www.theissen.example\nAmtsgericht Hamburg HRB 123456\nUSt-IdNr. DE 123456789",
        "name=Dr. Vera Lohmann title=Projektingenieurin company=Ingenieurbüro Theissen PartG mbB street=Hafenstraße 12a "
        "city=Hamburg phone=+49 (0)40 555 01-23 mobile=0171 5550123 email=v.lohmann@theissen.example "
        "website=www.theissen.example",
    ),
    (
        "Cordialement,\nHélène Charpin\nResponsable maintenance\nLaiterie des Trois Vallons SAS\n14 rue de la Gare\n"
        "38000 Grenoble Cedex\nTél. : 04 76 55 01 02 - Port. : 06 12 34 56 78",
        "name=Hélène Charpin title=Responsable maintenance company=Laiterie des Trois Vallons SAS "
        "street=14 rue de la Gare city=Grenoble phone=04 76 55 01 02 mobile=06 12 34 56 78",
    ),
    (
        "Distinti saluti\nLucia Zanin\nUfficio acquisti\nCaseificio Valdorella S.r.l.\nVia Roma 5 - 36100 Vicenza (VI)\n"
        "Tel. 0444 555012  Cell. 347 5550123\nP.IVA 01234567890",
        "name=Lucia Zanin company=Caseificio Valdorella S.r.l. street=Via Roma 5 city=Vicenza phone=0444 555012 "
        "mobile=347 5550123",
    ),
    (
        "Un saludo,\nMaría José García López\nJefa de compras\nAceites del Sur, S.L.\nCalle Mayor, 7\n28013 Madrid\n"
        "Tfno. 915 550 123\nMóvil: 600 555 012",
        "name=María José García López title=Jefa de compras company=Aceites del Sur, S.L. street=Calle Mayor, 7 "
        "city=Madrid phone=915 550 123 mobile=600 555 012",
    ),
    (
        "Venlig hilsen\nThomas Petersen\nProduktionschef\n\nBrøndholm Mejeri A/S\nMejerivej 8, 6800 Varde\n"
        "Tlf. 75 55 01 23\nCVR-nr. 12345678",
        "name=Thomas Petersen title=Produktionschef company=Brøndholm Mejeri A/S street=Mejerivej 8 city=Varde "
        "phone=75 55 01 23",
    ),
    (
        "Med vänliga hälsningar\nÅsa Öberg\nInköpare\nNordpump AB\nStorgatan 12\n111 22 Stockholm\nVäxel 08-555 01 23",
        "name=Åsa Öberg title=Inköpare company=Nordpump AB street=Storgatan 12 city=Stockholm phone=08-555 01 23",
    ),
    (
        "Ystävällisin terveisin\nMatti Virtanen\nToimitusjohtaja\nJärvi Oy\nKauppakatu 3\n40100 Jyväskylä\nPuh. 014 555 0123",
        "name=Matti Virtanen title=Toimitusjohtaja company=Järvi Oy street=Kauppakatu 3 city=Jyväskylä "
        "phone=014 555 0123",
    ),
    (
        "Z poważaniem\nAnna Nowak\nKierownik działu zakupów\nZakłady Mięsne Borowina Sp. z o.o.\nul. Leśna 4, 60-101 Poznań\n"
        "tel. +48 61 555 01 23, kom. 601 555 018\nNIP 1234567890",
        "name=Anna Nowak title=Kierownik działu zakupów company=Zakłady Mięsne Borowina Sp. z o.o. street=ul. Leśna 4 "
        "city=Poznań phone=+48 61 555 01 23 mobile=601 555 018",
    ),
    (
        "Üdvözlettel\nKiss Balázs\nbeszerző\nKisvár Gyógyszer Kft.\n4600 Kisvárda, Fő utca 9.\nTel.: +36 45 555 012",
        "name=Kiss Balázs title=beszerző company=Kisvár Gyógyszer Kft. street=Fő utca 9 city=Kisvárda "
        "phone=+36 45 555 012",
    ),
    (
        "Saygılarımla\nAyşe Yılmaz\nSatın Alma Müdürü\nDeniz Makina San. ve Tic. Ltd. Şti.\nAtatürk Cad. No: 12\n"
        "Cep: 0532 555 01 23",
        "name=Ayşe Yılmaz title=Satın Alma Müdürü company=Deniz Makina San. ve Tic. Ltd. Şti. "
        "street=Atatürk Cad. No: 12 mobile=0532 555 01 23",
    ),
    (
        "よろしくお願いします\n株式会社サンプル\n営業部 部長\n田中 太郎\n〒100-0001 東京都千代田区千代田1-1\n電話：03-5555-0123\n携帯：090-5555-0123",
        "company=株式会社サンプル title=営業部 部長 name=田中 太郎 city=東京都千代田区 phone=03-5555-0123 mobile=090-5555-0123",
    ),
    (
        "Regards,\nKeith E. Graham, CFA\nSenior Counsel\nPerfect Commerce, Inc.\n55 Shuman Boulevard, Suite 4\n"
        "Naperville, Illinois 60563\n(630) 555-4810 (phone)\n(630) 555-4594 (fax)\n630.555.0199 cell\n1-888-555-3580 Ext 108",
        "name=Keith E. Graham title=Senior Counsel company=Perfect Commerce, Inc. street=55 Shuman Boulevard, Suite 4 "
        "city=Naperville phone=(630) 555-4810 mobile=630.555.0199 phone=1-888-555-3580",
    ),
    (
        "Kind regards\nJames O'Neill | Head of Operations | Harbour Foods Ltd\n12 Quay Street, Bristol BS1 4DJ\nM 07700 900123",
        "name=James O'Neill title=Head of Operations company=Harbour Foods Ltd street=12 Quay Street city=Bristol "
        "mobile=07700 900123",
    ),
    ("Mvh Kasper Dam\nBrøndholm Mejeri A/S", "name=Kasper Dam company=Brøndholm Mejeri A/S"),
    ("Cheers,\nJo", "name=Jo"),
    ("--\nSenior Counsel, ENA\nPhone: 713-555-8897", "title=Senior Counsel, ENA phone=713-555-8897"),
    ("Sent from my iPhone", ""),
]


@pytest.mark.parametrize(("signature", "expected"), SIGNATURES, ids=[one[0].split("\n")[0] for one in SIGNATURES])
def test_signature_tells_its_parts(signature: str, expected: str) -> None:
    assert " ".join(f"{one.field}={one.value}" for one in signature_fields(signature)) == expected


def test_quote_of_a_field_is_its_line() -> None:
    assert signature_fields("Best,\nJo Doe\nTel: 040 555 01 23 | jo@x.example")[1:] == (
        Field("email", "jo@x.example", "Tel: 040 555 01 23 | jo@x.example"),
        Field("phone", "040 555 01 23", "Tel: 040 555 01 23 | jo@x.example"),
    )


def test_notices_below_a_signature_tell_nothing() -> None:
    notice = (
        "This e-mail is the property of Fabrikam Corp. and may contain confidential\n"
        "material for the use of the intended recipient of Contoso Ltd. If you are\n"
        "not the one, please write to legal@fabrikam.example and delete all copies."
    )
    assert [one.field for one in signature_fields(f"Jo Doe\nFabrikam Corp.\n\n{notice}")] == ["name", "company"]


def test_closing_lines_count_only_where_they_read_like_a_signature() -> None:
    assert [one.value for one in closing_fields("It works.\n\nJo Doe\nFabrikam GmbH")] == ["Jo Doe", "Fabrikam GmbH"]
    assert closing_fields("Please send the offer to\nFabrikam GmbH in Hamburg") == ()
    assert closing_fields("Requested By: Jo Doe\nCompany: Fabrikam GmbH") == ()


@given(st.text(st.sampled_from("Ab1 \n,.@|+-()/:") | st.characters(), max_size=200))
def test_fields_of_any_text_are_parts_of_their_quotes(text: str) -> None:
    for one in (*signature_fields(text), *closing_fields(text)):
        assert one.value
        assert "".join(one.value.split()) in "".join(one.quote.split())
