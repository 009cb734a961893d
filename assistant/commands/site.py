"""`regarding site`: places that resources belong to, when they are closed, and how long the way between areas takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.things import Noun, list_things, things_commands
from assistant.commands.words import table
from assistant.scheduling.setup.files import TRAVEL, read_travel_csv
from assistant.scheduling.setup.telling import site_payload, site_texts
from store.queries.scheduling.setup import setup
from store.scheduling.fields import SITE_FIELDS
from store.scheduling.reading import Setup, Thing
from store.scheduling.sorts import SITE
from store.scheduling.travelling import set_travel


def _row(known: Setup, site: Thing) -> tuple[str, ...]:
    texts = site_texts(known, site)
    closed = f"closed on {texts['closures']}" if texts["closures"] else ""
    return site.name, texts["zone"], texts["area"], closed


def _travel_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a CSV of from, to and minutes; it replaces all"
    )
    parser.add_argument("--default", type=int, metavar="MINUTES", help="where no way is known")


def _travel(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    uid = None
    if arguments.file is not None or arguments.default is not None:
        known = services.read(setup).travel
        ways = {way: minutes for way, minutes in known.items() if any(way)}
        if arguments.file is not None:
            ways = read_travel_csv(_text(arguments.file))
        uid = services.do(set_travel, ways, arguments.default)
    found = dict(services.read(setup).travel)
    default = found.pop(("", ""), 0)
    rows = [(start, end, f"{minutes} min") for (start, end), minutes in sorted(found.items())]
    ways_told = [{"from": start, "to": end, "minutes": minutes} for (start, end), minutes in sorted(found.items())]
    lines = [*table(rows), f"Where no way is known: {default} min."]
    return Outcome({"default": default, "ways": ways_told, "operation": uid}, lines)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is no text in UTF-8.") from None


_NOUN = Noun(
    SITE,
    SITE_FIELDS,
    lambda known: tuple(known.sites.values()),
    site_texts,
    site_payload,
    _row,
    imports=("site", TRAVEL),
)

COMMAND = Command(
    "site",
    "places that resources belong to, when they are closed, and the ways between areas",
    list_things(_NOUN),
    subcommands=(
        *things_commands(_NOUN),
        Command("travel", "show or set the minutes between areas", _travel, _travel_arguments),
    ),
)
