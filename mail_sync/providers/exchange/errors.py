"""Errors of exchangelib, requests and the server's response codes, told in our own words.

exchangelib names its error classes after the EWS response codes
(https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode), so one table by name
serves both, and this module needs no import of the library.
"""

from __future__ import annotations

import re
from datetime import timedelta

from mail_sync.errors import (
    AccessDenied,
    AuthExpired,
    BrokenReply,
    Conflict,
    CursorInvalid,
    EwsBlocked,
    ItemGone,
    MailboxMoved,
    MailboxNotFound,
    MailboxUnavailable,
    OutcomeUnknown,
    PoisonItem,
    QuotaFull,
    RightsRevoked,
    SendRefused,
    SyncError,
    Throttled,
    UntrustedServer,
)

MEANING: dict[str, type[SyncError]] = {
    "UnauthorizedError": AuthExpired,
    "ErrorPasswordExpired": AuthExpired,
    "ErrorPasswordChangeRequired": AuthExpired,
    "ErrorMailboxLogonFailed": AuthExpired,
    "ErrorAccessDenied": AccessDenied,
    "ErrorAccountDisabled": AccessDenied,
    "ErrorImpersonateUserDenied": AccessDenied,
    "ErrorImpersonationDenied": AccessDenied,
    "ErrorNotDelegate": RightsRevoked,
    "ErrorDelegateNoUser": RightsRevoked,
    "ErrorNonExistentMailbox": MailboxNotFound,
    "ErrorMailboxConfiguration": MailboxNotFound,
    "ErrorInvalidSmtpAddress": MailboxNotFound,
    "AutoDiscoverError": MailboxNotFound,
    "ErrorMailboxMoveInProgress": MailboxMoved,
    "ErrorProxyRequestNotAllowed": MailboxMoved,
    "ErrorCrossSiteRequest": MailboxMoved,
    "RedirectError": MailboxMoved,
    "ErrorQuotaExceeded": QuotaFull,
    "ErrorInvalidSyncStateData": CursorInvalid,
    "ErrorItemNotFound": ItemGone,
    "ErrorFolderNotFound": ItemGone,
    "ErrorSyncFolderNotFound": ItemGone,
    "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange": ItemGone,
    "ErrorCalendarOccurrenceIsDeletedFromRecurrence": ItemGone,
    "ErrorParentFolderNotFound": ItemGone,
    "ErrorIrresolvableConflict": Conflict,
    "ErrorStaleObject": Conflict,
    "ErrorInvalidChangeKey": Conflict,
    "ErrorServerBusy": Throttled,
    "RateLimitError": Throttled,
    "ErrorTooManyObjectsOpened": Throttled,
    "ErrorExceededConnectionCount": Throttled,
    "ErrorExceededSubscriptionCount": Throttled,
    "ErrorSubmissionQuotaExceeded": Throttled,
    "ErrorTimeoutExpired": BrokenReply,
    "ErrorConnectionFailed": BrokenReply,
    "ErrorInternalServerError": BrokenReply,
    "MalformedResponseError": BrokenReply,
    "SOAPError": BrokenReply,
    "InvalidURL": MailboxNotFound,
    "InvalidSchema": MailboxNotFound,
    "MissingSchema": MailboxNotFound,
    "RequestException": BrokenReply,
    "ErrorMimeContentConversionFailed": PoisonItem,
    "ErrorContentConversionFailed": PoisonItem,
    "ErrorCorruptData": PoisonItem,
    "ErrorItemCorrupt": PoisonItem,
    "ErrorMessageSizeExceeded": PoisonItem,
    "ErrorPropertyValidationFailure": PoisonItem,
    "ErrorInvalidIdMalformed": PoisonItem,
}

# Said about one item, these speak of the item; said about a whole request, of the mailbox.
ABOUT_THE_ITEM = {"ErrorInternalServerError": PoisonItem, "ErrorAccessDenied": PoisonItem}

# Said about a write, these leave open whether the server did it: its own troubles in the middle of the work, and
# answers that name no reason ("Empty ResponseCode", seen after mails that were delivered).
UNSURE = frozenset(
    (
        "ErrorConnectionFailed",
        "ErrorConnectionFailedTransientError",
        "ErrorInternalServerError",
        "ErrorInternalServerTransientError",
        "ErrorMailboxStoreUnavailable",
        "ErrorTimeoutExpired",
        "TransportError",
    )
)

# Why a server will not write or send, in the words of a person who can change it.
REFUSALS = {
    "ErrorAccessDenied": "you have no right to write there",
    "ErrorCreateItemAccessDenied": "you have no right to write there",
    "ErrorAttachmentSizeLimitExceeded": "an attachment is too large",
    "ErrorCalendarDurationIsTooLong": "an appointment lasts five years at most",
    "ErrorCalendarInvalidRecurrence": "the server cannot repeat an appointment in this way",
    "ErrorCalendarInvalidTimeZone": "the server does not know its time zone",
    "ErrorCalendarIsCancelledForAccept": "the meeting was cancelled",
    "ErrorCalendarIsCancelledForDecline": "the meeting was cancelled",
    "ErrorCalendarIsCancelledForTentative": "the meeting was cancelled",
    "ErrorCalendarIsNotOrganizer": "only the organizer may change a meeting",
    "ErrorCalendarIsOrganizerForAccept": "the organizer does not answer the own meeting",
    "ErrorCalendarIsOrganizerForDecline": "the organizer does not answer the own meeting",
    "ErrorCalendarIsOrganizerForTentative": "the organizer does not answer the own meeting",
    "ErrorCalendarMeetingRequestIsOutOfDate": "there is a newer invitation",
    "ErrorCannotCreateContactInNonContactFolder": "that folder holds no contacts",
    "ErrorCannotCreateCalendarItemInNonCalendarFolder": "that folder holds no appointments",
    "ErrorInvalidRecipients": "a recipient's address is missing or not valid",
    "ErrorInvalidSmtpAddress": "an e-mail address is not valid",
    "ErrorMessageSizeExceeded": "the mail is too large",
    "ErrorNonExistentMailbox": "an address belongs to nobody",
    "ErrorOccurrenceCrossingBoundary": "an occurrence stays between its neighbours, on a day of its own",
    "ErrorRecurrenceHasNoOccurrence": "a series keeps at least one occurrence; delete the series",
    "ErrorSendAsDenied": "this mailbox may not send under that address",
}

