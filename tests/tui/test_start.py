"""What the UI imports before its first paint."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, sys
from assistant.compose import compose
import tui.entry
assert "textual" not in sys.modules
services = compose(sys.argv[1], user_email=sys.argv[2])
from tui.app import RegardingApp
async def main():
    app = RegardingApp(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.day.pages.loaded
asyncio.run(main())
heavy = {"alembic", "keyring", "phonenumbers", "exchangelib", "icalendar", "nh3"}
print(sorted(heavy & set(sys.modules)))
"""


def test_heavy_libraries_are_not_imported_before_the_first_paint(path: Path) -> None:
    from tests.tui.world import ME

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), ME],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
