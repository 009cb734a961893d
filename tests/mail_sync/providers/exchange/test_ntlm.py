"""A server that wants NTLM is read, written to and listened to like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mail_sync.provider import FolderRole, Poke
from mail_sync.providers.exchange.settings import Login
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from mail_sync.sandbox.signin.gate import Scheme
from tests.mail_sync.providers.contract import mail, the
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld
from tests.mail_sync.providers.sending_contract import MAIL, where


@pytest.fixture
def ntlm_world() -> Iterator[ExchangeWorld]:
    model = Model()
    model.add_mailbox(ADDRESS, "Sales", PASSWORD)
    with serve(model, schemes=[Scheme.NTLM]) as sandbox:
        made = ExchangeWorld(sandbox)
        yield made
        made.close()


@pytest.mark.parametrize("login", [Login.NTLM, Login.AUTO])
def test_a_mail_is_sent_and_the_next_heard_of(ntlm_world: ExchangeWorld, login: Login) -> None:
    provider = ntlm_world.connect(login=login)
    provider.send_draft(provider.save_draft(MAIL, "s"))
    assert where(provider, "s") == [FolderRole.SENT]
    inbox = the(FolderRole.INBOX, provider)
    pokes = provider.listen([inbox], stop=lambda: False, patience=timedelta(hours=1))
    assert next(pokes) == Poke()
    ntlm_world.deliver(inbox, mail(1))
    assert next(pokes) == Poke(frozenset({inbox.folder_id}))
    pokes.close()  # type: ignore[attr-defined]
