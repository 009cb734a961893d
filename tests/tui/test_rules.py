"""Triage rules on the screen: written in a form and as text, tried on past mail, switched and moved."""

from __future__ import annotations

from assistant.compose import Services
from assistant.triage.stored import all_rules, save_text
from store.actor import rule_actor
from store.records.writing import create_record
from tests.tui.conftest import Run, screen_text, settle, typed
from tests.tui.test_changes import press, until
from tui.app import RegardingApp
from tui.dialogs.form import FormDialog
from tui.screens.rules import RulesScreen

ALL = '[[mail]]\nname = "Rest"\nwhen.known = true\nthen.create = "case"\n'
MACHINES = '[[mail]]\nname = "Machines"\nunless.noise = "person"\nthen.ignore = true\n'


def names(services: Services) -> list[tuple[str, bool]]:
    return [(one.stored.name, one.stored.state.enabled) for one in services.read(all_rules)]


def shown(app: RegardingApp) -> str:
    return "\n".join(screen_text(app))


async def test_rules_are_written_tried_moved_and_switched(run: Run, services: Services) -> None:
    for text in (ALL, MACHINES):
        services.do(save_text, text)
    async with run() as (app, pilot):
        app.action_show_mode("rules")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, RulesScreen)
        assert "sender is known: yes" in shown(app)
        assert "● Machines" in shown(app) and "not relevant" in shown(app)

        await press(pilot, "n", "enter")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await typed(pilot, "Printers")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "The rule does nothing; fill in" in shown(app))
        await press(pilot, "escape", "enter")  # and yes, what was typed is given up
        await until(pilot, lambda: app.screen is screen)

        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await typed(pilot, "]]")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "is no TOML" in shown(app))
        await press(pilot, "escape", "enter")
        await until(pilot, lambda: app.screen is screen)

        await press(pilot, "y")
        await until(pilot, lambda: "It fits 125 of 125 past mails" in shown(app))
        await press(pilot, "d")
        await until(pilot, lambda: [name for name, _ in names(services)] == ["Machines", "Rest"])
        await press(pilot, "s")
        await until(pilot, lambda: not all(enabled for _, enabled in names(services)))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: all(enabled for _, enabled in names(services)))


async def test_what_a_rule_made_is_told_on_its_record_and_taken_back(run: Run, services: Services) -> None:
    services.do(save_text, ALL)
    [rule] = services.read(all_rules)
    made = services.do(create_record, "case", {"title": "Toner"}, by=rule_actor(rule.stored.rule_id, rule.stored.name))
    async with run() as (app, pilot):
        app.open_record(made.record_id)
        await settle(pilot)
        assert "rule Rest: Created case" in shown(app)
        await press(pilot, "Z", "enter")
        await until(pilot, lambda: "taken back" in shown(app))
