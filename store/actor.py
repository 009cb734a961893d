"""On whose behalf something is read or written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, union

from store.errors import NotFound
from store.schema.people import Mailbox, MailboxRight, User

#: The role of those who see their own records only.
RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the mailboxes whose unlinked mail is theirs to see. `user_id` None is the system, or the triage rule
    with `rule_id`, of which `name` is the name.

    What is private is theirs to see as well, but not in `delegated_ids`: mailboxes of other people among them.
    """

    user_id: int | None
    name: str
    role: str
    mailbox_ids: frozenset[int] = frozenset()
    delegated_ids: frozenset[int] = frozenset()
    rule_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    @property
    def sees_every_record(self) -> bool:
        return self.role != RESTRICTED

    @property
    def sees_everything(self) -> bool:
        """The system acts for nobody in particular; what a person asked for never runs as the system."""
        return self.is_system


SYSTEM = Actor(user_id=None, name="Regarding", role="system")


def rule_actor(rule_id: int, name: str) -> Actor:
    """A triage rule, which acts for everybody; what it did says so."""
    return Actor(user_id=None, name=name, role=SYSTEM.role, rule_id=rule_id)


def actor_for(tx: Connection, email: str) -> Actor:
    """The active user with this address and the mailboxes they own or were given. Raises NotFound."""
    row = tx.execute(
        select(User.id, User.name, User.role).where(User.email == email.lower(), User.active.is_(True))
    ).one_or_none()
    if row is None:
        raise NotFound(f"no user {email}")
    owned = Mailbox.owner_id == row.id
    if row.role != RESTRICTED:  # what was imported from files belongs to nobody
        owned = or_(owned, Mailbox.owner_id.is_(None))
    mine = union(select(Mailbox.id).where(owned), select(MailboxRight.mailbox_id).where(MailboxRight.user_id == row.id))
    held = frozenset(tx.execute(mine).scalars())
    others = select(Mailbox.id).join(User, User.id == Mailbox.owner_id).where(User.id != row.id, User.active.is_(True))
    return Actor(row.id, row.name, row.role, held, held & frozenset(tx.execute(others).scalars()))
