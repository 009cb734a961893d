"""Subscriptions and connections that end, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import pytest

from mail_sync.errors import AuthExpired, MailboxUnavailable
from mail_sync.provider import Folder, FolderRole, ItemKind, Poke
from mail_sync.providers.exchange.listening import EVERYWHERE, Refused, SubscriptionLost, listen
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import mail, the
from tests.mail_sync.providers.exchange.world import ExchangeWorld

INBOX = Folder("inbox", "Inbox", FolderRole.INBOX, ItemKind.EMAIL)
LONG = timedelta(hours=1)
News = frozenset[str] | Exception


class ScriptedStation:
    """Each subscription and each connection goes as the script says."""

    def __init__(self, *connections: Sequence[News], refusal: Exception | None = None) -> None:
        self.connections = list(connections)
        self.refusal = refusal
        self.subscribed: list[Sequence[str]] = []
        self.rested: list[int] = []
        self.left = False

    def subscribe(self, folder_ids: Sequence[str]) -> str:
        if self.refusal:
            raise self.refusal
        self.subscribed.append(folder_ids)
        return str(len(self.subscribed))

    def events(self, subscription: str) -> Iterator[frozenset[str]]:
        for news in self.connections.pop(0) if self.connections else [AuthExpired("the end of the script")]:
            if isinstance(news, Exception):
                raise news
            yield news

    def rest(self, breaks: int) -> None:
        self.rested.append(breaks)

    def leave(self) -> None:
        self.left = True

    def hang_up(self) -> None:
        """Nothing waits here."""


def heard(station: ScriptedStation, error: type[Exception]) -> list[frozenset[str]]:
    """All that is told before listening ends with this error."""
    told = []
    with pytest.raises(error):
        for poke in listen(lambda: station, [INBOX], stop=lambda: False, patience=LONG):
            told.append(poke.folder_ids)
    return told


def test_news_are_told_by_folder_and_news_of_others_as_news() -> None:
    station = ScriptedStation([frozenset({"inbox"}), frozenset({"inbox", "root"}), frozenset({"root"})])
    assert heard(station, AuthExpired) == [EVERYWHERE, {"inbox"}, {"inbox"}, EVERYWHERE]
    assert (station.subscribed, station.left) == ([["inbox"]], True)


@pytest.mark.parametrize("before", [[], [frozenset({"inbox"})]])
def test_a_lost_subscription_is_made_anew(before: list[frozenset[str]]) -> None:
    station = ScriptedStation([*before, SubscriptionLost("gone")], [EVERYWHERE])
    assert heard(station, AuthExpired) == [EVERYWHERE, *before, EVERYWHERE]
    assert len(station.subscribed) == 2


def test_a_broken_connection_is_made_anew_after_a_rest() -> None:
    broken = MailboxUnavailable("cut")
    station = ScriptedStation([broken], [EVERYWHERE, broken], [EVERYWHERE, frozenset({"inbox"}), broken], [EVERYWHERE])
    assert heard(station, AuthExpired) == [EVERYWHERE, EVERYWHERE, EVERYWHERE, {"inbox"}, EVERYWHERE]
    assert station.rested == [1, 2, 1, 2]


def test_connections_that_break_one_after_the_other_are_given_up() -> None:
    station = ScriptedStation(*([MailboxUnavailable("cut")] for _ in range(9)))
    assert heard(station, MailboxUnavailable) == [EVERYWHERE]
    assert station.rested == [1, 2, 3]


@pytest.mark.parametrize("refusal", [Refused("no"), AuthExpired(), MailboxUnavailable(), KeyError("a mistake of ours")])
def test_what_stops_the_listener_is_told(refusal: Exception) -> None:
    station = ScriptedStation(refusal=refusal)
    assert heard(station, type(refusal)) == []
    assert station.left


def told_until(pokes: Iterator[Poke], enough: Callable[[Poke], bool]) -> Poke:
    """The first poke that is enough."""
    return next(poke for poke in islice(pokes, 10_000) if enough(poke))


@pytest.mark.parametrize("what", ["restart", "drop_streams"])
def test_mail_is_heard_of_after_the_server_broke_off(world: ExchangeWorld, what: str) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    pokes = provider.listen([inbox], stop=lambda: False, patience=LONG)
    next(pokes)
    world.deliver(inbox, mail(1))
    told_until(pokes, lambda poke: poke.folder_ids == {inbox.folder_id})
    getattr(world.sandbox.frontend, what)()
    world.deliver(inbox, mail(2))
    assert next(pokes) in (Poke(), Poke(frozenset({inbox.folder_id})))
    pokes.close()  # type: ignore[attr-defined]


def test_a_server_that_grants_no_subscription_is_polled(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorSubscriptionDelegateAccessNotSupported", operation="Subscribe")
    assert list(provider.listen([inbox], stop=lambda: False, patience=LONG)) == []
    assert not provider.capabilities.listens


def test_a_listener_that_stops_gives_its_subscription_back(world: ExchangeWorld) -> None:
    provider = world.connect()
    inbox = the(FolderRole.INBOX, provider)
    pokes = provider.listen([inbox], stop=lambda: False, patience=LONG)
    next(pokes)
    world.deliver(inbox, mail(1))
    told_until(pokes, lambda poke: poke.folder_ids == {inbox.folder_id})
    subscriptions = world.sandbox.frontend.subscriptions
    assert subscriptions.count() == 1
    pokes.close()  # type: ignore[attr-defined]
    with world.sandbox.model.changed:
        assert world.sandbox.model.changed.wait_for(lambda: subscriptions.count() == 0, timeout=10)
