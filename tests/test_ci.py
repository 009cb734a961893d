"""What CI relies on: skips that fail, and a check of the demo that can say no."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fail_skipped_on_ci

CHECK = Path(__file__).resolve().parent.parent / ".ci" / "check_demo.py"


def report(reason: str) -> pytest.TestReport:
    return pytest.TestReport("t", ("t.py", 1, "t"), {}, "skipped", ("t.py", 1, f"Skipped: {reason}"), "call")


def test_a_skip_fails_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert fail_skipped_on_ci(report("no corpus")).outcome == "failed"


def test_a_skip_for_the_platform_stays_a_skip_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert fail_skipped_on_ci(report("platform: not on Windows")).outcome == "skipped"


def test_a_skip_elsewhere_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert fail_skipped_on_ci(report("no corpus")).outcome == "skipped"


def complaints(**changes: Any) -> list[str]:
    told: dict[str, Any] = {
        "mailboxes": [{"mailbox": "anna", "error": "", "quarantined": []}],
        "company": {"appointments": 62},
        "stored": {"email": 660, "thread": 190, "contact": 84, "appointment": 62, "linked": 600},
    }
    for path, value in changes.items():
        part, _, name = path.partition("__")
        told[part][0 if isinstance(told[part], list) else name] = value
    spec = importlib.util.spec_from_file_location("check_demo", CHECK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.complaints([json.dumps(told)])
    return found


def test_a_whole_demo_passes() -> None:
    assert complaints() == []


@pytest.mark.parametrize("name", ["email", "thread", "contact", "appointment", "linked"])
def test_a_demo_that_lacks_something_does_not(name: str) -> None:
    assert complaints(**{f"stored__{name}": 1}) != []


def test_a_demo_whose_mailbox_failed_does_not() -> None:
    failed = {"mailbox": "anna", "error": "It is closed.", "quarantined": []}
    assert complaints(mailboxes__0=failed) == ["anna: It is closed."]


def test_a_demo_with_something_in_quarantine_does_not() -> None:
    aside = {"mailbox": "anna", "error": "", "quarantined": [{"source": "a", "reason": "b"}]}
    assert complaints(mailboxes__0=aside) == ["in quarantine: a: b"]
