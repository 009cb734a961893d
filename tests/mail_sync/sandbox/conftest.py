"""A sandbox and an exchangelib account on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from exchangelib import BASIC, DELEGATE, Account, Configuration, Credentials, FailFast
from exchangelib.protocol import close_connections

from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox, serve
from tests.mail_sync.sandbox.builders import ANNA
from tests.mail_sync.sandbox.stamps import registered


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    return made


@pytest.fixture
def anna(model: Model) -> Mailbox:
    return model.mailbox(ANNA)


@pytest.fixture
def sandbox(model: Model) -> Iterator[Sandbox]:
    with serve(model) as running:
        yield running


def sign_in(sandbox: Sandbox, address: str = ANNA, password: str = "demo", user: str = "") -> Account:
    """An exchangelib account that never retries by itself."""
    configuration = Configuration(
        service_endpoint=sandbox.url,
        credentials=Credentials(user or address, password),
        auth_type=BASIC,
        retry_policy=FailFast(),
        max_connections=1,
    )
    return Account(address, config=configuration, autodiscover=False, access_type=DELEGATE)


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Account]:
    yield sign_in(sandbox)
    close_connections()


@pytest.fixture
def signed_in(sandbox: Sandbox) -> Iterator[Callable[..., Account]]:
    yield lambda **fields: sign_in(sandbox, **fields)
    close_connections()


@pytest.fixture
def stamps() -> Iterator[None]:
    """The fields stamp, tracking, search_key and flagged of messages."""
    with registered():
        yield
