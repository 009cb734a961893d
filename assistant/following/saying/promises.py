"""Whether a sentence promises something. Pure.

A promise says that its writer will do something that a reader may wait for. What the words of a language are stands in
words/. Where they leave it open ("I will have the figures", "the kit leaves"), a day in the future decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.following.saying.due import due_in
from assistant.following.saying.values import Due
from assistant.following.saying.wording import Wording, folded


@dataclass(frozen=True, slots=True)
class Promise:
    due: Due | None
    conditional: bool


def promise_in(sentence: str, words: Wording, now: datetime) -> Promise | None:
    """`now` is when it was written, aware, on the writer's clock."""
    low = folded(sentence)
    plain = words.promises.search(low) is not None
    conditional = words.conditions.search(low) is not None
    offered = conditional and words.offers.search(low) is not None
    dated = words.dated.search(low) is not None
    if not (plain or offered or dated) or words.no_promise.search(low):
        return None
    due = due_in(sentence, words, now)
    return Promise(due, conditional) if plain or offered or due is not None else None
