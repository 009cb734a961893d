"""`regarding ui`, and `regarding` alone."""

from __future__ import annotations

from argparse import Namespace

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.service_process import running_service


def _run(context: Context, _: Namespace) -> Outcome:
    if context.as_json:
        raise CommandError("The user interface prints no JSON; give a command.")
    services = context.services()
    with running_service(context.store_url):
        context.open_ui(services)
    return Outcome()


COMMAND = Command("ui", "open the user interface (what `regarding` alone does)", _run)
