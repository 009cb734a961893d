"""The demo company as a whole: what the sandbox and the importers will find in its folder."""

from __future__ import annotations

import csv
import email
import email.policy
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar, Event

from assistant.demo.company import DemoCompany, write_company

NOW = datetime(2026, 11, 12, 13, 20, tzinfo=UTC)
ODD_MOMENTS = (
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # Sunday, half an hour after Europe's clocks went forward
    datetime(2026, 8, 2, 22, 5, tzinfo=UTC),  # five past midnight on a Monday at home
    datetime(2026, 1, 1, 9, 0, tzinfo=UTC),
)


@dataclass(frozen=True)
class Written:
    company: DemoCompany
    items: list[dict[str, Any]]
    mails: dict[str, EmailMessage]  # by file


def read_company(folder: Path, now: datetime) -> Written:
    company = write_company(folder, now=now)
    items = json.loads(company.index.read_text(encoding="utf-8"))["items"]
    mails = {}
    for path in sorted((folder / "mail").iterdir()):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        mails[f"mail/{path.name}"] = mail
    return Written(company, items, mails)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return read_company(tmp_path_factory.mktemp("demo"), NOW)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def events(calendar: str | bytes) -> list[Event]:
    return [found for found in Calendar.from_ical(calendar).walk("VEVENT") if isinstance(found, Event)]


def message_ids(written: Written) -> set[str]:
    return {str(mail["Message-ID"]).strip() for mail in written.mails.values()}


def test_company_is_the_same_for_the_same_now(tmp_path: Path) -> None:
    write_company(tmp_path / "a", now=NOW)
    write_company(tmp_path / "b", now=NOW)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_company_refuses_a_naive_now(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="aware"):
        write_company(tmp_path, now=datetime(2026, 11, 12))  # noqa: DTZ001


@pytest.mark.parametrize("now", ODD_MOMENTS)
def test_company_is_as_large_and_never_in_the_future_at_any_now(tmp_path: Path, now: datetime) -> None:
    written = read_company(tmp_path, now)
    counts = written.company.counts
    assert (counts.mails >= 600, counts.threads >= 150, counts.contacts >= 80, counts.appointments >= 60) == (True,) * 4
    late = [file for file, mail in written.mails.items() if parsedate_to_datetime(mail["Date"]) > now]
    assert late == []
    assert [item for item in written.items if item["received"] > now.strftime("%Y-%m-%dT%H:%M:%SZ")] == []


def test_counts_are_what_lies_in_the_folder(written: Written) -> None:
    counts = written.company.counts
    uids = set()
    for path in (written.company.folder / "calendar").iterdir():
        uids |= {str(event["UID"]) for event in events(path.read_bytes())}
    assert counts.mails == len(message_ids(written))
    assert counts.items == len(written.items)
    assert counts.appointments == len(uids)
    assert counts.contacts == len(list((written.company.folder / "contacts").iterdir()))
    for name, rows in counts.records.items():
        with (written.company.crm / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == rows


def test_index_names_every_file_and_no_other(written: Written) -> None:
    folder = written.company.folder
    files = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".eml", ".ics", ".vcf")
    }
    assert {item["file"] for item in written.items} == files
    addresses = {mailbox.address for mailbox in written.company.mailboxes}
    assert {item["mailbox"] for item in written.items} == addresses


def test_index_uses_the_folders_of_exchange(written: Written) -> None:
    assert {item["folder"] for item in written.items} == {
        "inbox",
        "inbox/Customers",
        "sentitems",
        "drafts",
        "junkemail",
        "deleteditems",
        "contacts",
        "calendar",
    }


def test_every_mail_has_the_headers_of_a_mail(written: Written) -> None:
    for file, mail in written.mails.items():
        missing = [name for name in ("From", "To", "Subject", "Date", "Message-ID") if not mail[name]]
        assert (file, missing, mail.defects) == (file, [], [])


def test_every_part_decodes_without_defects(written: Written) -> None:
    defects = {file: part.defects for file, mail in written.mails.items() for part in mail.walk() if part.defects}
    assert defects == {}


