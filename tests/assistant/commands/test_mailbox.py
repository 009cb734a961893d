"""`regarding mailbox`: what writing from a mailbox needs is shown and set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.compose import compose
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

ANNA = "anna@alpine.example"


@pytest.fixture
def anna(regarding: Run) -> Run:
    """Commands on a store with Anna's mailbox."""
    services = compose(os.environ["REGARDING_STORE"])
    with services.store.write() as tx:
        add_mailbox(tx, address=ANNA, provider="exchange", now=NOW)
    services.close()
    return regarding


def test_what_nobody_chose_is_shown_as_it_counts(anna: Run) -> None:
    shown = anna("mailbox", "show", ANNA, "--json").json
    check("mailbox-show", shown)
    assert shown == {
        "mailbox": ANNA,
        "signature": "",
        "aliases": [],
        "send_as": [],
        "show_links": False,
        "may_delete": False,
        "quiet_hour": None,
        "fields": {},
    }
    assert anna("mailbox", "show", ANNA).out.splitlines() == [
        ANNA,
        "  aliases     none",
        "  send as     none",
        "  show links  no",
        "  may delete  no",
        "  quiet hour  3:00",
        "  no signature",
    ]


def test_settings_are_set_some_at_a_time_and_the_rest_stays(anna: Run, tmp_path: Path) -> None:
    signature = tmp_path / "signature.txt"
    signature.write_text("Anna Hofer\nAlpine Ski House\n\n", "utf-8")
    first = ("--signature-file", signature, "--alias", "Sales@alpine.example", "--alias", "ski@alpine.example")
    check("mailbox-set", anna("mailbox", "set", ANNA, *first, "--show-links", "--json").json)
    assert (
        anna("mailbox", "set", ANNA, "--may-delete", "--quiet-hour", 0, "--alias", "").out == f"{ANNA} was changed.\n"
    )
    shown = anna("mailbox", "show", ANNA, "--json").json
    check("mailbox-show", shown)
    assert shown == {
        "mailbox": ANNA,
        "signature": "Anna Hofer\nAlpine Ski House",
        "aliases": [],
        "send_as": [],
        "show_links": True,
        "may_delete": True,
        "quiet_hour": 0,
        "fields": {},
    }


def test_directions_of_fields_are_set_one_by_one_and_two_way_is_the_default_again(anna: Run) -> None:
    def fields() -> object:
        shown = anna("mailbox", "show", ANNA, "--json").json
        check("mailbox-show", shown)
        return shown["fields"]

    ways = ("--field", "contact.job_title=to_crm", "--field", "appointment.categories=none")
    anna("mailbox", "set", ANNA, *ways)
    anna("mailbox", "set", ANNA, "--field", "contact.description=to_outlook")
    assert fields() == {
        "contact": {"job_title": "to_crm", "description": "to_outlook"},
        "appointment": {"categories": "none"},
    }
    assert "  contact.job_title" in anna("mailbox", "show", ANNA).out
    anna("mailbox", "set", ANNA, "--field", "appointment.categories=two_way", "--field", "contact.job_title=two_way")
    assert fields() == {"contact": {"description": "to_outlook"}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say what to change, for instance --signature."),
        (("--alias", "sales"), "'sales' is not an e-mail address."),
        (("--quiet-hour", "24"), "There is no hour 24; a day has 0 to 23."),
        (
            ("--field", "job_title=to_crm"),
            "'job_title=to_crm' does not name a field, as contact.job_title=to_crm does.",
        ),
        (
            ("--field", "contact.phone=sideways"),
            "'sideways' is no direction; there are two_way, to_crm, to_outlook, none.",
        ),
        (("--signature-file", "absent.txt"), "absent.txt cannot be read (No such file or directory)."),
    ],
)
def test_what_makes_no_sense_is_one_sentence(anna: Run, words: tuple[str, ...], said: str) -> None:
    ran = anna("mailbox", "set", ANNA, *words)
    assert (ran.code, ran.out, ran.err) == (1, "", f"regarding: {said}\n")


def test_a_field_that_is_none_is_told_with_those_that_are(anna: Run) -> None:
    ran = anna("mailbox", "set", ANNA, "--field", "contact.jobtitle=to_crm")
    assert ran.err.startswith("regarding: A contact has no field 'jobtitle'; it has title, given_name,")
    ran = anna("mailbox", "set", ANNA, "--field", "appointment.recurrence=to_crm")
    assert ran.err.startswith("regarding: An appointment has no field 'recurrence'; it has title, when,")


def test_a_mailbox_that_is_not_connected_is_one_sentence(anna: Run) -> None:
    for words in (("show", "nobody@alpine.example"), ("set", "nobody@alpine.example", "--signature", "x")):
        ran = anna("mailbox", *words)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
