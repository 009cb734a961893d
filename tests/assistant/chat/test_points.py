"""What was asked and promised is told in the words of the mail, and whether the other side has answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.chat.points import Spoken, points

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _mail(key: int, days: int, *, is_ours: bool, text: str, thread: int = 1) -> Spoken:
    return Spoken(key, thread, MONDAY + timedelta(days=days), is_ours, text)


def test_question_is_open_until_the_other_side_writes_in_its_thread() -> None:
    asked = _mail(1, 0, is_ours=False, text="Hello,\n\nCould you send us the price list?")
    elsewhere = _mail(2, 1, is_ours=True, text="Nice weather.", thread=2)
    assert [(one.kind, one.sentence, one.is_open) for one in points([asked, elsewhere])] == [
        ("asked", "Could you send us the price list?", True)
    ]
    answered = _mail(3, 2, is_ours=True, text="I will send it by Friday.")
    found = [(one.kind, one.mail.is_ours, one.by, one.is_open) for one in points([asked, answered])]
    assert found == [
        ("promised", True, datetime(2026, 11, 28, tzinfo=UTC), True),
        ("asked", False, None, False),
    ]
