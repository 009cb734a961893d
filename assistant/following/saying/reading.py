"""What a mail promises and asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from assistant.following.saying.due import due_in
from assistant.following.saying.promises import promise_in
from assistant.following.saying.questions import asks
from assistant.following.saying.sentences import sentences
from assistant.following.saying.values import Said
from assistant.following.saying.wording import LANGUAGES, Wording, wording
from assistant.triage.language import guess_language

_LONGEST = 20_000  # characters that are looked at


def said_in(text: str, *, sent: bool, now: datetime) -> tuple[Said, ...]:
    """In the order of the text; a sentence may both promise and ask.

    `text` is what its writer wrote anew, without quotation and signature. `sent`: by the user, so that promises are
    theirs and questions count; in a received mail only promises do. `now` is when it was sent, aware, in its writer's
    zone."""
    text = text[:_LONGEST]
    languages = _languages(text)
    return tuple(said for sentence in sentences(text) for said in _said(sentence, languages, sent=sent, now=now))


def _languages(text: str) -> tuple[Wording, ...]:
    """The one it is written in, none where its words are not known, all where that cannot be told."""
    guess = guess_language(text)
    if guess:
        return (wording(guess),) if guess in LANGUAGES else ()
    return tuple(wording(language) for language in LANGUAGES)


def _said(sentence: str, languages: tuple[Wording, ...], *, sent: bool, now: datetime) -> Iterator[Said]:
    for words in languages:
        if promise := promise_in(sentence, words, now):
            yield Said("promise" if sent else "their_promise", sentence, promise.due, promise.conditional)
            break
    if not sent:
        return
    for each in languages or (None,):
        if asks(sentence, each):
            yield Said("question", sentence, due_in(sentence, each, now, deadline=True) if each else None)
            break
