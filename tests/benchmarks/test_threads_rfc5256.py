"""The standard's threads, which the benchmark of threads compares with."""

from __future__ import annotations

import pytest

from mail_sync.message import Message
from tests.benchmarks.threads_rfc5256 import base_subject, reference_threads


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: [Pumps] RE[2]: Offer (fwd) ", "offer"),
        ("Fwd: Re:  two   pumps", "two pumps"),
        ("[Pumps]", "[pumps]"),
        ("Regarding: pumps", "regarding: pumps"),
        ("Re:", ""),
    ],
)
def test_base_subject_is_without_leaders_list_names_and_trailers(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def mail(name: str, *references: str, subject: str = "", in_reply_to: tuple[str, ...] = ()) -> Message:
    return Message(message_id=name, sender=None, subject=subject, references=references, in_reply_to=in_reply_to)


def test_references_join_mails_though_one_between_them_is_missing() -> None:
    assert reference_threads([mail("a"), mail("c", "a", "b"), mail("d", "b"), mail("e")]) == [0, 0, 0, 1]


def test_first_id_of_in_reply_to_counts_where_there_are_no_references() -> None:
    mails = [mail("a"), mail("b"), mail("c", in_reply_to=("b", "a")), mail("d", "a", in_reply_to=("b",))]
    assert reference_threads(mails) == [0, 1, 1, 0]


def test_mails_that_name_each_other_in_a_circle_are_one_thread() -> None:
    assert reference_threads([mail("a", "b"), mail("b", "a"), mail("c", "c")]) == [0, 0, 1]


def test_threads_of_one_base_subject_are_merged() -> None:
    mails = [mail("a", subject="Pumps"), mail("b", subject="Re: pumps"), mail("c", "b", subject="Valves"), mail("d")]
    assert reference_threads(mails) == [0, 0, 0, 1]
