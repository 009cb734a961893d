"""What can go wrong on purpose: a list of switchable faults, looked up by kind, operation and target."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """Each value says in its comment what `Fault.value` means."""

    BUSY = "busy"  # SOAP fault ErrorServerBusy; value: BackOffMilliseconds, '' to leave it out
    BUSY_MESSAGE = "busy_message"  # every response message is ErrorServerBusy; value: BackOffMilliseconds
    MESSAGE_ERROR = "message_error"  # every response message is an error; value: response code
    SOAP_FAULT = "soap_fault"  # value: response code
    HTTP_STATUS = "http_status"  # value: 401, 403, 429, 500, 502 or 503
    CHALLENGE = "challenge"  # HTTP 401; value: the WWW-Authenticate header, '' for the schemes that are offered
    EWS_BLOCKED = "ews_blocked"  # HTTP 403 as from a tenant that has switched EWS off for this application
    TOKEN_ERROR = "token_error"  # the token endpoint refuses; value: the OAuth error, such as interaction_required
    REDIRECT = "redirect"  # HTTP 302, as after a mailbox moved to another server; value: where to
    DROP_BODY = "drop_body"  # the connection breaks in the middle of the reply
    DROP_REQUEST = "drop_request"  # the connection breaks before any reply
    DROP_KEEP_ALIVE = "drop_keep_alive"  # the connection is closed after a whole reply, without saying so before
    SLOW = "slow"  # value: seconds to wait before replying
    INVALID_SYNC_STATE = "invalid_sync_state"  # ErrorInvalidSyncStateData with an empty SyncState
    NO_SYNC_STATE_ELEMENT = "no_sync_state_element"  # the same error without the SyncState element
    IGNORE_SYNC_STATE = "ignore_sync_state"  # a given state is answered by a full resync, without an error
    DROP_REPLY = "drop_reply"  # the request is carried out, and the connection breaks before a byte of the reply
    SENDS_BUT_RAISES = "sends_but_raises"  # SendItem delivers, keeps the draft and answers with an empty ResponseCode
    LOST_ATTACHMENTS = "lost_attachments"  # attachments are dropped without a word
    STALE_KEY_ACCEPTED = "stale_key_accepted"  # NeverOverwrite overwrites in spite of an old change key
    QUOTA_EXCEEDED = "quota_exceeded"  # whatever needs room answers ErrorQuotaExceeded
    MAILBOX_MOVE = "mailbox_move"  # every response message is ErrorMailboxMoveInProgress
    SEND_AS_DENIED = "send_as_denied"  # whatever sends answers ErrorSendAsDenied
    SUBMISSION_LIMIT = "submission_limit"  # whatever sends answers ErrorSubmissionQuotaExceeded
    POISON = "poison"  # GetItem of the target; value: a response code, or "broken xml"
    DROP_STREAM = "drop_stream"  # a stream breaks instead of saying something; skip: what it has said before
    SILENT_STREAM = "silent_stream"  # a stream stays open and says nothing, not even that it lives
    LOST_EVENTS = "lost_events"  # events are passed over without a word
    SUBSCRIPTION_EXPIRED = "subscription_expired"  # ErrorExpiredSubscription, and the subscription is gone
    SUBSCRIPTION_LIMIT = "subscription_limit"  # Subscribe answers ErrorExceededSubscriptionCount
    UNKNOWN_ELEMENT = "unknown_element"  # the target comes as an element of no known class; value: its name
    WRONG_SIZE = "wrong_size"  # value: what item:Size and attachment sizes say
    FRACTIONAL_SECONDS = "fractional_seconds"  # instants are written as 2026-11-02T08:15:00.123Z
    NO_TIME_ZONE = "no_time_zone"  # StartTimeZone and EndTimeZone are left out
    UNKNOWN_TIME_ZONE = "unknown_time_zone"  # value: the id given instead
    REGENERATED_MIME = "regenerated_mime"  # MIME is written anew: other boundaries, header order and line ends
    CONTROL_CHARACTERS = "control_characters"  # characters XML 1.0 forbids go out as references, as old servers do


@dataclass(slots=True)
class Fault:
    """One fault. Empty `operation` or `target` mean any; `times` counts down, None means for ever.

    `target` is an item id or a mailbox address. `retry_after` is seconds, for HTTP 429 and 503.
    """

    kind: FaultKind
    operation: str = ""
    target: str = ""
    value: str = ""
    times: int | None = None
    skip: int = 0  # how many matching calls pass unharmed first
    probability: float = 1.0
    retry_after: int | None = None


@dataclass(slots=True)
class Faults:
    """The faults of one sandbox, in the order they were set. Safe to use from many threads."""

    seed: int = 1
    hung_up: int = 0  # connections that DROP_KEEP_ALIVE has closed so far
    _faults: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._faults.append(fault)

    def set(
        self,
        kind: FaultKind | str,
        value: object = "",
        *,
        operation: str = "",
        target: str = "",
        times: int | None = None,
        skip: int = 0,
        probability: float = 1.0,
        retry_after: int | None = None,
    ) -> None:
        """Switch a fault on, by its fields. Raises ValueError for an unknown kind."""
        self.add(Fault(FaultKind(kind), operation, target, str(value), times, skip, probability, retry_after))

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._faults.clear()

    def take(self, kind: FaultKind, operation: str, *targets: str) -> Fault | None:
        """The first fault of this kind that strikes this call, and count it; None for a healthy call."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if self._strikes(fault, kind, operation, targets):
                    return fault
        return None

    def _strikes(self, fault: Fault, kind: FaultKind, operation: str, targets: tuple[str, ...]) -> bool:
        if fault.kind is not kind or fault.operation not in ("", operation) or fault.times == 0:
            return False
        if fault.target and fault.target not in targets:
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if fault.probability < 1.0 and self._random.random() >= fault.probability:
            return False
        if fault.times is not None:
            fault.times -= 1
        return True