def test_every_answer_refers_to_a_mail_that_exists(written: Written) -> None:
    known = message_ids(written)
    named = {
        reference
        for mail in written.mails.values()
        for header in ("In-Reply-To", "References")
        for reference in str(mail[header] or "").split()
    }
    assert named - known == set()
    assert len(named) > 300


def test_an_answer_is_younger_than_the_mail_it_answers(written: Written) -> None:
    dates = {str(m["Message-ID"]).strip(): parsedate_to_datetime(m["Date"]) for m in written.mails.values()}
    early = [
        file
        for file, mail in written.mails.items()
        if mail["In-Reply-To"] and dates[str(mail["In-Reply-To"]).strip()] >= parsedate_to_datetime(mail["Date"])
    ]
    assert early == []


def test_one_thread_has_more_than_twenty_mails(written: Written) -> None:
    roots: Counter[str] = Counter()
    seen: set[str] = set()
    for mail in written.mails.values():
        if mail["Message-ID"] not in seen:
            seen.add(mail["Message-ID"])
            roots[str(mail["References"] or mail["Message-ID"]).split()[0]] += 1
    assert roots.most_common(1)[0][1] > 20


def test_a_mail_between_mailboxes_is_one_message_in_both(written: Written) -> None:
    places: dict[str, set[str]] = {}
    for item in written.items:
        if item["file"].startswith("mail/"):
            key = str(written.mails[item["file"]]["Message-ID"])
            places.setdefault(key, set()).add(f"{item['mailbox']} {item['folder']}")
    shared = [p for p in places.values() if len({place.partition(" ")[0] for place in p}) > 1]
    assert len(shared) > 20


def test_mails_arrived_today_and_yesterday_and_wait_unread(written: Written) -> None:
    inbox = [item for item in written.items if item["folder"] == "inbox"]
    today, yesterday = NOW.date(), NOW.date() - timedelta(days=1)
    arrived = Counter(date.fromisoformat(item["received"][:10]) for item in inbox if not item["read"])
    assert (arrived[today] >= 5, arrived[yesterday] >= 5) == (True, True)


def test_mails_span_ninety_days(written: Written) -> None:
    dates = [parsedate_to_datetime(mail["Date"]) for mail in written.mails.values()]
    assert timedelta(days=75) < NOW - min(dates) <= timedelta(days=92)


def test_no_mail_shows_an_unfilled_slot(written: Written) -> None:
    found = set()
    for file, mail in written.mails.items():
        part = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n{part.get_content() if part else ''}"
        if re.search(r"\{[~\w+]*\}|<[^<>@]*\|[^<>]*>", text):
            found.add(file)
    assert found == set()


def test_no_two_threads_begin_with_the_same_words(written: Written) -> None:
    openings: dict[str, str] = {}
    for mail in written.mails.values():
        part = mail.get_body(("plain",))
        if mail["In-Reply-To"] or part is None or mail["List-Id"]:
            continue
        sentences = [line for line in part.get_content().splitlines() if len(line) > 60]
        if sentences:
            assert openings.setdefault(sentences[0], str(mail["Message-ID"])) == str(mail["Message-ID"])


def test_addresses_are_harmless(written: Written) -> None:
    domains = {
        address.domain.lower()
        for mail in written.mails.values()
        for header in ("From", "To", "Cc")
        if mail[header] is not None
        for address in mail[header].addresses
    }
    assert {d for d in domains if not d.endswith(".example")} == {"gmail.com", "outlook.com"}


def test_answers_carry_the_prefixes_of_many_mail_programs(written: Written) -> None:
    prefixes = {str(mail["Subject"]).partition(":")[0] for mail in written.mails.values()}
    assert {"RE", "AW", "SV", "R", "Re", "WG", "VB", "FW"} - prefixes == set()


