"""Joins of header threads are counted once each, by what proves them."""

from __future__ import annotations

from mail_sync.message import Message
from tests.benchmarks.threads_joins import count_joins

ASKED = "when will the two pumps be delivered to our place in Oslo, and who comes along with them?"
LOST = "the invoice of last month names the wrong cost centre, so please send us a corrected one."


def mail(subject: str, new: str, quoted: str = "") -> Message:
    text = f"{new}\n\nOn Monday Jane wrote:\n> {quoted}\n" if quoted else new
    return Message(message_id="", sender=None, subject=subject, text=text, new_text=new)


def test_joins_are_counted_as_in_a_forest_and_by_their_proof() -> None:
    mails = [
        mail("Pumps", ASKED),
        mail("Re: Pumps", "Tuesday.", ASKED),
        mail("Re: Pumps", "Wednesday.", ASKED),
        mail("Invoice", "Yes.", LOST),
        mail("Re: Invoice", "No.", LOST),
        mail("Re: Invoice", "Perhaps."),
        mail("Valves", "Hello."),
    ]
    found, threads = [0, 0, 0, 0, 0, 0, 1], [0, 1, 1, 2, 3, 4, 5]
    joins = count_joins(found, threads, mails)
    assert (joins.made, joins.quoting, joins.sharing, joins.subject) == (4, 1, 1, 1)
    assert len(set(joins.proven)) == 4
    assert count_joins([0, 1, 2, 3, 4, 5, 6], threads, mails).made == 0


def test_words_that_two_threads_say_prove_nothing() -> None:
    mails = [mail("Pumps", ASKED), mail("Valves", ASKED), mail("Re: Pumps", "Tuesday.", ASKED)]
    assert count_joins([0, 1, 0], [0, 1, 2], mails).quoting == 0
