"""What a name is looked up by: its words, and the pieces that a misspelt word still shares with the right one."""

from __future__ import annotations

from store.names.fold import is_cjk

#: What begins the pieces of short words, which are whole words or ones that lost a letter.
SHORTENED = "="

_SHORT = 5  # letters; a typo leaves hardly a trigram of such a word, so all its shortenings by a letter are pieces
_LONGEST = 24  # letters of a word that are looked at


def index_words(key: str) -> tuple[str, ...]:
    """The different words of a folded name. Of scripts without blanks, each two characters side by side are one."""
    words: dict[str, None] = {}
    for word in key.split():
        if is_cjk(word) and len(word) > 2:
            words |= dict.fromkeys(word[i : i + 2] for i in range(len(word) - 1))
        else:
            words[word[:_LONGEST]] = None
    return tuple(words)


def pieces(word: str) -> tuple[str, ...]:
    """Trigrams of a word with its ends; of a short one itself and what is left when a letter is dropped."""
    return _shortened(word) if len(word) <= _SHORT else _trigrams(word)


def lookup_pieces(word: str) -> tuple[str, ...]:
    """The pieces by which the words are found that this one may be a misspelling of.

    A short word may be a longer one that lost a letter, and the other way round, so at the limit both kinds count.
    """
    if len(word) == _SHORT:
        return _shortened(word) + _trigrams(word)
    if len(word) == _SHORT + 1:
        return _trigrams(word) + _shortened(word)
    return pieces(word)


def _trigrams(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"^{word}$"[i : i + 3] for i in range(len(word))))


def _shortened(word: str) -> tuple[str, ...]:
    left = (word[:i] + word[i + 1 :] for i in range(len(word)))
    return tuple(dict.fromkeys(f"{SHORTENED}{each}" for each in (word, *left) if each))
