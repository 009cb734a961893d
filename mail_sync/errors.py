"""Everything that can go wrong between us and a mailbox, each with the sentence a user reads.

SyncError
├── Unreadable            a file or an item that cannot be read: goes to quarantine
│   └── PoisonItem        one item the server cannot hand out
├── MailboxUnavailable    the mailbox as a whole cannot be reached now; tried again later
│   ├── BrokenReply       an answer broke off or made no sense; a smaller request may get through
│   ├── MailboxMoved      it lives on another server now; autodiscover finds it
│   ├── QuotaFull         reading goes on, writing does not
│   ├── FolderRefused         one folder only; the others go on
│   └── Throttled         the server asked us to wait
├── MailboxRefused        nothing is tried again until a person acts
│   ├── AuthExpired
│   │   ├── SignInEnded       the person has to sign in again
│   │   ├── SecretExpired     the application's own secret
│   │   ├── ConsentMissing
│   │   └── ApplicationUnknown
│   ├── TokenNeeded           the server takes no passwords
│   ├── PasswordMissing
│   ├── EwsBlocked
│   ├── UntrustedServer
│   ├── AccessDenied
│   ├── RightsRevoked         what could be read before is refused now
│   └── MailboxNotFound
├── CursorInvalid         the server forgot where we were: read everything again, nothing doubles
├── ItemGone              the item left the server between the listing and the reading
├── Conflict              the item changed on the server since we read it
├── SendRefused           the server will not send this mail or write this item; a person must change something
└── OutcomeUnknown        nobody can say whether a write happened: look for its stamp
"""

from __future__ import annotations

from datetime import timedelta


class SyncError(Exception):
    """Something went wrong while talking to a mailbox."""

    state = "error"  # what the mailbox shows as its state
    says_detail_alone = False  # the detail is the whole sentence

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What a user reads: one sentence, then the technical detail in brackets."""
        if self.detail and self.says_detail_alone:
            said = self.detail.rstrip(".")
            return f"{said[:1].upper()}{said[1:]}."
        said = (self.__class__.__doc__ or "").strip().splitlines()[0]
        return f"{said.rstrip('.')} ({self.detail})." if self.detail else said


class Unreadable(SyncError):
    """This could not be read and waits in quarantine."""

    says_detail_alone = True


class PoisonItem(Unreadable):
    """The server could not hand out this one item; it waits in quarantine and the rest went on."""

    says_detail_alone = False


class MailboxUnavailable(SyncError):
    """The mail server cannot be reached at the moment; it will be tried again."""

    state = "unavailable"
    retry_after = timedelta(seconds=30)


class BrokenReply(MailboxUnavailable):
    """The mail server's answer broke off or made no sense; it will be tried again."""


class Throttled(MailboxUnavailable):
    """The mail server is busy and asked us to wait."""

    state = "throttled"

    def __init__(self, detail: str = "", retry_after: timedelta = timedelta(seconds=30)) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class FolderRefused(MailboxUnavailable):
    """One folder of this mailbox may not be read, the others were; ask its owner for access or choose other folders."""

    state = "access_denied"
    retry_after = timedelta(minutes=15)


class MailboxRefused(SyncError):
    """The mail server refused this mailbox."""

    state = "refused"


class AuthExpired(MailboxRefused):
    """The mail server did not accept the user name and password; run "regarding connect" to enter them again."""

    state = "auth_expired"


class SignInEnded(AuthExpired):
    """The sign-in to this mailbox has ended; run "regarding connect" and sign in again."""


class SecretExpired(AuthExpired):
    """The application's secret is wrong or has expired; an administrator must make a new one for it in Entra ID."""


class ConsentMissing(AuthExpired):
    """The organisation has not allowed this application to reach mailboxes; an administrator must consent to it."""


class ApplicationUnknown(AuthExpired):
    """The sign-in server does not know this application or tenant; check --client-id and --tenant."""


class TokenNeeded(MailboxRefused):
    """This server takes no passwords; run "regarding connect" with --login device."""

    state = "auth_expired"


class PasswordMissing(MailboxRefused):
    """There is no password for this mailbox; run "regarding connect" again."""

    state = "auth_expired"
    says_detail_alone = True


class EwsBlocked(MailboxRefused):
    """This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, EWSAllowedAppIDs)."""

    state = "ews_blocked"


class UntrustedServer(MailboxRefused):
    """The mail server's certificate is not trusted here; install your company's certificate in the system."""

    state = "untrusted"


class AccessDenied(MailboxRefused):
    """This user may not read that mailbox or folder; ask its owner for access."""

    state = "access_denied"


class MailboxNotFound(MailboxRefused):
    """There is no such mailbox on this server."""

    state = "not_found"


class RightsRevoked(AccessDenied):
    """The right to read this mailbox was taken away; what was read stays here, ask its owner for access."""

    state = "rights_revoked"


class MailboxMoved(MailboxUnavailable):
    """The mailbox was moved to another server; it is looked for there now."""

    state = "moved"
    retry_after = timedelta(minutes=2)


class QuotaFull(MailboxUnavailable):
    """The mailbox is full: mail is still read, but nothing can be written or sent until somebody makes room."""

    state = "quota_full"
    retry_after = timedelta(minutes=30)


class CursorInvalid(SyncError):
    """The server no longer knows where we stopped; the folder is read again from the start and nothing doubles."""


class ItemGone(SyncError):
    """The item was deleted or moved on the server while it was being read."""


class Conflict(SyncError):
    """The item was changed on the server in the meantime."""


class SendRefused(SyncError):
    """The server refused this."""


class OutcomeUnknown(SyncError):
    """The connection broke while the server was at work, so nobody can say yet whether it was done."""
