"""Fields of signatures, beside those that people marked in real mail: precision and recall by field.

    python -m tests.benchmarks.signatures [train|eval]

Mails of ../shared/data/quotes/quagga. "labelled" reads the signatures as they were marked; "mail" reads whole mails, as
linking does, and compares with what was marked above the first quoted mail. A value is right where it has the same
words, or where the one holds all words of the other ("Senior Counsel, ENA" and "Senior Counsel"); "exact" asks for the
same words. Numbers are compared by their digits, fax numbers are none. The words were chosen on `train`. Intervals:
95 %, Wilson.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mail_sync.clues import read_clues
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.signature_fields import signature_fields
from tests.benchmarks.intervals import shown_share

FOLDER = Path("../shared/data/quotes/quagga")
FIELDS = {"name": "Name", "phone": "Phone", "organisation": "Organisation", "title": "Position", "email": "Mail"}
OURS = {"company": "organisation", "mobile": "phone"}
WORD = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class Count:
    found: int = 0
    right: int = 0
    exact: int = 0
    wanted: int = 0
    met: int = 0


@dataclass(slots=True)
class Tally:
    counts: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))

    def add(self, name: str, found: Iterable[str], wanted: Iterable[str], also: Iterable[str] = ()) -> list[str]:
        """Counts one text; `also` are right answers that nobody asked for. What was wrong or missed, in words."""
        asked = list(dict.fromkeys(filter(None, (folded(name, value) for value in wanted))))
        given = list(dict.fromkeys(filter(None, (folded(name, value) for value in found))))
        allowed = [*asked, *(folded(name, value) for value in also)]
        count = self.counts[name]
        count.found += len(given)
        count.wanted += len(asked)
        wrong = [value for value in given if not any(agree(value, other) for other in allowed)]
        missed = [value for value in asked if not any(agree(value, other) for other in given)]
        count.right += len(given) - len(wrong)
        count.exact += sum(value in allowed for value in given)
        count.met += len(asked) - len(missed)
        return [f"{name} wrong: {' '.join(one)}" for one in wrong] + [
            f"{name} missed: {' '.join(one)}" for one in missed
        ]

    def show(self) -> None:
        for name in FIELDS:
            count = self.counts[name]
            print(
                f"  {name:13} precision {shown_share(count.right, count.found)}  exact {count.exact}/{count.found}  "
                f"recall {shown_share(count.met, count.wanted)}"
            )


def main(arguments: Sequence[str]) -> None:
    for part in arguments or ("train", "eval"):
        mails = [json.loads(file.read_text("utf-8")) for file in sorted((FOLDER / part).glob("*.txt.ann"))]
        labelled, mail = Tally(), Tally()
        blocks = 0
        begun = time.process_time()
        for annotated in mails:
            blocks += compare_labelled(annotated, labelled)
        spent = time.process_time() - begun
        print(f"{part}: {blocks} labelled signatures, {spent / max(1, blocks) * 1000:.2f} ms each")
        labelled.show()
        for annotated in mails:
            compare_mail(annotated, mail)
        print(f"{part}: {len(mails)} mails")
        mail.show()


def compare_labelled(annotated: dict[str, Any], tally: Tally) -> int:
    blocks = [one for one in annotated["denotations"] if one["type"] == "Body/Signature"]
    for block in blocks:
        inside = marked(annotated, block["start"], block["end"])
        found = by_field(signature_fields(block["text"]))
        for name, label in FIELDS.items():
            tally.add(name, found[name], inside[label])
    return len(blocks)


def compare_mail(annotated: dict[str, Any], tally: Tally) -> list[str]:
    headers = [one["start"] for one in annotated["denotations"] if one["type"] == "Header"]
    text = annotated["text"]
    inside = marked(annotated, 0, min(headers, default=len(text)))
    found = by_field(read_clues("", text, len(split_reply(text)[0])).fields)
    notes = []
    for name, label in FIELDS.items():
        notes += tally.add(name, found[name], inside[label], inside["Outro"] if name == "name" else ())
    return notes


def by_field(fields: Iterable[Any]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in fields:
        found[OURS.get(one.field, one.field)].append(one.value)
    return found


def marked(annotated: dict[str, Any], start: int, end: int) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in annotated["denotations"]:
        if start <= one["start"] and one["end"] <= end:
            if one["type"].startswith("Body/Signature/"):
                found[one["type"].rpartition("/")[2]].append(one["text"])
            elif one["type"] == "Body/Outro/Name":
                found["Outro"].append(one["text"])
    return found


def folded(name: str, value: str) -> tuple[str, ...]:
    if name == "phone":
        return ("".join(filter(str.isdigit, value)),)
    return tuple(WORD.findall(value.casefold()))


def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return set(one) <= set(other) or set(other) <= set(one)


if __name__ == "__main__":
    main(sys.argv[1:])
