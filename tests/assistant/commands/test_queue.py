"""`regarding queue` and `regarding contract`: what a desk consists of is made, shown, changed and deleted."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from store.engine import open_store
from store.triage.notices import tell
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

_HOURS = ("--zone", "Europe/Berlin", "--hours", "Mon-Fri 09:00-17:00", "--holidays", "2026-12-25")


def _desk(regarding: Run) -> None:
    assert regarding("queue", "hours", "new", "Office", *_HOURS).code == 0
    promised = ("--first-response", "urgent 30 min; normal 4 h", "--resolution", "16 h")
    assert regarding("queue", "sla", "new", "Standard", "--calendar", "office", *promised).code == 0


def test_a_desk_is_set_up_shown_changed_and_taken_down(regarding: Run) -> None:
    _desk(regarding)
    address = ("--address", "support@engines.example", "--reopen-days", 7)
    made = regarding("queue", "new", "Support", "--sla", "standard", "--assignment", "round_robin", *address, "--json")
    check("queue-new", made.json)
    assert regarding("queue", "new", "Second line").code == 0
    check("queue-edit", regarding("queue", "edit", "support", "--escalate-to", "Second line", "--json").json)
    [second, support] = regarding("queue", "list", "--json").json["queues"]
    check("queue-list", {"queues": [second, support]})
    told = ("name", "address", "sla", "escalates_to", "assignment", "reopen_days")
    assert [support[name] for name in told] == [
        *("Support", "support@engines.example", "Standard", "Second line", "round_robin", 7),
    ]
    regarding("case", "new", "Squeaks", "--queue", "Support", "--priority", "urgent")
    shown = regarding("queue", "show", "Support", "--json").json
    check("queue-show", shown)
    assert [(row["title"], row["sla"]) for row in shown["work"]] == [
        ("Squeaks", {"state": "running", "due_at": "2026-03-04T12:30:00+00:00"}),
    ]
    assert regarding("queue", "show", "--view", "at_risk").out == "Nothing waits here.\n"
    refused = regarding("queue", "delete", "Support")
    assert (refused.code, refused.err) == (1, "regarding: The queue Support cannot go: 1 open case is in it.\n")
    check("queue-edit", regarding("queue", "edit", "Support", "--escalate-to", "", "--json").json)
    check("queue-delete", regarding("queue", "delete", "Second line", "--json").json)


def test_hours_and_promises_are_shown_as_they_were_written(regarding: Run) -> None:
    _desk(regarding)
    assert regarding("queue", "hours", "list").out == (
        "Office  Europe/Berlin  Mon-Fri 09:00-17:00  closed or shorter on 2026-12-25\n"
    )
    assert regarding("queue", "sla", "list").out == (
        "Standard  first response urgent 30 min; normal 4 h  resolution 16 h  in Office\n"
    )
    for name in ("hours", "sla"):
        check(f"queue-{name}-list", regarding("queue", name, "list", "--json").json)
    check("queue-hours-edit", regarding("queue", "hours", "edit", "Office", "--holidays", "", "--json").json)
    words = ("--pauses-on-hold", "yes", "--warn-at", "50")
    check("queue-sla-edit", regarding("queue", "sla", "edit", "Standard", *words, "--json").json)
    [sla] = regarding("queue", "sla", "list", "--json").json["slas"]
    assert (sla["pauses"], sla["warn_share"]) == (["on_hold", "waiting"], 0.5)
    check("queue-sla-delete", regarding("queue", "sla", "delete", "Standard", "--json").json)
    check("queue-hours-delete", regarding("queue", "hours", "delete", "Office", "--json").json)
    assert regarding("queue", "hours", "list").out == "There are no business hours yet.\n"


def test_people_join_a_queue_are_away_and_leave(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("Name,Email\nKim Abercrombie,kim@alpine.example\n", "utf-8")
    regarding("import", tmp_path / "users.csv")
    regarding("queue", "new", "Support")
    joined = regarding("queue", "member", "Support", "Kim", "--json").json
    check("queue-member", joined)
    assert joined["members"] == [{"name": "Kim Abercrombie", "away": False}]
    assert (
        regarding("queue", "member", "Support", "kim", "--away").out == "Members of Support: Kim Abercrombie (away).\n"
    )
    assert regarding("queue", "member", "Support", "kim", "--back").out == "Members of Support: Kim Abercrombie.\n"
    assert regarding("queue", "member", "Support", "kim", "--remove").out == "Members of Support: nobody.\n"
    ran = regarding("queue", "member", "Support", "kim", "--away")
    assert (ran.code, ran.err) == (1, "regarding: Kim Abercrombie is no member of Support.\n")
    ran = regarding("queue", "member", "Support", "Zoe")
    assert ran.err == "regarding: There is nothing with that number or name (no colleague is called Zoe).\n"


def test_a_contract_is_made_checked_counted_and_deleted(regarding: Run) -> None:
    regarding("account", "new", "Engines Ltd")
    regarding("contact", "new", "Ada Lovelace", "--account", "Engines Ltd")
    words = ("--starts-on", "2026-01-01", "--ends-on", "2026-12-31", "--cases-total", 2, "--caller", "Ada Lovelace")
    check("contract-new", regarding("contract", "new", "Engines Ltd", "Gold", *words, "--json").json)
    opened = regarding("case", "new", "Squeaks", "--account", "Engines Ltd", "--contact", "Ada Lovelace", "--json").json
    listed = regarding("contract", "list", "engines ltd", "--json").json
    check("contract-list", listed)
    assert [(one["cases_used"], one["cases_left"]) for one in listed["contracts"]] == [(1, 1)]
    assert regarding("contract", "check", opened["number"]).out.endswith(
        "Squeaks: Counted on Gold: 1 of 2 cases left, until 2026-12-31.\n"
    )
    check("contract-edit", regarding("contract", "edit", "gold", "--caller", "", "--json").json)
    said = regarding("contract", "check", "Engines Ltd", "--json").json
    check("contract-check", said)
    assert said["reason"] == "Covered by Gold until 2026-12-31: 1 of 2 cases is left."
    check("contract-delete", regarding("contract", "delete", "Gold", "--json").json)
    assert regarding("contract", "list").out == "There is no contract here.\n"


def test_what_cannot_be_done_is_one_sentence(regarding: Run) -> None:
    regarding("queue", "new", "There")
    regarding("queue", "delete", "There")
    nothing = "There is nothing with that number or name"
    hours = ("queue", "hours", "new", "B")
    for words, sentence in (
        (("queue", "show", "Desk"), f"{nothing} (no queue Desk; there is none yet)."),
        (("queue", "new", "B", "--sla", "x"), f"{nothing} (no SLA x; there is none yet)."),
        (("queue", "new", "B", "--escalate-to", "x"), "Escalates to: there is neither a person nor a queue x."),
        (("queue", "new", "B", "--reopen-days", "soon"), "Reopens within: 'soon' is not a whole number."),
        ((*hours, "--hours", "Mon 9-17"), "Say the time zone, with --zone."),
        ((*hours, "--hours", "Mon 9-17", "--zone", "Mars"), "'Mars' is not a time zone; write it as Europe/Berlin."),
        (
            (*hours, "--hours", "Mon", "--zone", "UTC"),
            "'Mon' are no hours of a week; write them as Mon-Fri 09:00-17:00.",
        ),
        (("queue", "sla", "new", "B"), "Say in which business hours the time counts, with --calendar."),
        (("queue", "edit", "B"), "Say what to change, for instance --address."),
        (("contract", "edit", "B"), "Say what to change, for instance --ends-on."),
    ):
        ran = regarding(*words)
        assert (ran.code, ran.out, ran.err) == (1, "", f"regarding: {sentence}\n")


def test_notices_are_listed_until_they_were_seen(regarding: Run) -> None:
    regarding("queue", "new", "Support")
    with closing(open_store(os.environ["REGARDING_STORE"])) as store, store.write() as tx:
        tell(tx, "flood", "Eve floods us.", now=NOW)
    listed = regarding("notices", "--seen", "--json").json
    check("notices", listed)
    assert [one["text"] for one in listed["notices"]] == ["Eve floods us."]
    assert regarding("notices").out == "There is nothing new to know.\n"
    assert regarding("notices", "--all").out == "just now  Eve floods us.\n"
