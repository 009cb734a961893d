"""The Exchange provider keeps the contract on the sandbox."""

from __future__ import annotations

from tests.mail_sync.providers.contract import MailProviderContract
from tests.mail_sync.providers.listening_contract import ListeningContract
from tests.mail_sync.providers.sending_contract import SendingContract
from tests.mail_sync.providers.writing_contract import WritingContract


class TestExchangeMailbox(MailProviderContract):
    """The contract, over EWS on loopback."""


class TestExchangeWrites(WritingContract):
    """What is written over EWS."""


class TestExchangeSending(SendingContract):
    """Mail sent over EWS."""


class TestExchangeListening(ListeningContract):
    """Pokes from streaming notifications."""
