"""Joins of header threads beyond the headers, counted by what proves them: quotations word for word.

Two threads that are joined make as many pairs of mails as the product of their sizes, so a few joins make most of the
pairs that headers do not tell. Quotations are read here from whole texts, without the marks that the product keeps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from mail_sync.message import Message
from mail_sync.mime.quotes import ReplyParts, reply_parts
from mail_sync.mime.subjects import topic

RUN = 12  # words in a row: about a line of a mail
_WORDS = re.compile(r"[^\W_]+")

#: Two mails, by their numbers.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Joins:
    """`made`: how many joins of header threads were made. `quoting` of them are proven by words that one thread quotes
    and only the other one says; `sharing` more by words that both quote and no mail says, because it is missing. Of
    the others, `subject` have a subject in common. `proven` are the threads that the headers tell together with the
    proven joins alone."""

    made: int
    quoting: int
    sharing: int
    subject: int
    proven: list[int]


def count_joins(found: Sequence[int], threads: Sequence[int], messages: Sequence[Message]) -> Joins:
    """Counted as in a forest: n header threads found to be one are n - 1 joins, whichever mails tell them."""
    told = alike(threads)
    quoting, sharing = (
        [pair for pair in pairs if found[pair[0]] == found[pair[1]]] for pairs in quotations(messages, threads)
    )
    subjects = alike([(group, topic(message.subject)) for group, message in zip(found, messages, strict=True)])
    steps, joined = [components(len(threads), told)], told
    for more in (quoting, sharing, subjects, alike(found)):
        joined = joined + more
        steps.append(components(len(threads), joined))
    headers, quoted, shared, alike_subject, made = (len(set(step)) for step in steps)
    return Joins(headers - made, headers - quoted, quoted - shared, shared - alike_subject, proven=steps[2])


def quotations(messages: Sequence[Message], threads: Sequence[int]) -> tuple[list[Pair], list[Pair]]:
    """(a mail that quotes, one of the only thread that says it) and (two mails that quote what no mail says)."""
    sayers: defaultdict[int, list[int]] = defaultdict(list)
    quoters: defaultdict[int, list[int]] = defaultdict(list)
    for number, message in enumerate(messages):
        parts = read_parts(message)
        for run in runs(parts.new_text):
            sayers[run].append(number)
        for run in runs(parts.quoted):
            quoters[run].append(number)
    quoting, sharing = set(), set()
    for run, numbers in quoters.items():
        said = sayers.get(run, [])
        if not said:
            sharing |= {(number, numbers[0]) for number in numbers}
        elif len({threads[number] for number in said}) == 1:
            quoting |= {(number, said[0]) for number in numbers}
    return list(quoting), list(sharing)


def read_parts(message: Message) -> ReplyParts:
    whole = len(message.new_text) >= len(message.text.rstrip("\n"))
    return ReplyParts(new_text=message.text) if whole else reply_parts(message.text)


def runs(text: str) -> set[int]:
    """A hash of each run of words, whatever line breaks and quotation signs stand between them."""
    words = _WORDS.findall(text.casefold())
    return {hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}


def alike(groups: Iterable[Hashable]) -> list[Pair]:
    """Pairs that join all numbers of one group."""
    first: dict[Hashable, int] = {}
    return [(number, first.setdefault(group, number)) for number, group in enumerate(groups)]


def components(count: int, joined: Iterable[Pair]) -> list[int]:
    """The component of each number below `count`."""
    parent = list(range(count))
    root = rooter(parent)
    for one, other in joined:
        parent[root(one)] = root(other)
    return [root(number) for number in range(count)]


def rooter(parent: list[int]) -> Callable[[int], int]:
    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    return root