# How urllib3 says that there was no connection at all, inside requests' and exchangelib's own words.
_UNREACHED = re.compile(r"(Failed to (?:establish a new connection|resolve)[^\")]*|Connection to \S+ timed out)")

# How exchangelib begins when it tells a failed connection as if the server had said it.
_RERAISED = "Reraised from "

SHORTEST_WAIT = timedelta(seconds=1)

# Limits that no short pause helps against: mails in a day, subscriptions of one mailbox.
LONG_WAITS = {
    "ErrorSubmissionQuotaExceeded": timedelta(hours=1),
    "ErrorExceededSubscriptionCount": timedelta(minutes=30),
}


def translate(error: Exception) -> SyncError:
    """What `error` means for the mailbox; what is unknown counts as a passing fault of the server."""
    if isinstance(error, SyncError):
        return error
    if is_about_certificate(error):
        return UntrustedServer(describe(error))
    if unreached := _unreached(error):
        return MailboxUnavailable(unreached)
    meaning = _meaning(error)
    if meaning is Throttled:
        return Throttled(describe(error), LONG_WAITS.get(type(error).__name__) or retry_after(error))
    return meaning(describe(error))


def translate_item(error: Exception) -> SyncError:
    """What an error reported for a single item of a batch means."""
    meaning = ABOUT_THE_ITEM.get(type(error).__name__)
    return meaning(describe(error)) if meaning else translate(error)


def translate_write(error: Exception) -> SyncError:
    """What an error in answer to a write means: that nothing was done, or that nobody knows (OutcomeUnknown)."""
    name = type(error).__name__
    if name in REFUSALS:
        return SendRefused(f"{REFUSALS[name]}; {describe(error)}")
    told = translate(error)
    if isinstance(told, UntrustedServer) or is_unreached(error):
        return told
    if name in UNSURE:
        return OutcomeUnknown(told.detail)
    said_by_server = any(base.__name__ == "ResponseMessageError" for base in type(error).__mro__)
    if said_by_server and (name not in MEANING or isinstance(told, PoisonItem)):
        return SendRefused(describe(error))
    if isinstance(told, (BrokenReply, PoisonItem)) or isinstance(error, OSError):
        return OutcomeUnknown(told.detail)
    return told


def is_unreached(error: Exception) -> bool:
    """Whether there was no connection at all, so that no request can have arrived."""
    return _unreached(error) != ""


def _unreached(error: Exception) -> str:
    """How a connection failed, '' for any other error. A server that answers and speaks of a connection of its own
    was reached, and may have done what was asked before."""
    said = str(error)
    is_answer = any(base.__name__ == "EWSError" for base in type(error).__mro__) and not said.startswith(_RERAISED)
    found = None if is_answer else _UNREACHED.search(said)
    return "" if found is None else found[1]


def from_status(status: int, retry_seconds: float | None, detail: str = "") -> SyncError | None:
    """What an HTTP status means, None where the body has to say it. `retry_seconds` is the Retry-After header."""
    wait = None if retry_seconds is None else timedelta(seconds=retry_seconds)
    if status == 401:
        return AuthExpired("HTTP 401")
    if status == 403:
        return EwsBlocked("HTTP 403")
    if status == 429 or (status == 503 and wait is not None):
        return Throttled(f"HTTP {status}", wait or Throttled.retry_after)
    if status in (200, 301, 302, 500):
        return None
    if status == 413:
        return SendRefused(f"{REFUSALS['ErrorMessageSizeExceeded']}; HTTP 413")
    if status in (502, 504):
        return BrokenReply(f"HTTP {status} {detail}".strip())  # a gateway gave up; the server may be at work
    return MailboxUnavailable(f"HTTP {status} {detail}".strip())


def describe(error: Exception) -> str:
    """Name and text of an error on one line, short enough for a status line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:300] if said else type(error).__name__


def retry_after(error: Exception) -> timedelta:
    """How long the server asked us to wait (BackOffMilliseconds), our usual wait where it did not say."""
    seconds = getattr(error, "back_off", None) or getattr(error, "wait", None)
    return max(SHORTEST_WAIT, timedelta(seconds=seconds)) if seconds else Throttled.retry_after


def is_about_certificate(error: Exception) -> bool:
    """Whether a TLS error is a distrusted certificate; others are passing faults of the connection."""
    return "certificate verify failed" in str(error).lower()


def _meaning(error: Exception) -> type[SyncError]:
    names = (base.__name__ for base in type(error).__mro__)
    return next((MEANING[name] for name in names if name in MEANING), MailboxUnavailable)
