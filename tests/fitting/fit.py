"""Learn which features of a request speak for which tool, and where texts stand in it: `python -m tests.fitting.fit`.

Reads the phrasings beside this and, of the utterances of ../shared/data/chat, the half that may be worked with; writes
en.weights.txt and en.edges.txt in assistant/chat/understanding/words, the same each time. Prints of how many phrasings
the tool is recognised, and the texts are, that were left out while the others were learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

from assistant.chat.registry import every_tool, shapes
from assistant.chat.understanding import edges, weights
from assistant.chat.understanding.features import features
from assistant.chat.understanding.lexicon import lexicon
from assistant.chat.understanding.marking import mark
from assistant.chat.understanding.understand import where_it_begins
from assistant.chat.understanding.values import OUTSIDE, Naming, Open, Situation
from tests.assistant.chat.fakes import FakeNaming
from tests.benchmarks.intervals import shown_share
from tests.benchmarks.utterance_sets import Utterance, utterances
from tests.fitting import texts
from tests.fitting.learning import Learned, Sample, learn
from tests.fitting.moment import NOW
from tests.fitting.phrasings import Made, OnlyThese, fillings, made, phrasings

_WORDS = Path(weights.__file__).parent / "words"
_TIMES = 3  # how often each phrasing is filled
_FOREIGN = 0.2  # how much an utterance of others counts that is out of scope; twice that where a tool does it
_LEAST = 1.0  # weights nearer to nothing are not kept
_PARTS = 5


def main() -> None:
    lines = [(tool, line) for tool, some in phrasings().items() for line in some]
    left_out = [each for each in lines if _part(each[1]) == 0]
    kept = [each for each in lines if _part(each[1]) != 0]
    foreign = list(utterances("tuned"))
    learned = _learned(_samples(_made(kept, _TIMES)), foreign)
    tested = _samples(_made(left_out, 1))
    right = sum(_best(learned, one.features) == one.tool for one in tested)
    print(f"tools of phrasings left out while learning: {shown_share(right, len(tested))}")
    known = texts.own_words(phrasings())
    score = texts.learn_edges(_told(_made(kept, _TIMES)), known) | {f"w {word}": 1.0 for word in known}
    asked = _told(_made(left_out, 1))
    right = sum(edges.span(one.key, one.kind, one.tokens, one.first, score) == one.span for one in asked)
    print(f"their texts, or that there is none: {shown_share(right, len(asked))}")
    learned = _learned([*_samples(_made(lines, _TIMES)), *_samples(_examples(), FakeNaming())], foreign)
    (_WORDS / "en.weights.txt").write_text(weights.printed(learned.tools, _rows(learned)), "utf-8")
    score = texts.learn_edges([*_told(_made(lines, _TIMES)), *_told(_examples(), FakeNaming())], known)
    (_WORDS / "en.edges.txt").write_text(texts.printed(score, known), "utf-8")
    print(", ".join(f"{file.name}: {file.stat().st_size} bytes" for file in sorted(_WORDS.glob("*.txt"))))


def _part(line: str) -> int:
    return sha256(line.encode()).digest()[1] % _PARTS


def _made(lines: Sequence[tuple[str, str]], times: int) -> list[Made]:
    known, pools, chance = shapes(), fillings(), Random(1)
    return [made(tool, line, known.get(tool), pools, chance) for tool, line in lines for _ in range(times)]


def _samples(requests: Sequence[Made], naming: Naming | None = None) -> list[Sample]:
    return [Sample(_features(one.text, one.situation, naming or OnlyThese(one.names)), one.tool) for one in requests]


def _told(requests: Sequence[Made], naming: Naming | None = None) -> list[texts.Told]:
    """Examples name only what is certain: where one of them says no text of an argument, there may be one."""
    known = shapes()
    told = [each for one in requests if one.tool in known for each in texts.told(one, known[one.tool], naming)]
    return [each for each in told if each.span or naming is None]


def _examples() -> list[Made]:
    """What the tools themselves name as ways to ask for them."""
    return [
        Made(
            one.text,
            tool.name,
            Situation(NOW, Open(*one.screen) if one.screen else None, one.last),
            {},
            {name: value for name, value in one.arguments.items() if isinstance(value, str) and value in one.text},
        )
        for tool in every_tool().values()
        for one in tool.examples
    ]


def _features(text: str, situation: Situation, naming: Naming) -> tuple[str, ...]:
    words = lexicon()
    items = mark(text, situation, naming, words).items
    return tuple(features(items, where_it_begins(items, words), situation))


def _learned(samples: Sequence[Sample], foreign: Sequence[Utterance]) -> Learned:
    """Where any of several tools is right for an utterance, the likeliest by the phrasings alone is taken."""
    first = learn(samples, rounds=4)
    return learn([*samples, *_foreign(foreign, first)])


def _foreign(found: Sequence[Utterance], learned: Learned) -> Iterator[Sample]:
    for one in found:
        said = _features(one.text, Situation(NOW), OnlyThese({}))
        scores = learned.scores(said)
        tool = max(one.tools, key=lambda each: scores.get(each, 0.0)) if one.tools else OUTSIDE
        yield Sample(said, tool, 2 * _FOREIGN if one.tools else _FOREIGN)


def _best(learned: Learned, said: Sequence[str]) -> str:
    scores = learned.scores(said)
    return max(scores, key=scores.__getitem__)


def _rows(learned: Learned) -> dict[str, dict[str, float]]:
    rows = {}
    for feature, at in learned.rows.items():
        row = learned.weights[at]
        kept = {learned.tools[column]: float(row[column]) for column in np.flatnonzero(abs(row) >= _LEAST)}
        if kept:
            rows[feature] = kept
    return rows


if __name__ == "__main__":
    main()
