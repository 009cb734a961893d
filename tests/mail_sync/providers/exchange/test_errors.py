"""What the errors of exchangelib and of the server mean."""

from __future__ import annotations

from datetime import timedelta

import pytest
from exchangelib import errors as ews
from requests import exceptions as http

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
    PoisonItem,
    SyncError,
    Throttled,
    UntrustedServer,
)
from mail_sync.providers.exchange.errors import MEANING, from_status, translate, translate_item


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ews.UnauthorizedError("no"), AuthExpired),
        (ews.ErrorPasswordExpired("old"), AuthExpired),
        (ews.ErrorAccessDenied("no"), AccessDenied),
        (ews.ErrorNonExistentMailbox("who"), MailboxNotFound),
        (ews.AutoDiscoverFailed("where"), MailboxNotFound),
        (ews.ErrorInvalidSyncStateData("what"), CursorInvalid),
        (ews.ErrorItemNotFound("gone"), ItemGone),
        (ews.ErrorSyncFolderNotFound("gone"), ItemGone),
        (ews.ErrorIrresolvableConflict("changed"), Conflict),
        (ews.ErrorTimeoutExpired("late"), BrokenReply),
        (ews.ErrorMailboxMoveInProgress("moving"), MailboxMoved),
        (ews.ErrorMailboxStoreUnavailable("down"), MailboxUnavailable),
        (ews.ErrorCorruptData("bad"), PoisonItem),
        (ews.TransportError("odd"), MailboxUnavailable),
        (ews.TransportError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), UntrustedServer),
        (http.ChunkedEncodingError("cut"), BrokenReply),
        (ConnectionResetError("reset"), MailboxUnavailable),
        (PoisonItem("ours"), PoisonItem),
    ],
)
def test_translate_tells_errors_in_our_words(error: Exception, meaning: type[SyncError]) -> None:
    assert type(translate(error)) is meaning


def test_translate_keeps_the_wait_that_a_busy_server_asked_for() -> None:
    asked = translate(ews.ErrorServerBusy("busy", back_off=4.5))
    assert isinstance(asked, Throttled)
    assert asked.retry_after == timedelta(seconds=4.5)


def test_translate_waits_as_usual_where_the_server_did_not_say() -> None:
    asked = translate(ews.ErrorServerBusy("busy"))
    assert isinstance(asked, Throttled)
    assert asked.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("error", [ews.ErrorInternalServerError("odd"), ews.ErrorAccessDenied("private")])
def test_translate_item_blames_the_item_for_what_concerns_only_it(error: Exception) -> None:
    assert type(translate_item(error)) is PoisonItem


def test_meanings_are_names_that_exchangelib_knows() -> None:
    assert {name for name in MEANING if not hasattr(ews, name)} == {
        "InvalidSchema",
        "InvalidURL",
        "MissingSchema",
        "RequestException",
    }


@pytest.mark.parametrize(
    ("status", "seconds", "meaning"),
    [
        (401, None, AuthExpired),
        (403, None, EwsBlocked),
        (429, None, Throttled),
        (503, 12.0, Throttled),
        (503, None, MailboxUnavailable),
        (502, None, BrokenReply),
        (404, None, MailboxUnavailable),
    ],
)
def test_from_status_tells_refusals_from_passing_faults(
    status: int, seconds: float | None, meaning: type[SyncError]
) -> None:
    assert type(from_status(status, seconds)) is meaning


def test_from_status_leaves_answers_with_a_body_to_their_body() -> None:
    assert [from_status(status, None) for status in (200, 302, 500)] == [None, None, None]


def test_from_status_obeys_retry_after() -> None:
    told = from_status(429, 12.0)
    assert isinstance(told, Throttled)
    assert told.retry_after == timedelta(seconds=12)
