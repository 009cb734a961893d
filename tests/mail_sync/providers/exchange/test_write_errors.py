"""What an error in answer to a write means: nothing was done, or nobody knows."""

from __future__ import annotations

import pytest
from exchangelib import errors as ews
from requests import exceptions as http

from mail_sync.errors import (
    AuthExpired,
    BrokenReply,
    Conflict,
    EwsBlocked,
    ItemGone,
    MailboxMoved,
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
from mail_sync.providers.exchange.errors import REFUSALS, UNSURE, from_status, translate, translate_write

NEVER_ARRIVED = http.ConnectionError("Failed to establish a new connection: [Errno 111] Connection refused")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ews.ErrorIrresolvableConflict("changed"), Conflict),
        (ews.ErrorStaleObject("changed"), Conflict),
        (ews.ErrorItemNotFound("gone"), ItemGone),
        (ews.ErrorQuotaExceeded("full"), QuotaFull),
        (ews.ErrorMailboxMoveInProgress("moving"), MailboxMoved),
        (ews.ErrorServerBusy("busy"), Throttled),
        (ews.ErrorSubmissionQuotaExceeded("much"), Throttled),
        (ews.UnauthorizedError("no"), AuthExpired),
        (EwsBlocked("HTTP 403"), EwsBlocked),
        (MailboxUnavailable("HTTP 503"), MailboxUnavailable),
        (NEVER_ARRIVED, MailboxUnavailable),
        (ews.ErrorTimeoutExpired(f"Reraised from ConnectionError({NEVER_ARRIVED})"), MailboxUnavailable),
        (ews.TransportError("certificate verify failed"), UntrustedServer),
    ],
)
def test_translate_write_tells_what_was_certainly_not_done(error: Exception, meaning: type[SyncError]) -> None:
    assert type(translate_write(error)) is meaning


@pytest.mark.parametrize(
    "error",
    [
        ews.ErrorSendAsDenied("no"),
        ews.ErrorInvalidRecipients("who"),
        ews.ErrorMessageSizeExceeded("big"),
        ews.ErrorAccessDenied("no"),
        ews.ErrorInvalidPropertySet("odd"),
        ews.ErrorCorruptData("bad"),
        ews.ErrorInvalidIdMalformed("bad"),
        ews.ErrorSchemaValidation("bad"),
    ],
)
def test_translate_write_tells_what_the_server_will_not_do(error: Exception) -> None:
    told = translate_write(error)
    assert type(told) is SendRefused
    assert type(error).__name__ in told.detail


@pytest.mark.parametrize(
    "error",
    [
        ews.TransportError("Empty ResponseCode in ResponseMessage"),
        ews.ErrorTimeoutExpired("Reraised from ReadTimeout(Read timed out.)"),
        ews.ErrorInternalServerError("odd"),
        # What the server says of connections of its own does not mean that it was not reached.
        ews.ErrorInternalServerError("Connection to store01 timed out"),
        ews.MalformedResponseError("Failed to resolve store01"),
        ews.ErrorInternalServerTransientError("odd"),
        ews.ErrorMailboxStoreUnavailable("down"),
        ews.MalformedResponseError("half"),
        ews.SOAPError("what"),
        http.ChunkedEncodingError("cut"),
        ConnectionResetError("reset"),
        BrokenReply("HTTP 502"),
        PoisonItem("the server's reply is broken"),
    ],
)
def test_translate_write_says_when_nobody_knows(error: Exception) -> None:
    assert type(translate_write(error)) is OutcomeUnknown


def test_translate_write_says_why_in_words() -> None:
    said = translate_write(ews.ErrorSendAsDenied("no")).sentence
    assert said == ("The server refused this (this mailbox may not send under that address; ErrorSendAsDenied: no).")


def test_codes_are_names_that_exchangelib_knows() -> None:
    assert {name for name in (*REFUSALS, *UNSURE) if not hasattr(ews, name)} == set()


def test_a_right_that_was_taken_away_is_no_missing_right() -> None:
    assert type(translate(ews.ErrorNotDelegate("no"))) is RightsRevoked


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_gave_up_leaves_a_write_open(status: int) -> None:
    told = from_status(status, None)
    assert told is not None
    assert type(translate_write(told)) is OutcomeUnknown


def test_a_request_that_is_too_large_is_refused_for_good() -> None:
    assert type(from_status(413, None)) is SendRefused