def test_every_curiosity_is_there(written: Written) -> None:
    kinds = {part.get_content_type() for mail in written.mails.values() for part in mail.walk()}
    assert {
        "application/pdf",
        "application/pkcs7-mime",
        "image/png",
        "message/delivery-status",
        "multipart/related",
        "multipart/report",
        "text/calendar",
        "text/html",
        "text/rfc822-headers",
    } - kinds == set()
    classes = Counter(item["item_class"] for item in written.items)
    assert set(classes) == {
        "IPM.Appointment",
        "IPM.Contact",
        "IPM.Note",
        "IPM.Note.Rules.OofTemplate.Microsoft",
        "IPM.Note.SMIME",
        "IPM.Schedule.Meeting.Canceled",
        "IPM.Schedule.Meeting.Request",
        "IPM.Schedule.Meeting.Resp.Neg",
        "IPM.Schedule.Meeting.Resp.Pos",
        "IPM.Schedule.Meeting.Resp.Tent",
        "REPORT.IPM.Note.NDR",
    }


def test_a_hostile_subject_keeps_its_escapes_and_markup(written: Written) -> None:
    hostile = [m for m in written.mails.values() if "\x1b[2J" in str(m["Subject"]) and "[bold]" in str(m["Subject"])]
    assert len(hostile) == 1


def test_a_stranger_quotes_the_number_of_a_real_case(written: Written) -> None:
    with (written.company.crm / "cases.csv").open(encoding="utf-8", newline="") as file:
        numbers = {row["number"] for row in csv.DictReader(file)}
    quoting = {mail["From"].addresses[0].domain: str(mail["Subject"]) for mail in written.mails.values()}
    assert quoting["quillparts.example"] == "CAS-01023 please reopen"
    assert "CAS-01023" in numbers


def test_two_people_share_a_name_at_two_companies(written: Written) -> None:
    with (written.company.crm / "contacts.csv").open(encoding="utf-8", newline="") as file:
        names = Counter(row["full_name"] for row in csv.DictReader(file))
    assert [name for name, count in names.items() if count > 1] == ["Martin Berger"]


def test_every_calendar_file_reads_and_series_have_exceptions(written: Written) -> None:
    rules, exceptions, deleted = 0, 0, 0
    for path in (written.company.folder / "calendar").iterdir():
        for event in events(path.read_bytes()):
            assert event.errors == []
            rules += "RRULE" in event
            exceptions += "RECURRENCE-ID" in event
            deleted += "EXDATE" in event
    assert (rules, exceptions >= 5, deleted >= 4) == (9, True, True)


def test_invitations_carry_the_uid_of_a_calendar_entry(written: Written) -> None:
    known = set()
    for path in (written.company.folder / "calendar").iterdir():
        known |= {str(event["UID"]) for event in events(path.read_bytes())}
    carried = {
        str(event["UID"])
        for mail in written.mails.values()
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
        for event in events(part.get_content())
    }
    assert len(carried) > 30
    assert carried - known == set()


def test_today_and_the_week_are_busy(written: Written) -> None:
    days: Counter[date] = Counter()
    for path in (written.company.folder / "calendar").iterdir():
        for event in events(path.read_bytes()):
            start = event.start
            days[start.astimezone(UTC).date() if isinstance(start, datetime) else start] += 1
    assert days[NOW.date()] >= 7
    assert sum(days[NOW.date() + timedelta(days=n)] for n in range(7)) >= 18


def test_every_card_reads(written: Written) -> None:
    for path in (written.company.folder / "contacts").iterdir():
        card = vobject.readOne(path.read_text(encoding="utf-8"))
        assert (bool(card.fn.value), "@" in card.email.value) == (True, True)


def test_records_name_only_accounts_and_contacts_that_exist(written: Written) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (written.company.crm / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    accounts = {row["name"] for row in rows("accounts.csv")}
    contacts = {row["full_name"] for row in rows("contacts.csv")}
    products = {row["code"] for row in rows("products.csv")}
    deals, cases = rows("opportunities.csv"), rows("cases.csv")
    assert {row["account"] for row in deals + cases + rows("activities.csv")} - accounts == set()
    assert {row["contact"] for row in deals + cases} - contacts == set()
    assert {row["product"] for row in cases} | {row["products"] for row in deals} <= products
    assert {row["status"] for row in cases} == {"new", "in_progress", "resolved"}
    assert {row["status"] for row in deals} == {"open", "won", "lost"}
