"""What is good, worth knowing, or in the way: the verdicts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.doctor import machine, mailbox_state, secrets, server, stored
from assistant.doctor.finding import Finding, Level
from mail_sync.card_fields import CARD_FIELD
from mail_sync.errors import MailboxUnavailable, Throttled, UntrustedServer
from mail_sync.providers.exchange.probing import Rights
from mail_sync.providers.exchange.settings import Login
from store.queries.status import FolderRow, MailboxRow, OutboxCounts

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MAILBOX = MailboxRow(
    mailbox_id=1,
    uid="u",
    address="ada@alpine.example",
    name="",
    provider="exchange",
    state="ready",
    detail="",
    progress=(0, 0),
    last_success_at=NOW,
    last_error="",
    last_error_at=None,
    retry_at=None,
    folders=(),
)
CONTACTS = FolderRow(1, "Contacts/Customers", "contacts", "contact", True, 3, NOW)


def told(finding: Finding | None) -> tuple[str, str]:
    assert finding is not None
    return finding.level.value, finding.sentence


@pytest.mark.parametrize(
    ("ahead", "level", "sentence"),
    [
        (timedelta(seconds=59), "ok", "This clock agrees with the server's."),
        (timedelta(minutes=-1), "warning", "This clock is 1 minute behind the server's."),
        (timedelta(minutes=5), "problem", "This clock is 5 minutes ahead of the server's; sign-ins fail."),
        (timedelta(days=1), "problem", "This clock is 24 hours ahead of the server's; sign-ins fail."),
    ],
)
def test_clock_is_compared_with_the_server(ahead: timedelta, level: str, sentence: str) -> None:
    assert told(machine.clock_and_server(NOW - ahead, NOW)) == (level, sentence)


def test_clock_that_was_set_back_is_found_by_the_store() -> None:
    assert told(machine.clock_and_store(NOW + timedelta(hours=3), NOW)) == (
        "problem",
        "The store was written 3 hours in the future of this clock.",
    )
    assert machine.clock_and_store(None, NOW).level is Level.OK


def test_missing_time_zone_data_is_a_problem() -> None:
    assert machine.time_zones("").steps == ("pip install tzdata",)


def test_damaged_store_is_a_problem() -> None:
    assert told(stored.integrity("row 3 missing")) == ("problem", "The store is damaged (row 3 missing).")
    assert [stored.integrity(answer).level for answer in ("ok", "")] == [Level.OK, Level.OK]


@pytest.mark.parametrize(
    ("free", "level"), [(None, "ok"), (3_000_000_000, "ok"), (1_000_000_000, "warning"), (1_000_000, "problem")]
)
def test_free_disk_has_two_limits(free: int | None, level: str) -> None:
    assert stored.free_disk(free, "so much").level == level


@pytest.mark.parametrize(("days", "level"), [(0, "ok"), (6, "ok"), (8, "warning")])
def test_backup_grows_old(days: int, level: str) -> None:
    assert stored.backed_up(NOW - timedelta(days=days), NOW, is_empty=False).level == level


def test_service_that_ended_or_ran_out_does_not_run() -> None:
    soon = NOW + timedelta(seconds=30)
    runs = stored.service("host:1:x", soon, NOW, has_ended=False)
    assert told(runs) == ("ok", "The service runs on host.")
    gone = [stored.service("host:1:x", soon, NOW, has_ended=True), stored.service("", None, NOW, has_ended=False)]
    assert [each.level.value for each in gone] == ["warning", "warning"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_success_at": NOW - timedelta(hours=2)}, {"last sync": "warning"}),
        ({"last_success_at": NOW - timedelta(days=2)}, {"last sync": "problem"}),
        ({"last_success_at": None}, {"last sync": "warning"}),
        ({"state": "rights_revoked", "detail": "Gone."}, {"last sync": "problem"}),
        ({"state": "throttled", "retry_at": NOW + timedelta(minutes=9)}, {"throttling": "warning"}),
        ({"last_error": Throttled().sentence, "last_error_at": NOW - timedelta(hours=1)}, {"throttling": "warning"}),
        ({"outbox": OutboxCounts(failed=1)}, {"outbox": "problem"}),
        ({"outbox": OutboxCounts(waiting=2, oldest_at=NOW - timedelta(hours=2))}, {"outbox": "warning"}),
        ({"outbox": OutboxCounts(waiting=2, oldest_at=NOW)}, {}),
        ({"quarantined": 3}, {"quarantine": "warning"}),
        ({"question": "Were they deleted on purpose?"}, {"question": "warning"}),
        ({}, {}),
    ],
)
def test_state_of_a_mailbox_is_judged(changes: dict[str, object], expected: dict[str, str]) -> None:
    found = mailbox_state.state(replace(MAILBOX, **changes), NOW)  # type: ignore[arg-type]
    assert {each.check: each.level.value for each in found if each.level is not Level.OK} == expected


@pytest.mark.parametrize(("left", "level"), [(31, "ok"), (30, "warning"), (0, "warning"), (-1, "problem")])
def test_end_of_a_secret_is_an_alarm_in_time(left: int, level: str) -> None:
    today = date(2026, 3, 4)
    finding = secrets.secret_end((today + timedelta(days=left)).isoformat(), today)
    assert told(finding)[0] == level
    assert secrets.secret_end("", today) is None


def test_secret_is_named_by_where_it_belongs() -> None:
    missing = secrets.secret("app-id", Login.APPLICATION, "ada@alpine.example", is_found=False)
    assert (missing.sentence, missing.steps) == (
        "The application's secret is not found.",
        ("Set REGARDING_SECRET_APP_ID, or connect again.",),
    )


def test_network_says_which_part_of_the_way_is_broken() -> None:
    proxy = "http://proxy.example:3128"
    assert [
        told(server.reached("mail.example", "", None)),
        told(server.reached("mail.example", proxy, MailboxUnavailable("refused"))),
        told(server.reached("mail.example", "", MailboxUnavailable("Failed to resolve 'mail.example'"))),
        told(server.reached("mail.example", "", UntrustedServer("self-signed"))),
    ] == [
        ("ok", "mail.example is reached and trusted."),
        ("problem", f"mail.example cannot be reached through the proxy {proxy} (refused)."),
        ("problem", "The name mail.example is unknown here (Failed to resolve 'mail.example')."),
        ("problem", "The certificate of mail.example is not trusted (self-signed)."),
    ]


def test_autodiscover_that_leads_elsewhere_is_a_problem() -> None:
    old, new = "https://old.example/EWS/Exchange.asmx", "https://new.example/EWS/Exchange.asmx"
    levels = [server.discovered(kept, new, None, "ada@alpine.example").level.value for kept in (old, new, "")]
    assert levels == ["problem", "ok", "ok"]


def test_right_to_write_counts_only_where_something_is_written() -> None:
    one_way = {"fields": {"contact": dict.fromkeys(CARD_FIELD, "to_crm")}}
    nothing = Rights(read=False, create=False)
    reader = Rights(read=True, create=False)
    found = [
        server.folder_rights(CONTACTS, rights, settings, "ada@alpine.example")
        for rights, settings in ((nothing, {}), (None, {}), (reader, {}), (reader, one_way), (Rights(True, True), {}))
    ]
    assert [each and each.level.value for each in found] == ["problem", "problem", "warning", None, None]
    assert told(found[0]) == ("problem", "Contacts/Customers may not be read.")
    assert found[0] is not None
    assert found[0].steps == (
        'Add-MailboxFolderPermission "ada@alpine.example:\\Contacts\\Customers" -User WHO -AccessRights Editor',
    )
