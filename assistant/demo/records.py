"""The CRM side of the demo company as CSV files: what a company had in its old system before the mail arrived."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from assistant.demo.calendar_words import working_day_after
from assistant.demo.cast import Cast, read_texts
from assistant.demo.conversations import Conversation, person, serial, utc

_PROBABILITY = {"qualify": 20, "develop": 45, "propose": 65, "close": 100}
Row = dict[str, object]


def write_records(folder: Path, conversations: list[Conversation], cast: Cast, *, now: datetime) -> dict[str, int]:
    """Write all CSV files into `folder`; the number of rows by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "users.csv": _users(cast),
        "accounts.csv": _accounts(cast),
        "contacts.csv": _contacts(cast),
        "leads.csv": _leads(cast),
        "products.csv": [
            {"name": p.name, "code": p.code, "price": p.price, "currency": "EUR"} for p in cast.products.values()
        ],
        "opportunities.csv": [_opportunity(c, cast, now) for c in conversations if c.story.kind == "deal"],
        "cases.csv": [_case(c, cast) for c in conversations if c.story.kind == "case"],
        "activities.csv": _activities(cast, now.date()),
    }
    for name, rows in tables.items():
        _write(folder / name, rows)
    return {name: len(rows) for name, rows in tables.items()}


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _users(cast: Cast) -> list[Row]:
    return [{"email": p.email, "name": p.name, "role": cast.roles[key]} for key, p in cast.staff.items()]


def _owner(cast: Cast, key: str) -> str:
    """Anna owns what is sold, the scheduler the hotels and ski schools he visits most."""
    industry = cast.accounts[key].industry if key in cast.accounts else ""
    return cast.staff["jonas" if industry in ("Hotel", "Ski school") else "anna"].email


def _accounts(cast: Cast) -> list[Row]:
    return [
        {
            "name": a.name,
            "domains": ";".join(a.domains),
            "industry": a.industry,
            "phone": a.phone,
            "city": a.city,
            "country": a.country,
            "website": f"https://www.{a.domains[0]}",
            "owner": _owner(cast, a.key),
        }
        for a in cast.accounts.values()
    ]


def _contacts(cast: Cast) -> list[Row]:
    return [
        {
            "full_name": p.name,
            "account": account.name if account else "",
            "emails": p.email,
            "phone": p.phone,
            "mobile": p.mobile,
            "title": p.title,
            "owner": _owner(cast, account.key if account else ""),
        }
        for p, account in cast.contacts()
    ]


def _leads(cast: Cast) -> list[Row]:
    return [
        {
            "full_name": row["full_name"],
            "company": row["company"],
            "emails": row["email"],
            "phone": row["phone"],
            "topic": row["topic"],
            "status": row["status"],
            "owner": cast.staff["anna"].email,
        }
        for row in read_texts("records.toml")["lead"]
    ]


def _opportunity(conversation: Conversation, cast: Cast, now: datetime) -> Row:
    """An opportunity as its talk left it: a cut talk stands one stage earlier and is still open."""
    story = conversation.story
    rng = random.Random(f"opportunity {conversation.number}")
    cut = len(conversation.steps) < len(story.steps)
    stage, status = ("qualify", "open") if cut else (story.slot("stage"), story.slot("status"))
    last = conversation.times[-1].date()
    closes = last if status != "open" else working_day_after(now.date(), rng.randint(6, 120))
    customer = person("second" if conversation.steps[0].sender == "second" else "customer", story, cast)
    return {
        "number": conversation.number,
        "title": str(story.slot("title", story.slot("what", ""))) or story.subject,
        "account": cast.accounts[conversation.account].name,
        "contact": customer.name,
        "stage": stage,
        "status": status,
        "amount": story.slot("amount"),
        "currency": "EUR",
        "close_date": closes.isoformat(),
        "probability": 0 if status == "lost" else _PROBABILITY[stage],
        "next_step": story.slot("next_step", "") if status == "open" else "",
        "next_step_date": _next_step(story.slot("next_step", ""), status, now.date(), rng),
        "owner": cast.staff["anna"].email,
        "products": story.slot("product"),
    }


def _next_step(step: str, status: str, today: date, rng: random.Random) -> str:
    return working_day_after(today, rng.randint(0, 9)).isoformat() if step and status == "open" else ""


def _case(conversation: Conversation, cast: Cast) -> Row:
    story = conversation.story
    cut = len(conversation.steps) < len(story.steps)
    answered = any(step.sender == "me" for step in conversation.steps)
    status = "resolved" if not cut else ("in_progress" if answered else "new")
    return {
        "number": conversation.number,
        "title": story.slot("what"),
        "account": cast.accounts[conversation.account].name,
        "contact": person("customer", story, cast).name,
        "status": status,
        "priority": story.slot("priority", "normal"),
        "product": story.slot("product"),
        "serial": serial(conversation),
        "description": str(story.slot("report")).replace("{serial}", serial(conversation)),
        "owner": cast.staff["support"].email,
        "created": utc(conversation.times[0]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resolved on": "" if cut else utc(conversation.times[-1]).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _activities(cast: Cast, today: date) -> list[Row]:
    return [
        {
            "kind": row["kind"],
            "subject": row["subject"],
            "account": cast.accounts[row["account"]].name,
            "date": (today + timedelta(days=row["days"])).isoformat(),
            "description": row["text"],
            "owner": cast.staff["anna"].email,
        }
        for row in read_texts("records.toml")["activity"]
    ]
