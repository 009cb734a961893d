"""Colleagues as people name them on the command line."""

from __future__ import annotations

from assistant.compose import Services
from store.errors import NotFound
from store.queries.users import UserRow, active_users


def colleague(services: Services, name: str) -> UserRow:
    """The colleague with this name, address or uid, else the only one whose name begins so. Raises NotFound."""
    wanted = name.strip().casefold()
    known = services.read(active_users)
    found = [one for one in known if wanted in (one.email.casefold(), one.name.casefold(), one.uid)]
    found = found or [one for one in known if wanted and one.name.casefold().startswith(wanted)]
    if len(found) != 1:
        raise NotFound(f"{'more than one colleague' if found else 'no colleague'} is called {name.strip()}")
    return found[0]
