"""`regarding service`: what is done at customers', how long it takes, and whom and what it needs."""

from __future__ import annotations

from assistant.commands.base import Command
from assistant.commands.things import Noun, list_things, things_commands
from assistant.scheduling.setup.telling import service_payload, service_texts
from store.scheduling.fields import SERVICE_FIELDS
from store.scheduling.reading import Setup, Thing
from store.scheduling.sorts import SERVICE


def _row(known: Setup, service: Thing) -> tuple[str, ...]:
    texts = service_texts(known, service)
    return (
        service.name,
        texts["duration"],
        f"every {texts['grid']}",
        " + ".join(texts["rule"].splitlines()) or "any resource",
    )


_NOUN = Noun(
    SERVICE,
    SERVICE_FIELDS,
    lambda known: tuple(known.services.values()),
    service_texts,
    service_payload,
    _row,
    imports=("service",),
)

COMMAND = Command(
    "service",
    "what is booked: how long it takes, when it may begin, whom and what it needs",
    list_things(_NOUN),
    subcommands=things_commands(_NOUN),
)
