"""`regarding resource`: people, equipment and rooms that can be booked, their groups, and when they are away."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.commands.things import Noun, list_things, things_commands
from assistant.commands.words import one_line
from assistant.scheduling.setup.telling import group_payload, group_texts, resource_payload, resource_texts
from store.queries.scheduling.setup import called, setup
from store.scheduling.fields import GROUP_FIELDS, RESOURCE_FIELDS
from store.scheduling.reading import Setup, Thing
from store.scheduling.saving import add_time_off
from store.scheduling.sorts import GROUP, RESOURCE
from store.scheduling.written import away


def _row(known: Setup, resource: Thing) -> tuple[str, ...]:
    texts = resource_texts(known, resource)
    many = f"{texts['capacity']} at once" if texts["capacity"] > 1 else ""
    return resource.name, texts["kind"], texts["site"], many, texts["skills"], texts["hours"] or "no work hours"


def _group_row(known: Setup, group: Thing) -> tuple[str, ...]:
    inside = group_payload(known, group)
    return group.name, ", ".join((*inside["resources"], *inside["groups"])) or "nobody"


def _off_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("which", metavar="RESOURCE", help="its name")
    parser.add_argument("first", metavar="FROM", help="a day, or a time as 2026-12-01T13:00")
    parser.add_argument("last", metavar="TO", nargs="?", help="the last day, or when it is back")
    parser.add_argument("--reason", default="", metavar="TEXT")


def _off(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    resource = services.read(called, RESOURCE, arguments.which)
    zone = services.read(setup).zone_of(resource)
    off = away(arguments.first, arguments.last or arguments.first, one_line(arguments.reason, 200), zone)
    saved = services.do(add_time_off, resource.id, off)
    said = f"{one_line(resource.name, 60)} is away from {off['starts_at'][:16]} to {off['ends_at'][:16]} UTC."
    return Outcome({"resource": saved.uid, **off, "operation": saved.operation_uid}, [said])


_GROUP = Noun(GROUP, GROUP_FIELDS, lambda known: tuple(known.groups.values()), group_texts, group_payload, _group_row)
_NOUN = Noun(
    RESOURCE,
    RESOURCE_FIELDS,
    lambda known: tuple(known.resources.values()),
    resource_texts,
    resource_payload,
    _row,
    imports=("resource", "group"),
)

COMMAND = Command(
    "resource",
    "people, equipment and rooms that can be booked, and their groups",
    list_things(_NOUN),
    subcommands=(
        *things_commands(_NOUN),
        Command("off", "a resource is away for some time", _off, _off_arguments),
        Command("group", "resources under one name", list_things(_GROUP), subcommands=things_commands(_GROUP)),
    ),
)
