"""Automatic replies as exchangelib switches them on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from exchangelib import Account, EWSDateTime, Message
from exchangelib.errors import ErrorAccessDenied
from exchangelib.properties import Mailbox as Address
from exchangelib.services import GetUserOofSettings
from exchangelib.settings import OofSettings

from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Mailbox, Model
from tests.mail_sync.sandbox.builders import ANNA

MAX = "max@alpineskihouse.example"


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    made.add_mailbox(MAX, "Max Berger")
    return made


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.head(item.content).get("Subject") for item in mailbox.folder("inbox").items]


def test_settings_come_back_as_they_were_set(account: Account) -> None:
    now = EWSDateTime.now(account.default_timezone).replace(microsecond=0)
    settings = OofSettings(
        state=OofSettings.SCHEDULED, external_audience="None", start=now, end=now + timedelta(days=3),
        internal_reply="Back soon & well", external_reply="Away",
    )  # fmt: skip
    account.oof_settings = settings
    found = account.oof_settings
    assert (found.state, found.external_audience, found.start, found.end) == ("Scheduled", "None", now, settings.end)
    assert (found.internal_reply, found.external_reply) == ("Back soon & well", "Away")


def test_sender_is_answered_while_the_owner_is_away(
    account: Account, signed_in: Callable[..., Account], anna: Mailbox
) -> None:
    other = signed_in(address=MAX)
    other.oof_settings = OofSettings(state=OofSettings.ENABLED, internal_reply="Away", external_reply="Away")
    for subject in ("One", "Two"):
        Message(account=account, subject=subject, to_recipients=[MAX]).send()
    assert subjects(anna) == ["Automatic reply: One"]
    other.oof_settings = OofSettings(state=OofSettings.DISABLED, internal_reply="", external_reply="")
    Message(account=account, subject="Three", to_recipients=[MAX]).send()
    assert subjects(anna) == ["Automatic reply: One"]


def test_settings_of_others_are_their_own(account: Account) -> None:
    with pytest.raises(ErrorAccessDenied):
        GetUserOofSettings(account=account).get(mailbox=Address(email_address=MAX))
