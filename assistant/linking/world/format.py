"""Reading a linking world: a company's records, its mail, and what each mail is truly regarding, in one folder.

Tables: users, accounts, contacts, leads, opportunities, cases and truth (.csv); mails: mail/*.eml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.linking.world.mails import Name, Truth, WorldMail, read_mails, read_truth
from assistant.linking.world.problems import Problems, WorldRefused
from assistant.linking.world.records import WorldRecord, WorldUser, read_records, read_users


@dataclass(frozen=True, slots=True)
class World:
    """`mails` are in the order of their dates, `truth` is by message id, `problems` say what was left out."""

    users: tuple[WorldUser, ...]
    records: Mapping[Name, WorldRecord]
    mails: tuple[WorldMail, ...]
    truth: Mapping[str, Truth]
    problems: tuple[str, ...]


def read_world(folder: Path) -> World:
    """The world in a folder; bad rows are left out and said in `problems`. Raises WorldRefused where there is none."""
    if not folder.is_dir():
        raise WorldRefused(f"There is no folder {folder}.")
    problems = Problems()
    users = read_users(folder, problems)
    if not users:
        raise WorldRefused(f"{folder / 'users.csv'} names nobody of our own company.")
    records = read_records(folder, users, problems)
    mails = read_mails(folder, problems)
    truth = read_truth(folder, records.keys(), [mail.message_id for mail in mails if mail.message_id], problems)
    return World(tuple(users), records, tuple(mails), truth, tuple(problems.sentences))
