"""`regarding triage next` and what is decided about mail that waits, each with its JSON and its undo."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from assistant.commands.triage_next import instant_until
from store.engine import connect
from store.errors import Invalid
from store.schema.activities import Activity
from store.schema.service import Queue
from store.schema.triage import Triage
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


@pytest.fixture
def waiting(filled: Run, tmp_path: Path) -> Run:
    """The mails of the sample wait in a queue for cases."""
    store = connect(str(tmp_path / "store.db"))
    with store.write() as tx:
        queue = tx.execute(insert(Queue).values(uid="q", name="Support").returning(Queue.id)).scalar_one()
        mails = select(Activity.id, Activity.occurred_at).where(Activity.kind == "email", Activity.direction == "in")
        for row in tx.execute(mails).all():
            values = {"occurred_at": row.occurred_at, "state": "undecided", "queue_id": queue}
            tx.execute(insert(Triage).values(activity_id=row.id, **values))
    store.close()
    return filled


def _uids(run: Run, *words: str) -> list[str]:
    told = run("triage", "next", *words, "--json").json
    check("triage-next", told)
    return [mail["uid"] for mail in told["mails"]]


def test_mail_that_waits_is_decided_by_commands_and_undone(waiting: Run) -> None:
    mails = _uids(waiting)
    for name, words in (("assign", ("--queue", "support")), ("snooze", ("--until", "2d")), ("ignore", ())):
        check(f"triage-{name}", waiting("triage", name, *mails, *words, "--json").json)
    assert (_uids(waiting), waiting("triage", "next").out) == ([], "Nothing to decide.\n")
    assert waiting("undo").code == 0
    assert _uids(waiting, "--snoozed") == mails
    assert waiting("undo").code == 0
    assert _uids(waiting) == mails
    accepted = waiting("triage", "accept", mails[0], "--json").json
    check("triage-accept", accepted)
    assert accepted["numbers"] == ["CAS-00001"]
    # What belongs to the new case by its thread waits no longer.
    assert _uids(waiting) == []


def test_mails_become_cases_leads_contacts_and_opportunities(waiting: Run) -> None:
    mails = _uids(waiting)
    for kind in ("lead", "contact", "opportunity"):
        check(f"triage-{kind}", waiting("triage", kind, mails[0], "--title", f"A {kind}", "--json").json)
    made = waiting("triage", "case", *mails, "--priority", "high", "--json").json
    check("triage-case", made)
    assert waiting("show", made["number"], "--json").json["fields"]["priority"] == "high"
    assert waiting("triage", "case", *mails, "--into", made["number"], "--json").json["number"] == made["number"]
    assert _uids(waiting) == []


def test_what_cannot_be_decided_is_said_in_a_sentence(waiting: Run) -> None:
    mail = _uids(waiting)[0]
    assert waiting("triage", "assign", mail).err.endswith("Name a queue or a person.\n")
    assert waiting("triage", "snooze", mail, "--until", "2020-01-01").err.endswith("put it off until later.\n")
    assert waiting("triage", "snooze", mail, "--until", "9999w").err.endswith("choose an earlier time.\n")


def test_instants_are_read_as_people_write_them() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    found = [instant_until(text, now) for text in ("3h", "2d", "2026-03-05", "2026-03-05 14:30", "2026-03-05T14:30")]
    assert [f"{one:%d %H:%M}" for one in found] == ["04 15:00", "06 12:00", "05 08:00", "05 14:30", "05 14:30"]
    with pytest.raises(Invalid, match="no time of day"):
        instant_until("2026-03-05 noon", now)
