"""A customer's mails on their whole way: they arrive, are linked by evidence, acted on, and leave triage."""

from __future__ import annotations

from datetime import timedelta

from store.actor import SYSTEM
from store.cases.acting import resolve_case
from store.engine import Store
from store.queries.history import operations
from tests.assistant.linking.mails import JANE, mail
from tests.assistant.triage.desk import FIRST, Desk

HOUR = timedelta(hours=1)


def answer(desk: Desk, number: int, text: str) -> None:
    """Jane answers what she wrote first, that many hours after it."""
    desk.now = FIRST + number * HOUR + HOUR / 60
    raw = mail(number, sender=f"Jane Roe <{JANE}>", subject="Re: Toner", answers=1, body=text)
    desk.arrive(raw.replace(b" number %d" % number, b""))


def test_answers_open_a_case_again_or_begin_another_and_thanks_do_neither(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'Any'\nthen.create = 'case'")
    desk.arrives(1, subject="Toner", sender=f"Jane Roe <{JANE}>")
    [case] = [key for key, title in desk.records("case", "id", "title") if title == "Toner"]

    def resolve(hour: int) -> None:
        with sqlite_store.write() as tx:
            resolve_case(tx, case, "Sent toner", by=SYSTEM, now=FIRST + hour * HOUR)

    def cases() -> list[tuple[object, ...]]:
        return [row[1:] for row in desk.records("case", "title", "status", "follows_id") if row[0] == "Toner"]

    resolve(2)
    answer(desk, 3, "Thank you very much, it works again!")
    assert cases() == [("resolved", None)]
    answer(desk, 4, "It is empty again, please send another one")
    assert cases() == [("in_progress", None)]
    resolve(5)
    answer(desk, 24 * 30, "It is empty once more")
    assert cases() == [("resolved", None), ("new", case)]
    answer(desk, 24 * 30 + 1, "And the paper, too")  # goes to the case that follows
    assert cases() == [("resolved", None), ("new", case)]
    assert set(desk.states().values()) == {"handled"}
    with sqlite_store.read() as tx:
        done = [row.summary for row in operations(tx, by=SYSTEM, limit=50)]
    assert [said for said in reversed(done) if "Toner" in said] == [
        "Made case CAS-01043 Toner of “Toner”",
        "Resolved case CAS-01043 Toner",
        "“Re: Toner” only says thank you: it stays with case CAS-01043 Toner",
        "Opened again case CAS-01043 Toner: Jane Roe answered",
        "Resolved case CAS-01043 Toner",
        "Case CAS-01044 Toner follows CAS-01043, which was closed too long before Jane Roe answered",
        "“Re: Toner” belongs to case CAS-01044 Toner, which follows the one it answers",
    ]
