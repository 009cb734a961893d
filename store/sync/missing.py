"""The question whether a large part of a folder was really deleted, as it stands in `Mailbox.question`.

{"folders": {folder id: {"path", "holds", "gone", "of"}}, "asked_at": instant, "waits": {folder id: instant}}: "folders"
is what is asked, nothing where it is empty; "waits" says until when nothing is asked about a folder again, because a
person expects its items to come back. "doubted" are ids of folders whose server lost our place, as one does that was
restored: whatever it misses is asked about, however little it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.schema.people import Mailbox

_NOUNS = {"email": "mails", "contact": "contacts", "appointment": "appointments", "task": "tasks"}


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of a folder's items are gone from the server, of how many that it held."""

    folder_id: int
    path: str
    holds: str
    gone: int
    of: int

    @property
    def said(self) -> str:
        """As in "200,000 of 200,100 mails in Inbox"."""
        return f"{self.gone:,} of {self.of:,} {_NOUNS.get(self.holds, 'items')} in {self.path}"


def asked_folders(question: Mapping[str, Any]) -> tuple[Missing, ...]:
    """What a mailbox's question asks about."""
    return tuple(Missing(int(key), **values) for key, values in sorted(question.get("folders", {}).items()))


def sentence_of(question: Mapping[str, Any]) -> str:
    """The question in words, '' where nothing is asked."""
    folders = asked_folders(question)
    if not folders:
        return ""
    return (
        f"Outlook says that {' and '.join(each.said for each in folders)} are gone; nothing was taken out here. "
        "Were they deleted on purpose?"
    )


def question_of(tx: Connection, mailbox_id: int) -> dict[str, Any]:
    """The question as it is stored."""
    return dict(tx.execute(select(Mailbox.question).where(Mailbox.id == mailbox_id)).scalar_one())


def waiting_folders(tx: Connection, mailbox_id: int, *, now: datetime) -> frozenset[int]:
    """Folders whose items a person expects back and about which nothing is asked for now."""
    waits = question_of(tx, mailbox_id).get("waits", {})
    return frozenset(int(key) for key, until in waits.items() if datetime.fromisoformat(until) > now)


def doubted_folders(tx: Connection, mailbox_id: int) -> frozenset[int]:
    """Folders in which no deletion is believed before a person says so."""
    return frozenset(question_of(tx, mailbox_id).get("doubted", ()))


def doubt_deletions(tx: Connection, mailbox_id: int, folder_id: int) -> None:
    """The server lost our place in this folder and misses something there: it may have been restored."""
    question = question_of(tx, mailbox_id)
    doubted = sorted({*question.get("doubted", ()), folder_id})
    put_question(tx, mailbox_id, question | {"doubted": doubted})


def ask_about(
    tx: Connection, mailbox_id: int, missing: Sequence[Missing], *, doubted: Collection[int] = (), now: datetime
) -> None:
    """Ask about these folders and about nothing else any more; what came back in the meantime needs no answer.

    `doubted` are the folders that stay doubted.
    """
    question = question_of(tx, mailbox_id)
    waits = {key: until for key, until in question.get("waits", {}).items() if datetime.fromisoformat(until) > now}
    asked = {}
    for each in missing:
        values = asdict(each)
        asked[str(values.pop("folder_id"))] = values
    told: dict[str, Any] = {"waits": waits} if waits else {}
    if asked:
        told |= {"folders": asked, "asked_at": question.get("asked_at") or now.isoformat()}
    if doubted:
        told["doubted"] = sorted(doubted)
    if told != question:
        put_question(tx, mailbox_id, told)


def put_question(tx: Connection, mailbox_id: int, question: Mapping[str, Any]) -> None:
    """Store the question."""
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(question=dict(question)))
