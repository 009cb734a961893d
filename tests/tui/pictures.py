"""The pictures in docs/pictures, made by the app itself on the demo company.

    python -m tests.tui.pictures [--width 120] [--height 40] [FOLDER]

Each is an SVG of what a terminal of that size shows at a fixed time, so the same program makes the same pictures.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from assistant.compose import Services
from assistant.demo.run import running_demo, sync_demo
from assistant.following.keeping_up import keep_following
from tests.tui.conftest import settle
from tui.app import RegardingApp

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)  # a Tuesday
_ROUNDS = 10  # each reads so many mails for what they ask and promise
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"

#: The picture's name -> the keys that lead to what it shows.
PICTURES: dict[str, tuple[str, ...]] = {
    "today": ("tab",),
    "inbox": ("1", "down", "down"),
    "record": ("2", "down", "enter"),
    "review": ("q", "down"),
    "why": ("q", "down", "w"),
    "opportunities": ("5",),
    "agenda": ("7", "a"),
    "calendar": ("7",),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--width", type=int, default=120)
    parser.add_argument("--height", type=int, default=40)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with running_demo(keep=False, clock=lambda: NOW) as demo:
        sync_demo(demo, progress=lambda _: None)
        for _ in range(_ROUNDS):
            keep_following(demo.services.store, now=NOW, zone="UTC")
        for name, keys in PICTURES.items():
            picture = asyncio.run(taken(demo.services, keys, (wanted.width, wanted.height)))
            (wanted.folder / f"{name}.svg").write_text(picture, "utf-8")


async def taken(services: Services, keys: tuple[str, ...], size: tuple[int, int]) -> str:
    """The screen after the keys, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        app = RegardingApp(services, preferences_path=Path(folder) / "ui.json", zone=UTC)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            return app.export_screenshot(title="Regarding")


if __name__ == "__main__":
    main()
