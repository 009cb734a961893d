"""Threads found by text alone, beside those that the headers of the same mails tell.

    python -m tests.benchmarks.threads

Mails of ../shared/data/mail/spamassassin/easy-ham-1.tar.gz, their In-Reply-To, References and Thread headers withheld
from the decision. A pair of mails counts as found where both end in one thread. Headers do not always tell that two
mails are apart: a thread may miss its beginning (a mail of it is an answer by its subject but names no other, or names
only mails that are not in the archive), and what is missing may belong to another thread. Where two threads share a
subject, now or formerly, and one of them misses its beginning, their pairs are set aside, and printed; "strict" counts
them as wrong. "against RFC 5256" takes the threads of its REFERENCES algorithm, which merges by base subject, instead,
and sets nothing aside. Strict precision counts pairs, and one join of two threads makes many; so the joins are counted
too, by what proves them, and what strict precision leaves to joins that are proven by quotations word for word.
Intervals: 95 %, bootstrap over the header threads. The peer joins all mails of one subject.
"""

from __future__ import annotations

import random
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mail_sync.clues import read_clues
from mail_sync.message import Message, Noise
from mail_sync.mime.reader import read_message
from mail_sync.mime.subjects import former_topic, is_answer, topic
from mail_sync.threading_by_text import MOST_SAYERS, Written, answers_by_text
from tests.benchmarks.threads_joins import RUN, components, count_joins
from tests.benchmarks.threads_rfc5256 import reference_threads

ARCHIVE = Path("../shared/data/mail/spamassassin/easy-ham-1.tar.gz")
ROUNDS = 200


def main() -> None:
    messages = read_archive()
    truth = header_threads(messages)
    begun = time.process_time()
    mails = [written(number, message) for number, message in enumerate(messages)]
    read = time.process_time() - begun
    begun = time.process_time()
    found = components(len(mails), links(mails))
    decided = time.process_time() - begun
    print(f"{len(mails)} mails, {len(set(truth.threads))} threads by headers, {pairs(truth.threads)} pairs")
    print(f"clues {len(mails) / read:.0f} mails/s, decided {len(mails) / decided:.0f} mails/s")
    for name, threads in (("by text", found), ("peer: one subject", components(len(mails), by_subject(mails)))):
        scored = score(threads, truth)
        low, high = interval(threads, truth)
        print(
            f"{name:18} precision {scored.precision:.3f} ({low.precision:.3f}-{high.precision:.3f})  "
            f"recall {scored.recall:.3f} ({low.recall:.3f}-{high.recall:.3f})  "
            f"left open by headers {scored.open} pairs, strict precision {scored.strict:.3f}"
        )
    against("against RFC 5256", found, reference_threads(messages))
    print_joins(found, truth, messages)


def against(name: str, found: Sequence[int], threads: list[int]) -> None:
    standard = whole(threads)
    scored, (low, high) = score(found, standard), interval(found, standard)
    print(
        f"{name:18} precision {scored.precision:.3f} ({low.precision:.3f}-{high.precision:.3f})  "
        f"recall {scored.recall:.3f} ({low.recall:.3f}-{high.recall:.3f})  nothing is left open"
    )


def print_joins(found: Sequence[int], truth: Truth, messages: Sequence[Message]) -> None:
    joins = count_joins(found, truth.threads, messages)
    strict = score(joins.proven, whole(truth.threads)).precision
    print(
        f"beyond the headers {joins.made} joins of two threads: {joins.quoting} quote {RUN} words in a row that only "
        f"the other one says, {joins.sharing} more quote the same missing mail, {joins.subject} more share a subject\n"
        f"headers and the quoting joins alone: strict precision {strict:.3f}"
    )
    against("against those", found, joins.proven)


@dataclass(frozen=True, slots=True)
class Truth:
    """The header thread of each mail; which of them miss their beginning; the subjects of each."""

    threads: list[int]
    headless: frozenset[int]
    topics: dict[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float
    strict: float
    open: int


def read_archive() -> list[Message]:
    messages = []
    with tarfile.open(ARCHIVE) as archive:
        for entry in archive:
            if content := archive.extractfile(entry) if entry.isfile() else None:
                messages.append(read_message(content.read()))
    return messages


def written(number: int, message: Message) -> Written:
    """The mail without anything that its thread headers say."""
    clues = read_clues(message.subject, message.text, len(message.new_text))
    taking_part = (*((message.sender,) if message.sender else ()), *message.to, *message.cc)
    at = message.received_at or message.sent_at
    assert at is not None
    return Written(
        number,
        message.subject,
        at,
        frozenset(address.email for address in taking_part if address.email),
        frozenset(clues.own_marks),
        frozenset(clues.quoted_marks),
        message.noise is Noise.LIST or not (message.to or message.cc),
    )


@dataclass(slots=True)
class Known:
    """The mails that came before, by what may be asked of them; what the store holds in its indexes."""

    sayers: defaultdict[int, list[Written]] = field(default_factory=lambda: defaultdict(list))
    topics: defaultdict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))

    def candidates(self, mail: Written) -> list[Written]:
        found = {one.activity_id: one for mark in mail.quoted for one in self.sayers.get(mark, ())[: MOST_SAYERS + 1]}
        for asked in filter(None, (topic(mail.subject), former_topic(mail.subject))):
            found.update((one.activity_id, one) for one in self.topics.get(asked, ()))
        return list(found.values())

    def add(self, mail: Written) -> None:
        self.topics[topic(mail.subject)].append(mail)
        for mark in mail.own:
            self.sayers[mark].append(mail)


