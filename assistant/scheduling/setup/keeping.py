"""Keeping what scheduling works by: as store.scheduling.saving, and no service whose rule nobody could ever meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import read_world, services_of
from assistant.scheduling.engine.checking import never_met
from store.actor import Actor
from store.errors import Invalid
from store.kept.keeping import Saved
from store.kept.sorts import Sort
from store.scheduling.reading import Setup, read_setup
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SERVICE

_ANY_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class WholeSetup:
    """All that is set up, and by uid the services that can never be done, each with the sentence that says why."""

    setup: Setup
    troubles: Mapping[str, str]


def whole_setup(tx: Connection, *, by: Actor, now: datetime) -> WholeSetup:
    """What a person who sets scheduling up has to know."""
    setup = read_setup(tx)
    return WholeSetup(setup, troubles(tx, setup, by=by, now=now))


def keep(
    tx: Connection, sort: Sort, given: Mapping[str, Any], *, key: int | None = None, by: Actor, now: datetime
) -> Saved:
    """Add a thing of this sort, or change the one with this key. Raises Invalid, also for a service's rule that can
    never be met, saying which part, NotFound, Ambiguous, NotAllowed."""
    saved = write_thing(tx, sort, given, key=key, by=by, now=now)
    if sort is SERVICE:
        check_services(tx, [saved.id], by=by, now=now)
    return saved


def check_services(tx: Connection, service_ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Raises Invalid for the first of these services that can never be done, with the part of its rule that fails."""
    setup = read_setup(tx)
    wanted = set(service_ids)
    for name, said in troubles(tx, setup, by=by, now=now).items():
        if setup.services[name].id in wanted:
            raise Invalid(said)


def troubles(tx: Connection, setup: Setup, *, by: Actor, now: datetime) -> dict[str, str]:
    """The services, by uid, whose rules nobody could ever meet now, each with the sentence that says why."""
    world = read_world(tx, setup, now, now, by=by, now=now)
    by_id = {each.id: uid for uid, each in setup.services.items()}
    found = {}
    for service in services_of(setup, _ANY_ZONE):
        if said := never_met(world, service):
            found[by_id[service.id]] = said
    return found
