"""Threads as the standard tells them: RFC 5256, section 5, THREAD=REFERENCES, its merging by base subject included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mail_sync.message import Message

_LEADER = re.compile(r"^(?:\s*\[[^\[\]]*\])*\s*(?:re|fwd?)\s*(?:\[[^\[\]]*\])?\s*:", re.IGNORECASE)
_BLOB = re.compile(r"^\s*\[[^\[\]]*\]\s*(?=\S)")
_TRAILER = re.compile(r"(?:\(fwd\)|\s)+$", re.IGNORECASE)


def base_subject(subject: str) -> str:
    """What RFC 5256, section 2.1 leaves of a subject: no reply or forward leaders, list names and trailers."""
    said = " ".join(subject.split())
    while True:
        shorter = _TRAILER.sub("", said)
        shorter = _BLOB.sub("", _LEADER.sub("", shorter)).strip()
        if shorter == said:
            return said.casefold()
        said = shorter


def reference_threads(messages: Sequence[Message]) -> list[int]:
    """The thread of each message."""
    names = [message.message_id or f"#{number}" for number, message in enumerate(messages)]
    parents: dict[str, str] = {}
    for name, message in zip(names, messages, strict=True):
        line = [one for one in message.references or message.in_reply_to[:1] if one]
        for parent, child in pairwise(line):
            if child not in parents and not _loops(parents, parent, child):
                parents[child] = parent
        parents.pop(name, None)
        if line and not _loops(parents, line[-1], name):
            parents[name] = line[-1]
    roots = [_root(parents, name) for name in names]
    first: dict[str, int] = {}
    for number in sorted(range(len(messages)), key=lambda each: (names[each] != roots[each], _time(messages[each]))):
        first.setdefault(roots[number], number)
    merged: dict[str, str] = {}
    for root, number in first.items():
        if subject := base_subject(messages[number].subject):
            merged.setdefault(subject, root)
    keys = {root: merged.get(base_subject(messages[number].subject), root) for root, number in first.items()}
    places = {key: place for place, key in enumerate(dict.fromkeys(keys.values()))}
    return [places[keys[root]] for root in roots]


def _time(message: Message) -> float:
    at = message.sent_at or message.received_at
    return at.timestamp() if at else 0.0


def _above(parents: dict[str, str], name: str) -> list[str]:
    found = []
    while name in parents:
        name = parents[name]
        found.append(name)
    return found


def _loops(parents: dict[str, str], parent: str, child: str) -> bool:
    return child == parent or child in _above(parents, parent)


def _root(parents: dict[str, str], name: str) -> str:
    return (_above(parents, name) or [name])[-1]
