"""Finding an article while a mail is answered, timed for every letter that is typed.

    python -m tests.benchmarks.articles [--articles 2000] [--seed 0]

So many articles of a hundred words each, of invented words as common as those of a language. Told are what it takes to
take them from the store's rows into a shelf, and of queries typed letter by letter, a third of them with a slip, the
processor time that a letter takes: the 95th percentile and the most. Ends with 1 when a letter misses the limit.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from time import process_time

from store.articles.fields import folded
from store.articles.searching import Shelf

LIMIT = 0.05  # seconds for a letter, p95
_WORDS, _QUERIES = 20_000, 60
_LETTERS = "eeeeaaiioouurrttnnssllddmmkkppbgfhvwzyc"


@dataclass(frozen=True, slots=True)
class Text:
    folded: str
    queue_id: int | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    words = ["".join(rng.choices(_LETTERS, k=rng.randint(3, 11))) for _ in range(_WORDS)]
    common = [1 / (rank + 10) for rank in range(_WORDS)]
    texts = [
        Text(folded(" ".join(rng.choices(words, common, k=6)), " ".join(rng.choices(words, common, k=100))))
        for _ in range(options.articles)
    ]
    started = process_time()
    shelf = Shelf(texts)
    print(f"{options.articles:,} articles: {(process_time() - started) * 1e3:.0f} ms to make the shelf")
    took = sorted(_letters(shelf, words, rng))
    p95 = took[len(took) * 95 // 100]
    print(f"{len(took):,} letters: p95 {p95 * 1e3:.1f} ms, most {took[-1] * 1e3:.1f} ms; {p95 / LIMIT:.2f} x the limit")
    return int(p95 > LIMIT)


def _letters(shelf: Shelf[Text], words: list[str], rng: random.Random) -> list[float]:
    """What every letter of some queries took."""
    took = []
    for number in range(_QUERIES):
        query = " ".join(rng.choices(words, k=rng.randint(1, 3)))
        if not number % 3:
            place = rng.randrange(len(query) - 1)
            query = query[:place] + query[place + 1] + query[place] + query[place + 2 :]
        for end in range(1, len(query) + 1):
            started = process_time()
            shelf.find(query[:end])
            took.append(process_time() - started)
    return took


if __name__ == "__main__":
    sys.exit(main())
