"""Whether `regarding demo --no-ui --json` synced and linked the whole sample company: `check_demo.py FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LEAST = {"email": 600, "thread": 150, "contact": 80, "appointment": 60, "linked": 300}


def complaints(lines: list[str]) -> list[str]:
    """What is wrong with the demo's output; empty when all is well."""
    if len(lines) != 1:
        return [f"stdout has {len(lines)} lines instead of one"]
    told: dict[str, Any] = json.loads(lines[0])
    stored, company = told["stored"], told["company"]
    found = [
        f"{stored[name]} {name}, at least {least} expected" for name, least in LEAST.items() if stored[name] < least
    ]
    if stored["appointment"] < company["appointments"]:
        found.append(f"{stored['appointment']} appointments stored of {company['appointments']} that the company wrote")
    aside = [each for mailbox in told["mailboxes"] for each in mailbox["quarantined"]]
    found += [f"in quarantine: {each['source']}: {each['reason']}" for each in aside]
    found += [f"{mailbox['mailbox']}: {mailbox['error']}" for mailbox in told["mailboxes"] if mailbox["error"]]
    return found


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text("utf-8")
    wrong = complaints(text.splitlines())
    sys.stdout.writelines(f"{line}\n" for line in wrong or [text[:400]])
    sys.exit(bool(wrong))
