"""What every mail provider that listens must do."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from mail_sync.provider import FolderRole, Poke
from tests.mail_sync.providers.contract import World, mail, the


class ListeningContract:
    """Inherit, and provide the fixture `world`."""

    def test_a_new_mail_pokes_with_its_folder(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        heard = provider.listen([inbox], stop=lambda: False, patience=timedelta(seconds=0))
        assert next(heard) == Poke()  # from now on somebody listens
        world.deliver(inbox, mail(1))
        assert any(poke.folder_ids == {inbox.folder_id} for poke in islice(heard, 10_000))

    def test_patience_ends_in_a_poke_about_nothing(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        heard = provider.listen([inbox], stop=lambda: False, patience=timedelta(milliseconds=50))
        assert list(islice(heard, 3)) == [Poke(), Poke(), Poke()]

    def test_listening_ends_when_it_is_told_to(self, world: World) -> None:
        provider = world.connect()
        inbox = the(FolderRole.INBOX, provider)
        told: list[bool] = []
        heard = provider.listen([inbox], stop=lambda: bool(told), patience=timedelta(milliseconds=50))
        next(heard)
        told.append(True)
        assert list(heard) == []

    def test_what_can_listen_says_so(self, world: World) -> None:
        assert world.connect().capabilities.listens
