"""Triage rules: written and changed in a form or as text, switched, moved, deleted, and tried on past mail."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.triage.forms import begun_text, form_fields, form_text, form_values
from assistant.triage.model import Rule, RuleKind
from assistant.triage.playing import play
from assistant.triage.stored import KeptRule, all_rules, save_text
from store.dates import shifted
from store.history.operations import undo
from store.queries.history import AutomaticAct
from store.records.fields import Field, FieldType
from store.triage.keeping import delete_rules, enable_rules, move_rule
from store.triage.rules import KINDS
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.rule import RuleDialog
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen
    from tui.screens.rules import RulesScreen

_TEXT = Field("text", "Rule", FieldType.LONG_TEXT, required=True, help="as docs/triage_rules.md tells")
_CHOICES = ("Mail that comes in", "A new lead", "How promising a lead is", "Mail, as TOML")
_LOOK_BACK = timedelta(days=30)
_MOST = 500  # mails that rules are tried on


async def create(screen: RulesScreen) -> None:
    """Ask what the rule is about, then for what it says."""
    place = await screen.app.push_screen_wait(ChooseDialog("A rule for what?", [Content(one) for one in _CHOICES]))
    if place is None:
        return
    if place >= len(KINDS):
        await _ask_text(screen, "New rule", begun_text(KINDS[0]), None)
    else:
        await _ask_form(screen, "New rule", KINDS[place], None)


async def edit(screen: RulesScreen, kept: KeptRule) -> None:
    """Show the rule in a form; one that cannot be read, as text."""
    if kept.rule is None:
        await write(screen, kept)
    else:
        await _ask_form(screen, "Change rule", kept.stored.state.kind, kept)


async def write(screen: RulesScreen, kept: KeptRule) -> None:
    """Show the rule as TOML."""
    await _ask_text(screen, "Change rule", kept.stored.state.written, kept)


async def switch(screen: RulesScreen, kept: KeptRule) -> None:
    """Switch it on or off."""
    await screen.perform(enable_rules, [kept.stored.uid], not kept.stored.state.enabled)
    await announce(screen)


async def move(screen: RulesScreen, kept: KeptRule, steps: int) -> None:
    """Move it up or down among the rules of its kind."""
    await screen.perform(move_rule, kept.stored.uid, steps)


async def delete(screen: RulesScreen, kept: KeptRule) -> None:
    """Ask, and delete."""
    told = f"{line(kept.stored.name)}\nWhat it did stays. Ctrl+Z brings it back."
    if await screen.app.push_screen_wait(ConfirmDialog("Delete this rule?", told)):
        await screen.perform(delete_rules, [kept.stored.uid])
        await announce(screen)


async def take_back(screen: BaseScreen, acts: Sequence[AutomaticAct]) -> None:
    """Ask which of these acts of rules, where there are several, and take it back."""
    choices = [
        Content.assemble((f"rule {line(act.rule)}: " if act.rule else "", "$accent"), line(act.summary)) for act in acts
    ]
    place = await screen.app.push_screen_wait(ChooseDialog("Take back what?", choices))
    if place is not None:
        await screen.perform(undo, acts[place].uid)
        await announce(screen)


async def try_on_past_mail(screen: RulesScreen) -> None:
    """Play the rules that are switched on over the mail of the last days, and show what each would have done."""
    kept = await screen.fetch(all_rules)
    rules = [one.rule for one in kept if one.stored.state.enabled and isinstance(one.rule, Rule)]
    mail = [rule for rule in rules if rule.kind is RuleKind.MAIL]
    if not mail:
        screen.notify("No rule for mail is switched on.", markup=False)
        return
    since = shifted(screen.now(), -_LOOK_BACK)
    played = await asyncio.to_thread(partial(play, screen.services, mail, since, limit=_MOST))
    screen.show_play(played)


async def _ask_form(screen: RulesScreen, heading: str, kind: str, kept: KeptRule | None) -> None:
    rule = kept.rule if kept is not None else None
    given = form_values(rule) if rule is not None else {}

    async def submit(changed: Mapping[str, Any]) -> str:
        text = form_text(kind, {**given, **changed}, rule)
        return await screen.perform(save_text, text, uid=kept.stored.uid if kept else None, in_form=True)

    form = RuleDialog(heading, form_fields(kind), given, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        await announce(screen)


async def _ask_text(screen: RulesScreen, heading: str, text: str, kept: KeptRule | None) -> None:
    async def submit(changed: Mapping[str, Any]) -> str:
        return await screen.perform(save_text, changed.get("text", text), uid=kept.stored.uid if kept else None)

    form = FormDialog(heading, (_TEXT,), {"text": text}, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        await announce(screen)
