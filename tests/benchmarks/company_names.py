"""Made-up company names of many languages, and the ways in which mails misspell them: deterministic for a seed.

Names. Words come from pools drawn by Zipf's law: family names, coined brands (a third of them used once), trades,
places; one of eleven patterns puts them together, and nine in ten names have a legal form. No two names are the same
without it.

Noise, as a person types a name from memory. Each query gets one typo, or, with probability 0.4, two: a letter
dropped, doubled, replaced by another, put in, or two neighbours changed places (0.2 each), anywhere but in the legal
form. The legal form is missing with probability 0.6 and another one with 0.1. Of the names with two words or more in
front of it, 0.15 have two words swapped, 0.15 of those with three or more lack one, 0.05 have two words glued
together. 0.3 are all lower case, 0.1 all upper case.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

_ONSETS = """
b br c ch d dr f fl g gr h j k kl kr l m n p pl pr qu r s sch sh sk sl st str t th tr v w z zw
"""
_VOWELS = """
a e i o u ä ö ü ei au ie ou ea ai é ø å
"""
_CODAS = ["", "", "n", "r", "s", "t", "l", "nd", "rt", "st", "ng", "ck", "m", "x", "lz", "rg", "sen"]
_ENDINGS = """
mann berg er sen son ski ov ez ini etti ard well ton man dóttir nen ák oğlu ic
"""
_BRANDS = """
tech soft data net med pharm gen bio nova ix ia on era logic works lab flow
"""
_TRADES = """
Pumpen Pumps Software Logistik Logistics Consulting Engineering Maschinenbau Metallbau Spedition Transport Handel
Trading Services Solutions Systems Technologies Elektro Elektronik Electronics Energy Energie Solar Wind Holding Group
International Immobilien Properties Bau Construction Construcciones Costruzioni Meccanica Impianti Alimentari Foods
Lebensmittel Getränke Wein Vini Brauerei Bakery Bäckerei Pharma Medical Medizintechnik Dental Optik Optics Laser
Sensorik Messtechnik Automation Robotics Werkzeugbau Tools Plastics Kunststoff Papier Paper Verpackung Packaging Druck
Print Media Verlag Publishing Marketing Design Architekten Architects Partners Rechtsanwälte Steuerberatung Insurance
Versicherungen Finance Capital Invest Bank Leasing Hotels Reisen Travel Touristik Events Sport Moda Fashion Textil
Textiles Möbel Furniture Design Holz Timber Stahl Steel Aluminium Chemie Chemicals Farben Paints Glas Glass Keramik
Agrar Seeds Fish Fisk Shipping Rederi Offshore Marine Yachts Aviation Aerospace Automotive Autohaus Motors Parts
Security Sicherheit Facility Reinigung Recycling Umwelt Water Wasser Telecom Networks Cloud Hosting Analytics Labs
"""
_PLACES = """
Hamburg Berlin Bern Basel Wien Graz Köln Ulm Bremen Leipzig Zürich Lyon Paris Nantes Milano Torino Roma Napoli Madrid
Sevilla Bilbao Porto Lisboa Oslo Bergen Malmö Göteborg Stockholm Aarhus Odense Helsinki Turku Tampere Riga Tallinn
Vilnius Warszawa Kraków Gdańsk Poznań Praha Brno Bratislava Budapest Szeged Zagreb Split Ljubljana Beograd Sofia
București Cluj Istanbul İzmir Ankara London Leeds Dublin Cork Boston Austin Denver Toronto Sydney Perth Osaka Kyoto
Nord Süd West Ost Alpine Baltic Nordic Iberia Rhein Elbe Donau Adria Europa Asia Pacific Atlantic Mercosur
"""
_FORMS = """
GmbH|AG|GmbH & Co. KG|KG|e.K.|SE|S.r.l.|S.p.A.|S.A.|SARL|SAS|S.L.|Lda|A/S|ApS|AB|AS|ASA|Oy|Oyj|Kft.|Zrt.|Sp. z o.o.|
s.r.o.|a.s.|d.o.o.|B.V.|N.V.|Ltd|Ltd.|LLC|Inc.|Corp.|PLC|Pty Ltd|Co., Ltd.|Ltd. Şti.|A.Ş.|UAB|SIA|OÜ
"""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Company:
    """A name in parts: its words and its legal form, which may be ''."""

    words: tuple[str, ...]
    form: str

    @property
    def title(self) -> str:
        return " ".join((*self.words, self.form)).strip()


class Pool:
    """Words of which the first are the most frequent, as Zipf has it."""

    def __init__(self, rng: random.Random, words: Sequence[str], flat: float = 5) -> None:
        self._rng, self._words = rng, words
        self._weights = list(accumulate(1 / (rank + flat) for rank in range(len(words))))

    def word(self) -> str:
        return self._words[bisect(self._weights, self._rng.random() * self._weights[-1])]


class Namer:
    """Endless different companies."""

    def __init__(self, seed: int) -> None:
        self._rng = rng = random.Random(seed)
        self._onsets, self._vowels, self._brand_ends = _ONSETS.split(), _VOWELS.split(), _BRANDS.split()
        self._surnames = Pool(rng, [self._coined(_ENDINGS.split()) for _ in range(40_000)], flat=30)
        self._brands = Pool(rng, [self._coined(self._brand_ends) for _ in range(40_000)], flat=50)
        self._trades = Pool(rng, _shuffled(_TRADES.split(), rng))
        self._places = Pool(rng, _shuffled(_PLACES.split(), rng))
        self._forms = Pool(rng, forms())

    def companies(self, count: int) -> Iterator[Company]:
        """This many companies, no two with the same words."""
        seen: set[str] = set()
        while len(seen) < count:
            company = Company(self._words(), self._forms.word() if self._rng.random() < 0.9 else "")
            folded = " ".join(company.words).casefold()
            if folded not in seen:
                seen.add(folded)
                yield company

    def _words(self) -> tuple[str, ...]:
        surname, brand, trade, place = self._surnames.word, self._brand, self._trades.word, self._places.word
        patterns = (
            lambda: (brand(), trade()),
            lambda: (brand(), trade(), place()),
            lambda: (surname(), trade()),
            lambda: (surname(), "&", surname()),
            lambda: (surname(), surname(), trade()),
            lambda: (place(), brand(), trade()),
            lambda: (brand(),),
            lambda: (surname(), trade(), "&", trade()),
            lambda: (brand(), place()),
            lambda: ("".join(self._rng.choices(_LETTERS.upper(), k=3)), brand(), trade()),
            lambda: (surname(), "&", "Söhne", trade()),
        )
        return self._rng.choice(patterns)()

    def _brand(self) -> str:
        return self._coined(self._brand_ends) if self._rng.random() < 0.33 else self._brands.word()

    def _coined(self, endings: Sequence[str]) -> str:
        rng = self._rng
        syllables = (
            rng.choice(self._onsets) + rng.choice(self._vowels) + rng.choice(_CODAS)
            for _ in range(rng.choice((1, 2, 2)))
        )
        return ("".join(syllables) + rng.choice(endings)).capitalize()


@cache
def forms() -> list[str]:
    """Legal forms, the most frequent first."""
    return _FORMS.replace("\n", "").split("|")


def _shuffled(words: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(words, len(words))


def misspelt(company: Company, rng: random.Random) -> str:
    """The company's name as somebody writes it from memory; the module says how."""
    words = list(company.words)
    if len(words) > 1 and rng.random() < 0.15:
        place = rng.randrange(len(words) - 1)
        words[place : place + 2] = reversed(words[place : place + 2])
    if len(words) > 2 and rng.random() < 0.15:
        del words[rng.randrange(len(words))]
    if len(words) > 1 and rng.random() < 0.05:
        place = rng.randrange(len(words) - 1)
        words[place : place + 2] = ["".join(words[place : place + 2])]
    text = " ".join(words)
    for _ in range(2 if rng.random() < 0.4 else 1):
        text = _typo(text, rng)
    chance = rng.random()
    form = company.form if chance > 0.7 else rng.choice(forms()) if chance > 0.6 else ""
    text = f"{text} {form}".strip()
    case = rng.random()
    return text.lower() if case < 0.3 else text.upper() if case < 0.4 else text


def _typo(text: str, rng: random.Random) -> str:
    places = [i for i, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 2:
        return text
    i = rng.choice(places)
    match rng.randrange(5):
        case 0:
            return text[:i] + text[i + 1 :]
        case 1:
            return text[: i + 1] + text[i:]
        case 2:
            return text[:i] + rng.choice(_LETTERS) + text[i + 1 :]
        case 3:
            return text[:i] + rng.choice(_LETTERS) + text[i:]
        case _:
            return text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :]
