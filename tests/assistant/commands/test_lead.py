"""The life of leads from the command line."""

from __future__ import annotations

from pathlib import Path

from store.engine import open_store
from store.triage.rules import SCORE, RuleState, write_rules
from store.types import new_uid
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

KURT = ("lead", "new", "Kurt", "--company", "Logic AG", "--topic", "Engines", "--emails", "kurt@logic.example")
TRADE = '[[score]]\nname = "Our trade"\nwhen.industry = "Logic"\npoints = 30\n'


def test_a_lead_is_shown_before_it_is_qualified_and_what_it_became_after(regarding: Run) -> None:
    regarding(*KURT)
    preview = regarding("lead", "qualify", "Kurt", "--preview", "--json").json
    check("lead-qualify-preview", preview)
    assert preview["account"] == {"anew": {"title": "Logic AG", "domains": ["logic.example"]}, "looks_like": []}
    assert regarding("lead", "qualify", "Kurt", "--preview").out.splitlines() == [
        "LEA-00001 Kurt would become:",
        "  new account Logic AG",
        "  new contact Kurt",
        "  new opportunity Engines",
        "  with 0 activities",
    ]
    made = regarding("lead", "qualify", "Kurt", "--opportunity", "Ten engines", "--amount", "900 EUR", "--json").json
    check("lead-qualify", made)
    assert [made[kind]["number"] for kind in ("account", "contact", "opportunity")] == [
        "ACC-00001",
        "CON-00001",
        "OPP-00001",
    ]
    deal = regarding("show", "OPP-00001", "--json").json["fields"]
    assert (deal["title"], deal["amount"], deal["account"]["number"]) == ("Ten engines", "900", "ACC-00001")
    check("lead-show", regarding("lead", "show", "Kurt", "--json").json)
    assert regarding("lead", "show", "Kurt").out.splitlines()[1:] == [
        "  became account ACC-00001 Logic AG",
        "  became contact CON-00001 Kurt",
        "  became opportunity OPP-00001 Ten engines",
    ]
    check("show", regarding("show", "LEA-00001", "--json").json)
    assert regarding("show", "LEA-00001").out.splitlines()[-3:] == [
        "became account ACC-00001 Logic AG",
        "became contact CON-00001 Kurt",
        "became opportunity OPP-00001 Ten engines",
    ]
    again = regarding("lead", "qualify", "Kurt", "--account", "new", "--contact", "new")
    assert again.err == "regarding: LEA-00001 Kurt was qualified before.\n"
    regarding("undo")
    assert regarding("lead", "show", "Kurt").out == "LEA-00001 Kurt is new.\n"


def test_what_a_lead_looks_like_has_to_be_decided(regarding: Run) -> None:
    regarding("account", "new", "Logic AG", "--domains", "logic.example")
    regarding(*KURT)
    asked = regarding("lead", "qualify", "Kurt")
    assert (asked.code, asked.err) == (
        1,
        "regarding: Looks like ACC-00001 Logic AG: same name, same domain. "
        "Say --account ACC-00001, --account new or --account none.\n",
    )
    made = regarding("lead", "qualify", "Kurt", "--account", "logic ag", "--no-opportunity", "--json").json
    check("lead-qualify", made)
    assert (made["account"]["number"], made["opportunity"]) == ("ACC-00001", None)


def test_what_cannot_be_qualified_is_said(regarding: Run) -> None:
    regarding("lead", "new", "Adele")
    nothing = regarding("lead", "qualify", "Adele", "--account", "new")
    assert nothing.err == "regarding: The lead says too little for a new account; add it with regarding lead edit.\n"
    both = regarding("lead", "qualify", "Adele", "--no-opportunity", "--amount", "9")
    assert both.err == "regarding: Say either --no-opportunity or what the opportunity is to be.\n"
    neither = regarding("lead", "qualify", "Adele", "--contact", "none")
    assert neither.err == "regarding: A lead becomes an account or a contact at least.\n"


def test_a_lead_is_given_up_and_taken_up_again(regarding: Run) -> None:
    regarding(*KURT)
    check("lead-disqualify", regarding("lead", "disqualify", "Kurt", "no budget", "--json").json)
    assert regarding("lead", "show", "Kurt").out == "LEA-00001 Kurt is disqualified: no budget.\n"
    back = regarding("lead", "reactivate", "Kurt", "--json").json
    check("lead-reactivate", back)
    assert back["status"] == "new"
    assert regarding("lead", "reactivate", "Kurt").err == "regarding: LEA-00001 Kurt is not given up.\n"
    assert regarding("lead", "disqualify", "Kurt", " ").err == (
        "regarding: Say why the lead is given up: disqualifying needs a reason.\n"
    )


def test_leads_are_scored_with_reasons(regarding: Run, tmp_path: Path) -> None:
    regarding(*KURT, "--industry", "Logic")
    regarding("lead", "new", "Adele")
    no_rule = regarding("lead", "score")
    assert no_rule.err == "regarding: No rule says how promising a lead is; see docs/triage_rules.md.\n"
    store = open_store(str(tmp_path / "store.db"))
    with store.write() as tx:
        write_rules(tx, {new_uid(): RuleState(SCORE, 0, "Our trade", True, TRADE, NOW)}, now=NOW)
    store.close()
    one = regarding("lead", "score", "Kurt", "--json").json
    check("lead-score", one)
    assert one["leads"][0]["reasons"] == [
        {"rule": "Our trade", "points": 30, "because": one["leads"][0]["reasons"][0]["because"]}
    ]
    assert regarding("lead", "score").out.splitlines() == [
        "2 scored.",
        " 30  LEA-00001 Kurt",
        '   +30 Our trade: the industry is "Logic"',
        "  0  LEA-00002 Adele",
    ]
    check("lead-score", regarding("lead", "score", "--json").json)
    check("lead-show", regarding("lead", "show", "Kurt", "--json").json)


def test_leads_are_given_to_a_person_or_a_queue(regarding: Run) -> None:
    regarding(*KURT)
    regarding("lead", "new", "Adele")
    made = regarding("queue", "new", "Sales", "--kind", "lead", "--json")
    assert made.code == 0
    given = regarding("lead", "assign", "Kurt", "Adele", "--queue", "sales", "--json").json
    check("lead-assign", given)
    assert given["numbers"] == ["LEA-00001", "LEA-00002"]
    assert regarding("show", "Adele", "--json").json["fields"]["queue"] == "Sales"
    assert regarding("lead", "assign", "Kurt").err == "regarding: Say to whom with --to, or to which --queue.\n"
