"""Finding what a client has stamped: every type of property, in every folder a mail passes through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from exchangelib import Account, ExtendedProperty, Message, Q

from mail_sync.sandbox.model import Mailbox
from tests.mail_sync.sandbox.builders import ANNA

GUID = "c11ff724-aa03-4555-9952-8fa248a11c3e"


class Revision(ExtendedProperty):  # type: ignore[misc]
    """A number."""

    property_set_id = GUID
    property_name = "Revision"
    property_type = "Integer"


class Digest(ExtendedProperty):  # type: ignore[misc]
    """Bytes."""

    property_set_id = GUID
    property_name = "Digest"
    property_type = "Binary"


class Records(ExtendedProperty):  # type: ignore[misc]
    """Several texts."""

    property_set_id = GUID
    property_name = "Records"
    property_type = "StringArray"


class Tagged(ExtendedProperty):  # type: ignore[misc]
    """A property by its tag (PidTagOriginalMessageId)."""

    property_tag = 0x1046
    property_type = "String"


FIELDS = {"revision": Revision, "digest": Digest, "records": Records, "tagged": Tagged}
pytestmark = pytest.mark.usefixtures("stamps", "fields")


@pytest.fixture
def fields() -> Iterator[None]:
    for name, kind in FIELDS.items():
        Message.register(name, kind)
    yield
    for name in FIELDS:
        Message.deregister(name)


def draft(account: Account, subject: str, **fields: object) -> Message:
    return Message(account=account, folder=account.drafts, subject=subject, to_recipients=[ANNA], **fields).save()


def test_values_of_every_type_come_back(account: Account) -> None:
    made = draft(account, "x", stamp="CAS-1", revision=7, digest=b"\x00\xffab", records=["A-1", "B-2"], tagged="<a@b>")
    found = account.drafts.get(id=made.id)
    assert (found.stamp, found.revision, found.digest, found.records, found.tagged) == (
        "CAS-1", 7, b"\x00\xffab", ["A-1", "B-2"], "<a@b>",
    )  # fmt: skip


def test_conditions_are_joined(account: Account) -> None:
    draft(account, "both", stamp="CAS-1", revision=7)
    draft(account, "other", stamp="CAS-2", revision=8)
    draft(account, "none")

    def subjects(*conditions: Q) -> list[str]:
        return sorted(one.subject for one in account.drafts.filter(*conditions))

    assert subjects(Q(stamp="CAS-1") & Q(revision=7)) == ["both"]
    assert subjects(Q(stamp="CAS-1") & Q(revision=8)) == []
    assert subjects(Q(stamp="CAS-1") | Q(revision=8)) == ["both", "other"]
    assert subjects(Q(stamp__exists=True)) == ["both", "other"]
    assert subjects(~Q(stamp__exists=True)) == ["none"]
    assert subjects(Q(revision__gt=7)) == ["other"]
    assert subjects(Q(stamp__startswith="CAS-")) == ["both", "other"]
    assert subjects(Q(subject="none") & ~Q(stamp__exists=True)) == ["none"]


def test_texts_that_look_like_numbers_are_texts(account: Account) -> None:
    draft(account, "padded", stamp="007")
    draft(account, "power", stamp="1e2")
    assert [list(account.drafts.filter(stamp=wanted)) for wanted in ("7", "100")] == [[], []]
    assert account.drafts.get(stamp="007").subject == "padded"


def test_stamp_is_found_wherever_the_mail_goes(account: Account, anna: Mailbox) -> None:
    made = draft(account, "x", stamp="CAS-1")
    found = []
    for folder in (account.outbox, account.junk, account.drafts):
        made.move(folder)
        found.append(folder.get(stamp="CAS-1").id == made.id)
    made.send()
    (kept,) = account.sent.filter(stamp="CAS-1")
    assert (found, list(account.drafts.filter(stamp="CAS-1")), kept.subject) == ([True] * 3, [], "x")
    assert list(account.inbox.filter(stamp="CAS-1")) == []
    assert account.inbox.get(message_id=kept.message_id).subject == "x"


def test_stamp_of_another_set_or_type_is_another(account: Account) -> None:
    draft(account, "x", revision=7)
    Message.deregister("revision")
    try:
        Message.register("revision", type("Other", (Revision,), {"property_type": "String"}))
        assert list(account.drafts.filter(revision__exists=True)) == []
    finally:
        Message.deregister("revision")
        Message.register("revision", Revision)
