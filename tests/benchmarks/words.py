"""A made-up language with the statistics of a real one: common words are short and few, and Zipf's law holds."""

from __future__ import annotations

import random
from itertools import accumulate

_COMMON = """
the to and of a in for you is on we with please that your this it be our have from as are will at can or not if by
thanks regards meeting invoice order project team customer delivery price contract question offer call report update
review next week today tomorrow monday friday attached document agreement schedule budget service support account
payment quarter product sample shipment issue ticket request change version approval signature deadline discount
renewal installation training maintenance warranty license proposal quote sales marketing engineering finance
logistics warehouse factory conference agenda minutes summary feedback solution problem answer information details
number date time address office phone email website manager director assistant colleague partner supplier vendor
client visit travel hotel flight booking reservation confirmation cancellation extension introduction interest
opportunity requirement specification design prototype production quality inspection certificate import export customs
tax bank transfer receipt balance statement reminder overdue urgent important available possible
"""
_ONSETS = """
b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sk sl sp st str t th tr v w z
"""
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "io", "oa", "ou"]
_CODAS = ["", "", "", "n", "r", "s", "t", "l", "nd", "rt", "st", "ng", "ck", "m"]

VOCABULARY = 50_000


def vocabulary(rng: random.Random) -> list[str]:
    """Words from the most to the least frequent."""
    words = dict.fromkeys(_COMMON.split())
    onsets = _ONSETS.split()
    while len(words) < VOCABULARY:
        syllables = rng.choice((2, 2, 3, 3, 4)) if len(words) > 2_000 else rng.choice((1, 2, 2))
        words["".join(rng.choice(onsets) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))] = None
    return list(words)


class Writer:
    """Texts of running words, drawn from one long shuffled stretch of the language."""

    def __init__(self, seed: int, stretch: int = 2_000_000) -> None:
        self._rng = random.Random(seed)
        self.words = vocabulary(self._rng)
        self._rare = self.words[400:]
        weights = list(accumulate(1 / rank for rank in range(2, len(self.words) + 2)))
        self._stretch = self._rng.choices(self.words, cum_weights=weights, k=stretch)

    def text(self, words: int) -> str:
        start = self._rng.randrange(len(self._stretch) - words)
        return " ".join(self._stretch[start : start + words])

    def name(self) -> str:
        """Two rare words, capitalised, as of a company or a person."""
        first, second = self._rng.sample(self._rare, 2)
        return f"{first.capitalize()} {second.capitalize()}"
