"""The folder the sandbox Exchange loads: files of mail, calendar and contacts with an index of where each item lies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.demo.conversations import utc


@dataclass(slots=True)
class DemoFolder:
    """Collects items while it writes their files; `finish` writes the index."""

    root: Path
    items: list[dict[str, Any]] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)

    def save(self, kind: str, suffix: str, data: bytes) -> str:
        """Write one file and return its path within the folder, with forward slashes."""
        self.written[kind] += 1
        path = self.root / kind / f"{self.written[kind]:04}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return f"{kind}/{path.name}"

    def place(
        self,
        file: str,
        *,
        mailbox: str,
        folder: str,
        received: datetime,
        item_class: str = "IPM.Note",
        read: bool = True,
        flagged: bool = False,
        categories: Iterable[str] = (),
    ) -> None:
        """Put a written file into a mailbox's folder."""
        self.items.append(
            {
                "mailbox": mailbox,
                "folder": folder,
                "file": file,
                "received": utc(received).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "read": read,
                "flagged": flagged,
                "categories": list(categories),
                "item_class": item_class,
            }
        )

    def finish(self, mailboxes: list[dict[str, str]]) -> Path:
        """Write index.json and return its path."""
        path = self.root / "index.json"
        items = sorted(self.items, key=lambda item: (item["received"], item["file"], item["mailbox"], item["folder"]))
        index = {"version": 1, "mailboxes": mailboxes, "items": items}
        path.write_text(json.dumps(index, indent=1, ensure_ascii=False), encoding="utf-8")
        return path
