"""Which promises and questions are found in mail: `python -m tests.benchmarks.promises [--shown]`.

Mails and labels are those of tests/promises. Prints precision and recall with 95 % intervals for each kind, over all
and by where the mails are from, for `read`, which was looked at while the words were chosen, and for `held_out`, of
which nothing is ever shown; `--shown` prints what of `read` is found wrongly or missed. A finding is right when it lies
in a labelled sentence of its kind, or that sentence in it; doubtful labels count neither way. Then how often a day was
found where the label has words that say when ("when I hear from her" is no day), and mails a second.
"""

from __future__ import annotations

import json
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.following.saying.reading import said_in
from assistant.following.saying.values import Said
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.reader import read_message
from tests.benchmarks.intervals import shown_share

_FOLDER = Path(__file__).parents[1] / "promises"
_SHARED = Path("../shared/data")
_PARTS = ("read", "held_out")
_KINDS = ("promise", "their_promise", "question")


@dataclass(frozen=True, slots=True)
class Label:
    kind: str
    words: str  # of the sentence, as the labels normalise them; "" where the mail has no such sentence
    dated: bool
    conditional: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Mail:
    source: str
    text: str
    sent: bool
    now: datetime
    labels: tuple[Label, ...]


def main() -> None:
    for part in _PARTS:
        _print(part, shown="--shown" in sys.argv and part == "read")


def _print(part: str, *, shown: bool) -> None:
    mails = list(_mails(part))
    said_in("Warm words.", sent=True, now=datetime.now(UTC))
    begun = time.perf_counter()
    found = [said_in(mail.text, sent=mail.sent, now=mail.now) for mail in mails]
    spent = time.perf_counter() - begun
    counts: Counter[tuple[str, str, str]] = Counter()
    for mail, said in zip(mails, found, strict=True):
        for kind, outcome, words in _judged(mail, said):
            counts[kind, "all", outcome] += 1
            counts[kind, mail.source, outcome] += 1
            if shown and outcome in ("wrong", "missed"):
                print(f"{mail.source} {kind} {outcome}: {words}")
    print(f"{part}: {len(mails)} mails, {len(mails) / spent:,.0f} mails/s")
    for kind in _KINDS:
        for source in ("all", *sorted({mail.source for mail in mails})):
            _print_line(kind, source, Counter({key[2]: n for key, n in counts.items() if key[:2] == (kind, source)}))


def _print_line(kind: str, source: str, counts: Counter[str]) -> None:
    right, wrong, hit, missed = (counts[each] for each in ("right", "wrong", "hit", "missed"))
    if right + wrong + hit + missed:
        print(f"  {kind:13} {source:11} precision {shown_share(right, right + wrong):30}", end=" ")
        print(f"recall {shown_share(hit, hit + missed)}")
    if source == "all":
        print(f"  {'':13} a day where its words say when {shown_share(counts['due'], counts['dated'])}")
        print(f"  {'':13} conditional as labelled        {shown_share(counts['condition'], counts['hit'])}")


def _judged(mail: Mail, said: tuple[Said, ...]) -> Iterator[tuple[str, str, str]]:
    """(kind, outcome, words): of findings "right" or "wrong", of labels "hit" or "missed", and more of those hit."""
    hits: dict[Label, list[Said]] = {label: [] for label in mail.labels}
    for each in said:
        words = _normal(each.sentence)
        matching = [label for label in mail.labels if label.kind == each.kind and _same(label.words, words)]
        for label in matching:
            hits[label].append(each)
        if not matching or not all(label.doubtful for label in matching):
            yield each.kind, "right" if matching else "wrong", words
    for label, found in hits.items():
        if label.doubtful:
            continue
        yield label.kind, "hit" if found else "missed", label.words
        if found and label.dated:
            yield label.kind, "dated", label.words
            if any(each.due for each in found):
                yield label.kind, "due", label.words
        if found and any(each.conditional == label.conditional for each in found):
            yield label.kind, "condition", label.words


def _same(one: str, other: str) -> bool:
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _normal(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.lower()).split())


def _mails(part: str) -> Iterator[Mail]:
    for file in sorted((_FOLDER / part).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            mail = json.loads(line)
            message = read_message(_bytes(mail["source"], mail["file"]))
            text, _ = split_reply(message.text)
            labels = tuple(_label(each, message.text) for each in mail["labels"])
            yield Mail(file.stem, text, mail["sent"], message.sent_at or datetime.now(UTC), labels)


def _label(label: Mapping[str, Any], text: str) -> Label:
    words = _normal(label["sentence"]) if "sentence" in label else _unhashed(label["sha256"], label["words"], text)
    dated = bool(label["due"]) if "due" in label else label["dated"]
    return Label(label["kind"], words, dated, label["conditional"], label.get("doubtful", False))


def _unhashed(digest: str, count: int, text: str) -> str:
    words = _normal(text).split()
    windows = (" ".join(words[start : start + count]) for start in range(len(words) - count + 1))
    return next((each for each in windows if sha256(each.encode()).hexdigest() == digest), "")


def _bytes(source: str, file: str) -> bytes:
    where = source.removeprefix("shared/")
    if where == source:
        return (_FOLDER.parent / source / file).read_bytes()
    if source.endswith(".tar.gz"):
        return _archived(_SHARED / where)[file]
    return (_SHARED / where / file).read_bytes()


@cache
def _archived(path: Path) -> Mapping[str, bytes]:
    with tarfile.open(path) as archive:
        return {
            member.name: content.read()
            for member in archive
            if member.isfile() and (content := archive.extractfile(member))
        }


if __name__ == "__main__":
    main()
