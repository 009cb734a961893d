"""The language of a mail is guessed from a sentence or two, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.triage.language import LANGUAGES, guess_language, load_clues


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hi, the printer in room 4 does not work since Monday. Could you please send somebody?"),
        ("de", "Guten Tag, der Drucker geht seit Montag nicht mehr. Können Sie bitte jemanden schicken?"),
        ("de", "Hallo, das Meeting Update ist done, aber wir haben noch keine Feedback Slides"),
        ("fr", "Bonjour, l'imprimante du deuxième étage ne marche plus. Pourriez-vous nous aider ? Merci"),
        ("it", "Buongiorno, la stampante non funziona più da lunedì. Potete aiutarci? Grazie"),
        ("es", "Buenos días, la impresora no funciona desde el lunes. ¿Puede ayudarnos? Gracias"),
        ("pt", "Bom dia, a impressora não funciona desde segunda-feira. Pode ajudar-nos? Obrigado"),
        ("nl", "Goedemorgen, de printer op kantoor doet het sinds maandag niet meer. Kunt u ons helpen?"),
        ("pl", "Dzień dobry, drukarka nie działa od poniedziałku. Czy mogą Państwo pomóc?"),
        ("sv", "Hej, skrivaren fungerar inte sedan i måndags. Kan ni hjälpa oss? Tack"),
        ("da", "Hej, printeren virker ikke siden mandag. Kan I hjælpe os? Tak"),
        ("no", "Hei, skriveren virker ikke siden mandag. Kan dere hjelpe oss? Takk"),
        ("fi", "Hei, tulostin ei toimi maanantain jälkeen. Voitteko auttaa meitä? Kiitos"),
        ("hu", "Tisztelt Uram, a nyomtató hétfő óta nem működik. Tudnának segíteni? Köszönöm"),
        ("cs", "Dobrý den, tiskárna od pondělí nefunguje. Můžete nám pomoci? Děkuji"),
        ("sk", "Dobrý deň, tlačiareň od pondelka nefunguje. Môžete nám pomôcť? Ďakujem"),
        ("tr", "Merhaba, yazıcı pazartesiden beri çalışmıyor. Yardımcı olabilir misiniz? Teşekkürler"),
        ("ru", "Здравствуйте, принтер не работает с понедельника. Можете помочь? Спасибо"),
        ("uk", "Добрий день, принтер не працює з понеділка. Чи можете допомогти? Дякую"),
        ("bg", "Здравейте, принтерът не работи от понеделник. Можете ли да помогнете? Благодаря"),
        ("sr", "Добар дан, штампач не ради од понедељка. Можете ли да нам помогнете? Хвала"),
        ("ja", "プリンターが月曜日から動きません。ご対応をお願いいたします。"),
        ("ja", "ProjectX の Windows 版を入れました。確認お願いします。"),
        ("zh", "您好,打印机从星期一开始就不能用了,请帮忙处理一下。"),
        ("ko", "안녕하세요, 월요일부터 프린터가 작동하지 않습니다."),
        ("el", "Καλημέρα, ο εκτυπωτής δεν λειτουργεί από τη Δευτέρα."),
        ("he", "שלום, המדפסת לא עובדת מאז יום שני."),
        ("ar", "مرحبا، الطابعة لا تعمل منذ يوم الاثنين."),
    ],
)
def test_language_is_guessed(language: str, text: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4711 / 2024-05-01",
        "ok",
        "Danke!",
        "Invoice 4711 attached",
        "FYI",
        "سلام، چاپگر از روز دوشنبه کار نمی کند.",  # Persian
        "Bună ziua, imprimanta nu funcționează de luni. Ne puteți ajuta? Mulțumesc",  # Romanian
        "Dobar dan, štampač ne radi od ponedeljka. Možete li da nam pomognete?",  # Serbian in Latin letters
        "Labas, spausdintuvas neveikia nuo pirmadienio. Ar galite padėti?",  # Lithuanian
        "Selamat pagi, printer tidak berfungsi sejak hari Senin. Bisa dibantu?",  # Indonesian
    ],
)
def test_short_texts_and_unknown_languages_are_not_guessed(text: str) -> None:
    assert guess_language(text) == ""


def test_languages_are_those_of_the_data() -> None:
    clues = load_clues()
    found = {language for some in clues.words.values() for language, _ in some}
    assert list(LANGUAGES) == sorted(found | {script.language for script in clues.scripts})


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_language_or_none(text: str) -> None:
    assert guess_language(text) in (*LANGUAGES, "")
