"""The composition root: builds the bundle of services that screens and commands work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, select

from store.actor import SYSTEM, Actor, actor_for
from store.engine import Store, open_store
from store.outbox.queue import RECALL
from store.schema.people import User

if TYPE_CHECKING:
    from assistant.chat.model.conversing_with_model import Watching, WithModel

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


def nothing() -> None:
    """Nothing waits for the first paint."""


@dataclass(frozen=True)
class Services:
    """An open store, the person it is read for, and the clock (aware UTC).

    `painted` is called once, on a thread, when the user interface has shown its first rows: what can wait begins then.
    `recall` is how long a mail waits in the outbox, where it can be recalled, before it is sent. `model` begins a talk
    in which a language model understands what is said, and is given who hears of each request; None: none does.
    """

    store: Store
    actor: Actor
    clock: Callable[[], datetime] = utc_now
    painted: Callable[[], None] = nothing
    recall: timedelta = RECALL
    model: Callable[[Callable[[], Watching]], WithModel] | None = None

    def read(self, query: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """The answer of a query, asked in a snapshot on behalf of the actor. Raises StoreError."""
        with self.store.read() as tx:
            return query(tx, *args, **{"by": self.actor, **kwargs})

    def do(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Carry out a use case in one transaction on behalf of the actor, now. Raises StoreError."""
        with self.store.write() as tx:
            return use_case(tx, *args, **{"by": self.actor, "now": self.clock(), **kwargs})

    def close(self) -> None:
        self.store.close()


def compose(
    store_url: str,
    *,
    user_email: str | None = None,
    clock: Callable[[], datetime] = utc_now,
    refuse_event_loop: bool = False,
    recall: timedelta = RECALL,
) -> Services:
    """Open the store for a user: the one named, else the only one there is, else nobody in particular.

    Raises StoreUnreachable, StoreTooNew, and NotFound for a user who is not there.
    """
    store = open_store(store_url, refuse_event_loop=refuse_event_loop)
    with store.read() as tx:
        actor = actor_for(tx, user_email) if user_email else _only_user(tx)
    return Services(store, actor, clock, recall=recall)


def _only_user(tx: Connection) -> Actor:
    known = select(User.email).where(User.active.is_(True), User.email.is_not(None)).order_by(User.id).limit(2)
    emails = [email for email in tx.execute(known).scalars() if email]
    return actor_for(tx, emails[0]) if len(emails) == 1 else SYSTEM
