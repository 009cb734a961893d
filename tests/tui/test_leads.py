"""The life of a lead on the screen: scored with reasons, qualified with a preview, given up, taken up again."""

from __future__ import annotations

from assistant.compose import Services
from store.actor import SYSTEM
from store.queries.leads import lead_standing
from store.records.writing import create_record
from store.triage.rules import SCORE, RuleState, write_rules
from store.types import new_uid
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import assert_fits

PAULA = {
    "title": "Paula Bento",
    "company": "Zwettler Zwirn",
    "topic": "Forty guns",
    "industry": "Retail",
    "emails": "paula@zwirn.example",
}
ZWIRN = {"title": "Zwettler Zwirn GmbH", "domains": "zwirn.example"}
TRADE = '[[score]]\nname = "Our trade"\nwhen.industry = "Retail"\npoints = 30\n'


def lead(services: Services) -> int:
    """A new lead whose company is there already; a rule says how promising it is."""
    with services.store.write() as tx:
        write_rules(tx, {new_uid(): RuleState(SCORE, 0, "Our trade", True, TRADE, world.NOW)}, now=world.NOW)
        create_record(tx, "account", ZWIRN, by=SYSTEM, now=world.NOW)
        return create_record(tx, "lead", PAULA, by=SYSTEM, now=world.NOW).record_id


def status(services: Services, record_id: int) -> str:
    return services.read(lead_standing, record_id).status


async def test_a_lead_is_given_up_taken_up_again_and_qualified_which_undo_takes_back(
    run: Run, services: Services
) -> None:
    paula = lead(services)
    async with run("4") as (app, pilot):
        await pilot.press("f", *"Bento", "enter")
        await until(pilot, lambda: any("1 by name" in line for line in screen_text(app)))
        await press(pilot, "G")
        await pilot.press(*"budget", "ctrl+s")
        await until(pilot, lambda: any(said.startswith("Gave up lead") for said in toasts(app)))
        assert services.read(lead_standing, paula).disqualify_reason == "budget"
        await until(pilot, lambda: any("Disqualified" in line for line in screen_text(app)))
        await press(pilot, "G")
        await until(pilot, lambda: status(services, paula) == "new")
        await press(pilot, "enter")
        await until(pilot, lambda: any("Score 30 of 100" in line for line in screen_text(app)))
        await press(pilot, "P")
        await until(pilot, lambda: any("GmbH: same name, same domain." in line for line in screen_text(app)))
        assert_fits(app)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any(line.split(" ")[1:2] == ["Became"] for line in screen_text(app)))
        became = services.read(lead_standing, paula).became
        assert [(one.kind, one.title) for one in became] == [
            ("account", "Zwettler Zwirn GmbH"),
            ("contact", "Paula Bento"),
            ("opportunity", "Forty guns"),
        ]
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: status(services, paula) == "new")
