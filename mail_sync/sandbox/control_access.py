"""Control commands about who may come in and what clients are told: sign-in, rights, notifications, the clock."""

from __future__ import annotations

from datetime import timedelta

from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.rights import check_level
from mail_sync.sandbox.signin.oauth import Authority


class AccessCommands:
    """Mailboxes and users are named by address, folders by path or id."""

    def __init__(self, frontend: Frontend, authority: Authority) -> None:
        self._frontend = frontend
        self._authority = authority

    def register(self, application: str, secret: str = "", acts_for_all: bool = True) -> dict[str, object]:
        """Make an OAuth application known by its client id; a public one has no secret."""
        self._authority.register(application, secret, acts_for_all=acts_for_all)
        return {}

    def approve(self, code: str, mailbox: str) -> dict[str, object]:
        """Enter a device's user code and sign in as the owner of a mailbox."""
        self._authority.approve(code, mailbox)
        return {}

    def deny(self, code: str) -> dict[str, object]:
        """Enter a device's user code and refuse."""
        self._authority.deny(code)
        return {}

    def revoke_tokens(self, mailbox: str = "", refresh_too: bool = True) -> dict[str, object]:
        """End the access tokens of a user, of everybody where none is named; refresh tokens too if asked."""
        return {"revoked": self._authority.revoke(mailbox, refresh_too=refresh_too)}

    def change_password(self, mailbox: str, password: str) -> dict[str, object]:
        """The old password, and what was signed in with it, opens nothing any more."""
        self._frontend.model.mailbox(mailbox).password = password
        return {}

    def share(self, mailbox: str, user: str, folder: str = "", level: str = "") -> dict[str, object]:
        """Give a user full access to a mailbox, or a permission level on one folder ("None" takes it away)."""
        owner = self._frontend.model.mailbox(mailbox)
        if folder:
            owner.folder(folder).permissions[user.lower()] = check_level(level)
        else:
            owner.readers.add(user.lower())
        return {}

    def unshare(self, mailbox: str, user: str) -> dict[str, object]:
        """Take all rights on a mailbox from a user."""
        owner = self._frontend.model.mailbox(mailbox)
        with owner.lock:
            for users in (owner.readers, owner.send_as, owner.send_on_behalf):
                users.discard(user.lower())
            for folder in owner.folders.values():
                folder.permissions.pop(user.lower(), None)
        return {}

    def let_send(self, mailbox: str, user: str, on_behalf: bool = False) -> dict[str, object]:
        """Let a user send as a mailbox, or on its behalf."""
        owner = self._frontend.model.mailbox(mailbox)
        (owner.send_on_behalf if on_behalf else owner.send_as).add(user.lower())
        return {}

    def impersonate(self, user: str, allowed: bool = True) -> dict[str, object]:
        """Give a user the ApplicationImpersonation role, or take it away."""
        users = self._frontend.model.impersonators
        (users.add if allowed else users.discard)(user.lower())
        return {}

    def drop_streams(self) -> dict[str, object]:
        """Break every connection that waits for events."""
        self._frontend.drop_streams()
        return {}

    def restart(self) -> dict[str, object]:
        """Forget all subscriptions and break their streams, as a restart of the server does."""
        self._frontend.restart()
        return {}

    def shift_clock(self, seconds: float) -> dict[str, object]:
        """Let the server's clock differ from the machine's by so much."""
        self._frontend.model.clock.offset = timedelta(seconds=seconds)
        return {"now": self._frontend.model.now().isoformat()}
