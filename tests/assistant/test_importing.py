"""Importing files: what the store refuses waits under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.importing import import_files
from calendar_sync.ingest import PreparedEvent
from store.engine import Store
from store.sync.quarantine import waiting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _calendar(titles: Sequence[str]) -> str:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:u{number}\r\nSUMMARY:{title}\r\nDTSTART:20260302T100000Z\r\nEND:VEVENT\r\n"
        for number, title in enumerate(titles)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"


def _refusing(write: Callable[..., int]) -> Callable[..., int]:
    def refuse(tx: Any, mailbox_id: int, items: Sequence[PreparedEvent], *, now: datetime) -> int:
        if any(item.appointment.subject == "Refused" for item in items):
            raise ValueError("it is refused")
        return write(tx, mailbox_id, items, now=now)

    return refuse


def test_each_refused_event_of_one_file_waits_in_quarantine(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant import importing

    monkeypatch.setitem(importing._WRITERS, "appointment", _refusing(importing._WRITERS["appointment"]))
    monkeypatch.setattr(importing, "_CHUNK_ITEMS", 2)
    path = tmp_path / "week.ics"
    path.write_text(_calendar(["Refused", "Guns", "Snow", "Refused", "Lifts", "Ice"]))
    report = import_files(store, [path], clock=lambda: NOW, progress=lambda _: None)
    assert (report.new, report.known, len(report.quarantined)) == (4, 0, 2)
    with store.read() as tx:
        assert [entry.source for entry in waiting(tx)] == [
            f"{path} (appointment 1)",
            f"{path} (appointment 4)",
        ]


@pytest.mark.skipif("sys.platform != 'linux'", reason="platform: file names are bytes only there")
def test_file_whose_name_is_no_text_is_put_aside_under_what_can_be_shown(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.eml"
    path.write_bytes(b"\0\1\2 nothing")
    report = import_files(store, [path], clock=lambda: NOW, progress=lambda _: None)
    assert len(report.quarantined) == 1
    with store.read() as tx:
        assert [entry.source for entry in waiting(tx)] == [f"{tmp_path}/caf\ufffd.eml"]
