"""On CI a skipped test is a failed one: there every corpus, server and program must be at hand.

Only what a platform cannot do may be left out, with a reason that begins with "platform:".
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from typing import TypeVar

import pytest

pytest_plugins = ("tests.stores",)

R = TypeVar("R", pytest.TestReport, pytest.CollectReport)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: searching it for garbage again and again takes a good part of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return fail_skipped_on_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return fail_skipped_on_ci((yield))


def fail_skipped_on_ci(report: R) -> R:
    """The report, failed where it was skipped for a reason that CI does not accept."""
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if not reason.startswith("platform:"):
            report.outcome = "failed"
            report.longrepr = f"skipped on CI, where nothing may be missing: {reason}"
    return report