def links(mails: Iterable[Written]) -> list[tuple[int, int]]:
    known, found = Known(), []
    for mail in sorted(mails, key=lambda one: one.occurred_at):
        answered = answers_by_text(mail, known.candidates(mail))
        found += [(mail.activity_id, one.mail.activity_id) for one in answered]
        known.add(mail)
    return found


def by_subject(mails: Iterable[Written]) -> list[tuple[int, int]]:
    first: dict[str, int] = {}
    return [(mail.activity_id, first.setdefault(topic(mail.subject), mail.activity_id)) for mail in mails]


def header_threads(messages: Sequence[Message]) -> Truth:
    numbers: dict[str, int] = {}
    joined = []
    for number, message in enumerate(messages):
        for name in (message.message_id, *named(message)):
            if name:
                joined.append((number, len(messages) + numbers.setdefault(name, len(numbers))))
    threads = components(len(messages) + len(numbers), joined)[: len(messages)]
    present = {message.message_id for message in messages}
    headless = {
        thread
        for thread, message in zip(threads, messages, strict=True)
        if not present & set(named(message)) and (named(message) or is_answer(message.subject))
    }
    topics: defaultdict[int, set[str]] = defaultdict(set)
    for thread, message in zip(threads, messages, strict=True):
        topics[thread] |= {topic(message.subject), former_topic(message.subject)} - {""}
    return Truth(threads, frozenset(headless), {thread: frozenset(said) for thread, said in topics.items()})


def named(message: Message) -> tuple[str, ...]:
    """The mails that its headers name, and its Outlook conversation (MS-OXOMSG 2.2.1.3: 22 bytes head the index)."""
    conversation = (message.thread_index[:22].hex(),) if message.thread_index else ()
    return (*message.in_reply_to, *message.references, *conversation)


def whole(threads: list[int]) -> Truth:
    """These threads and no others, nothing left open."""
    return Truth(threads, frozenset(), dict.fromkeys(threads, frozenset()))


def pairs(groups: Iterable[object]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def score(found: Sequence[int], truth: Truth) -> Score:
    return _score(*_cells(found, truth))


def _score(right: dict[int, int], wrong: dict[tuple[int, int], int], left_open: int, wanted: dict[int, int]) -> Score:
    hits, misses = sum(right.values()), sum(wrong.values())
    return Score(
        hits / max(1, hits + misses),
        hits / max(1, sum(wanted.values())),
        hits / max(1, hits + misses + left_open),
        left_open,
    )


def _cells(
    found: Sequence[int], truth: Truth
) -> tuple[dict[int, int], dict[tuple[int, int], int], int, dict[int, int]]:
    """Right pairs by header thread, wrong ones by their two threads, pairs left open, wanted pairs by thread."""
    groups: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for group, thread in zip(found, truth.threads, strict=True):
        groups[group][thread] += 1
    right: Counter[int] = Counter()
    wrong: Counter[tuple[int, int]] = Counter()
    left_open = 0
    for sizes in groups.values():
        inside = list(sizes.items())
        for place, (thread, size) in enumerate(inside):
            right[thread] += size * (size - 1) // 2
            for other, others in inside[:place]:
                if {thread, other} & truth.headless and truth.topics[thread] & truth.topics[other]:
                    left_open += size * others
                else:
                    wrong[thread, other] += size * others
    wanted = {thread: size * (size - 1) // 2 for thread, size in Counter(truth.threads).items()}
    return right, wrong, left_open, wanted


def interval(found: Sequence[int], truth: Truth) -> tuple[Score, Score]:
    right, wrong, left_open, wanted = _cells(found, truth)
    chance = random.Random(1)
    names = list(wanted)
    drawn = []
    for _ in range(ROUNDS):
        weight = Counter(chance.choices(names, k=len(names)))
        drawn.append(
            _score(
                {name: weight[name] * count for name, count in right.items()},
                {both: count * (weight[both[0]] + weight[both[1]]) // 2 for both, count in wrong.items()},
                left_open,
                {name: weight[name] * count for name, count in wanted.items()},
            )
        )
    precision, recall = sorted(one.precision for one in drawn), sorted(one.recall for one in drawn)
    low, high = int(ROUNDS * 0.025), int(ROUNDS * 0.975)
    return Score(precision[low], recall[low], 0, 0), Score(precision[high], recall[high], 0, 0)


if __name__ == "__main__":
    main()
