"""The Exchange provider keeps the contract on the sandbox."""

from __future__ import annotations

from tests.mail_sync.providers.contract import MailProviderContract


class TestExchangeMailbox(MailProviderContract):
    """The contract, over EWS on loopback."""
