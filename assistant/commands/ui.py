"""`regarding ui`, and `regarding` alone."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.with_model import always_model
from assistant.service_process import ServiceChild


def _run(context: Context, _: Namespace) -> Outcome:
    if context.as_json:
        raise CommandError("The user interface prints no JSON; give a command.")
    services = context.services()
    with ServiceChild(context.store_url) as service:
        context.open_ui(replace(services, painted=service.start, model=always_model(context)))
    return Outcome()


COMMAND = Command("ui", "open the user interface (what `regarding` alone does)", _run, makes_store=True)
